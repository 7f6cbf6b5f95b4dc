/** What a call costs in the two published tables. */
export interface Weight {
  /** Documentation of January 2026. https://mexcdevelop.github.io/apidocs (read 2026-11-20) */
  readonly documented: number;
  /** The raised weights that clients state since. ccxt pull request 22879 (read 2026-11-20) */
  readonly raised: number;
  /** Counts against the orders per second: placing and cancelling share them. */
  readonly order?: true;
  /** Looks for news: leaves a part of the weight to those who guard positions. */
  readonly poll?: true;
}

const read = (documented: number, raised = documented): Weight => ({ documented, raised });
const poll = (documented: number, raised = documented): Weight => ({
  documented,
  raised,
  poll: true,
});
const order = (documented: number, raised = documented): Weight => ({
  documented,
  raised,
  order: true,
});

/** Every call that the client makes, by method and path. The web pages are not metered by weight. */
export const weights: Readonly<Record<string, Weight>> = {
  'GET /api/v3/ping': read(1),
  'GET /api/v3/time': read(1),
  'GET /api/v3/exchangeInfo': poll(10, 25),
  'GET /api/v3/defaultSymbols': poll(1),
  'GET /api/v3/symbol/offline': poll(10),
  'GET /api/v3/announcements': poll(8),
  'GET /api/v3/depth': read(1, 3),
  'GET /api/v3/trades': read(5),
  'GET /api/v3/klines': poll(1),
  'GET /api/v3/ticker/price': read(1, 10),
  'GET /api/v3/ticker/bookTicker': read(1, 10),
  'GET /api/v3/selfSymbols': read(1),
  'GET /api/v3/account': read(10),
  'GET /api/v3/tradeFee': read(20),
  'GET /api/v3/mxDeduct/enable': read(1),
  'GET /api/v3/order': read(2),
  'GET /api/v3/openOrders': read(3),
  'GET /api/v3/allOrders': read(10),
  'GET /api/v3/myTrades': read(10),
  'POST /api/v3/order/test': read(1),
  'POST /api/v3/order': order(1),
  'POST /api/v3/batchOrders': order(1, 10),
  'DELETE /api/v3/order': order(1),
  'DELETE /api/v3/openOrders': order(1),
  'DELETE /api/v3/order/all': order(1),
  'GET /api/v3/userDataStream': read(1),
  'POST /api/v3/userDataStream': read(1),
  'PUT /api/v3/userDataStream': read(1),
  'DELETE /api/v3/userDataStream': read(1),
};
