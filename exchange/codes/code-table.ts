/** What a definite "no" is about, for whoever decides what to do next. */
export type RefusalClass =
  | 'notOpenYet'
  | 'priceCap'
  | 'priceBand'
  | 'marketOrderDisabled'
  | 'noCounterparty'
  | 'parameters'
  | 'funds'
  | 'account'
  | 'sellingSuspended'
  | 'key'
  | 'clock'
  /** Of a query or a cancel: no proof that the order never existed. */
  | 'unknownOrder';

/** `doubt`: the order may have been executed. `throttled`: wait; for an order this is doubt too. */
export type CodeClass = RefusalClass | 'doubt' | 'throttled';

export interface CodeRow {
  readonly code: number;
  /** In our words; the exchange's texts differ by language and change. */
  readonly meaning: string;
  readonly class: CodeClass;
  /** `documented`, or who met it. */
  readonly source: string;
  /** When we read that source, ISO date. */
  readonly readOn: string;
}

type Entry = readonly [code: number, kind: CodeClass, meaning: string];

const rows = (source: string, readOn: string, entries: readonly Entry[]): CodeRow[] =>
  entries.map(([code, kind, meaning]) => ({ code, class: kind, meaning, source, readOn }));

// https://mexcdevelop.github.io/apidocs/spot_v3_en/#error-code (copy of January 2026). 730001 and
// 730002 stand there twice with different meanings; each pair has one class, as the tests demand.
const documented = rows('documented', '2026-11-20', [
  [-2011, 'unknownOrder', 'the order to be canceled is not known'],
  [26, 'account', 'this account may not do that'],
  [400, 'key', 'the API key header is missing; also met for a start time too far back'],
  [401, 'key', 'not authorised'],
  [403, 'throttled', 'access denied, mostly by the firewall'],
  [429, 'throttled', 'too many requests'],
  [500, 'doubt', 'internal error of the exchange'],
  [503, 'doubt', 'service unavailable for the moment'],
  [504, 'doubt', 'gateway timed out; the call may have succeeded'],
  [602, 'key', 'signature does not verify (older endpoint family)'],
  [10001, 'account', 'no such user'],
  [10007, 'notOpenYet', 'symbol unknown, or closed to the API'],
  [10015, 'account', 'user id missing'],
  [10072, 'key', 'access key not valid'],
  [10073, 'clock', 'request time not valid'],
  [10095, 'parameters', 'amount missing'],
  [10096, 'parameters', 'amount has too many decimals'],
  [10097, 'parameters', 'amount not valid'],
  [10098, 'account', 'risk control found something abnormal'],
  [10099, 'account', 'sub-account not opened'],
  [10100, 'parameters', 'coin cannot be transferred'],
  [10101, 'funds', 'balance too small'],
  [10102, 'parameters', 'amount is zero or negative'],
  [10103, 'parameters', 'account cannot take part in this transfer'],
  [10200, 'parameters', 'transfer is under way'],
  [10201, 'parameters', 'transfer in failed'],
  [10202, 'parameters', 'transfer out failed'],
  [10206, 'parameters', 'transfers are switched off'],
  [10211, 'parameters', 'transfer not permitted'],
  [10212, 'parameters', 'withdrawal address not on the list of usual ones'],
  [10216, 'parameters', 'no address to be had now'],
  [10219, 'parameters', 'booking of the asset failed'],
  [10222, 'parameters', 'currency missing'],
  [10232, 'parameters', 'no such currency'],
  [10259, 'parameters', 'intermediate account not configured at the exchange'],
  [10265, 'parameters', 'withdrawals held back by risk control'],
  [10268, 'parameters', 'remark too long'],
  [20001, 'account', 'subsystem not supported'],
  [20002, 'doubt', 'internal system error'],
  [22222, 'unknownOrder', 'no such record'],
  [30000, 'notOpenYet', 'trading of the symbol suspended'],
  [30001, 'notOpenYet', 'orders in this direction are not allowed now'],
  [30002, 'parameters', 'order value below the minimum, which the text names'],
  [30003, 'parameters', 'order value above the maximum, which the text names'],
  [30004, 'funds', 'not enough of the asset'],
  [30005, 'funds', 'sells more than there is'],
  [30010, 'priceCap', 'price not valid; at an opening the text may name the highest one'],
  [30014, 'parameters', 'symbol not valid'],
  [30016, 'notOpenYet', 'trading switched off'],
  [30018, 'marketOrderDisabled', 'market orders off; also met as: account cannot place orders now'],
  [30019, 'marketOrderDisabled', 'market orders by API off'],
  [30020, 'account', 'key or account may not trade this symbol'],
  [30021, 'parameters', 'symbol not valid'],
  [30025, 'noCounterparty', 'nobody on the other side of the book'],
  [30026, 'unknownOrder', 'order ids not valid'],
  [30027, 'account', 'position limit of the coin reached: buying suspended'],
  [30028, 'sellingSuspended', 'risk control has suspended selling of the coin'],
  [30029, 'account', 'too many open orders'],
  [30032, 'account', 'largest position exceeded'],
  [30041, 'marketOrderDisabled', 'this order type is not possible now'],
  [33333, 'parameters', 'a parameter is wrong'],
  [44444, 'parameters', 'a parameter is missing'],
  [60005, 'account', 'account is in an abnormal state'],
  [70011, 'account', 'the pair is closed to this user or key'],
  [700001, 'key', 'API key has the wrong form'],
  [700002, 'key', 'signature does not verify'],
  [700003, 'clock', 'timestamp outside the receive window'],
  [700004, 'parameters', 'neither order id nor client order id given'],
  [700005, 'parameters', 'receive window above 60,000 ms'],
  [700006, 'key', 'this IP address is not bound to the key'],
  [700007, 'key', 'key has no permission for the call'],
  [700008, 'parameters', 'characters that are not allowed'],
  [730001, 'parameters', 'pair not found'],
  [730002, 'parameters', 'input not valid'],
  [730000, 'doubt', 'request failed for no stated reason'],
  [730001, 'parameters', 'user information wrong'],
  [730002, 'parameters', 'parameter wrong'],
  [730003, 'account', 'operation not supported'],
  [730100, 'account', 'user in an unusual state'],
  [730600, 'parameters', 'sub-account name missing'],
  [730601, 'parameters', 'sub-account name must be 8 to 32 letters and digits'],
  [730602, 'parameters', 'sub-account remark missing'],
  [730700, 'parameters', 'remark of the API key missing'],
  [730701, 'parameters', 'permission of the API key missing'],
  [730702, 'parameters', 'no such permission of API keys'],
  [730703, 'parameters', 'IP list wrong, or more than 10 addresses'],
  [730704, 'parameters', 'IP address has the wrong form'],
  [730705, 'parameters', 'more than 30 API keys'],
  [730706, 'parameters', 'no such API key'],
  [730707, 'parameters', 'access key missing'],
  [730101, 'parameters', 'user name taken'],
  [140001, 'account', 'no such sub-account'],
  [140002, 'account', 'sub-account forbidden'],
]);

// Met by others, missing or worded differently in the table above.
const observed = [
  ...rows('observed: ccxt', '2026-11-20', [
    [-1121, 'parameters', 'symbol not valid'],
    [-1128, 'parameters', 'optional parameters do not go together'],
    [30087, 'priceBand', 'price outside the band around the last one'],
    [700013, 'key', 'content type not valid'],
    [11444, 'throttled', 'feature switched off for a while'],
    [510, 'throttled', 'too many requests'],
    [30018, 'marketOrderDisabled', 'account cannot place orders for the moment'],
  ]),
  ...rows('observed: hummingbot', '2026-11-20', [
    [-2013, 'unknownOrder', 'no such order'],
    [30051, 'marketOrderDisabled', 'market orders by API off'],
  ]),
  ...rows('observed: issue threads of three clients', '2026-11-20', [
    [10007, 'notOpenYet', 'symbol is not open to the API'],
  ]),
  ...rows('observed: amuradon/newlistingbot', '2026-11-20', [
    [30010, 'priceCap', 'price above the opening cap, which the text names'],
  ]),
];

/** Every code of the official table and those that others met. The class is ours. */
export const codeTable: readonly CodeRow[] = [...documented, ...observed];
