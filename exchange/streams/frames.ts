import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';

// Frames of the WebSocket: PushDataV3ApiWrapper of the official .proto files (exchange/proto).

const FOLDER = join(import.meta.dirname, '..', 'proto');

/** A frame of all pairs every 3 s: of its twelve fields three are used, the others are skipped. */
const USED_OF_TICKERS = new Set(['symbol', 'price', 'volume']);

const load = (): protobuf.Type => {
  const root = new protobuf.Root();
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.proto')))
    protobuf.parse(readFileSync(join(FOLDER, file), 'utf8'), root, { keepCase: true });
  const ticker = root.lookupType('PublicMiniTickerV3Api');
  for (const field of ticker.fieldsArray)
    if (!USED_OF_TICKERS.has(field.name)) ticker.remove(field);
  return root.resolveAll().lookupType('PushDataV3ApiWrapper');
};

const wrapper = load();

interface DealItem {
  readonly price: string;
  readonly quantity: string;
  readonly tradeType?: number;
  readonly time: number;
}

interface LevelItem {
  readonly price: string;
  readonly quantity?: string;
}

export interface TickerItem {
  readonly symbol?: string;
  readonly price?: string;
  readonly volume?: string;
}

/** A decoded frame; only the bodies that are used. Default values are absent on the wire. */
export interface Frame {
  readonly channel?: string;
  readonly symbol?: string;
  readonly sendTime?: number;
  readonly publicAggreDeals?: { readonly deals?: readonly DealItem[] };
  readonly publicAggreBookTicker?: {
    readonly bidPrice?: string;
    readonly bidQuantity?: string;
    readonly askPrice?: string;
    readonly askQuantity?: string;
  };
  readonly publicAggreDepths?: {
    readonly asks?: readonly LevelItem[];
    readonly bids?: readonly LevelItem[];
    readonly fromVersion?: string;
    readonly toVersion?: string;
  };
  readonly publicMiniTickers?: { readonly items?: readonly TickerItem[] };
  readonly privateOrders?: {
    readonly id?: string;
    readonly clientId?: string;
    readonly price?: string;
    readonly quantity?: string;
    readonly tradeType?: number;
    readonly cumulativeQuantity?: string;
    readonly cumulativeAmount?: string;
    readonly status?: number;
    readonly createTime?: number;
  };
  readonly privateDeals?: {
    readonly price?: string;
    readonly quantity?: string;
    readonly amount?: string;
    readonly tradeType?: number;
    readonly isMaker?: boolean;
    readonly tradeId?: string;
    readonly clientOrderId?: string;
    readonly orderId?: string;
    readonly feeAmount?: string;
    readonly feeCurrency?: string;
    readonly time?: number;
  };
  readonly privateAccount?: {
    readonly vcoinName?: string;
    readonly balanceAmount?: string;
    readonly frozenAmount?: string;
    readonly type?: string;
    readonly time?: number;
  };
}

/** Decodes one binary frame; throws on bytes that are no frame. */
export const decodeFrame = (bytes: Uint8Array): Frame => {
  const message = wrapper.decode(bytes);
  // The schema above is what the fields and types of Frame restate.
  return wrapper.toObject(message, { longs: Number, defaults: false, arrays: true }) as Frame;
};
