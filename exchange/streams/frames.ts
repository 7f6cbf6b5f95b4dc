import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';

// Frames of the WebSocket: PushDataV3ApiWrapper of the official .proto files (exchange/proto).

const FOLDER = join(import.meta.dirname, '..', 'proto');

/** A frame of all pairs every 3 s: of its twelve fields three are used, the others are skipped. */
const USED_OF_TICKERS = new Set(['symbol', 'price', 'volume']);

const load = () => {
  const root = new protobuf.Root();
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.proto')))
    protobuf.parse(readFileSync(join(FOLDER, file), 'utf8'), root, { keepCase: true });
  const ticker = root.lookupType('PublicMiniTickerV3Api');
  for (const field of ticker.fieldsArray)
    if (!USED_OF_TICKERS.has(field.name)) ticker.remove(field);
  const wrapper = root.resolveAll().lookupType('PushDataV3ApiWrapper');
  return { wrapper, ticker };
};

const { wrapper, ticker } = load();

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

/**
 * Names of pairs, asked for by their bytes: of the thousands in a frame of all pairs the known ones
 * never become text.
 */
export class NameSet {
  private readonly byHash = new Map<number, readonly Uint8Array[]>();
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(name: string): void {
    const bytes = Buffer.from(name);
    if (this.has(bytes, 0, bytes.length)) return;
    const hash = hashOf(bytes, 0, bytes.length);
    this.byHash.set(hash, [...(this.byHash.get(hash) ?? []), bytes]);
    this.count += 1;
  }

  delete(name: string): void {
    const bytes = Buffer.from(name);
    if (!this.has(bytes, 0, bytes.length)) return;
    const hash = hashOf(bytes, 0, bytes.length);
    const others = this.byHash.get(hash)?.filter((each) => !bytes.equals(each)) ?? [];
    this.byHash.set(hash, others);
    this.count -= 1;
  }

  clear(): void {
    this.byHash.clear();
    this.count = 0;
  }

  /** Whether the name in these bytes of a frame is known. */
  has(bytes: Uint8Array, from: number, to: number): boolean {
    const found = this.byHash.get(hashOf(bytes, from, to));
    return found?.some((name) => isSame(name, bytes, { from, to })) ?? false;
  }
}

/** FNV-1a, 32 bits; names of the same hash are told apart by their bytes. */
const hashOf = (bytes: Uint8Array, from: number, to: number): number => {
  let hash = 0x811c9dc5;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return hash;
};

const isSame = (
  name: Uint8Array,
  bytes: Uint8Array,
  { from, to }: { readonly from: number; readonly to: number },
): boolean => {
  if (name.length !== to - from) return false;
  for (let at = 0; at < name.length; at += 1) if (name[at] !== bytes[from + at]) return false;
  return true;
};

const BY_LENGTH = 2;
const TICKERS_FIELD = wrapper.fields['publicMiniTickers']?.id;
const ITEMS_FIELD = 1;
const SYMBOL_TAG = (1 << 3) | BY_LENGTH;

/**
 * The lines of a frame of all pairs whose names are not known; null for a frame of another kind.
 * Nothing else of the frame is decoded. Throws on bytes that are no frame.
 */
export const readTickers = (bytes: Uint8Array, known: NameSet): TickerItem[] | null => {
  const reader = protobuf.Reader.create(bytes);
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === TICKERS_FIELD && (tag & 7) === BY_LENGTH)
      return itemsIn(reader, bytes, known);
    reader.skipType(tag & 7);
  }
  return null;
};

const itemsIn = (reader: protobuf.Reader, bytes: Uint8Array, known: NameSet): TickerItem[] => {
  const items: TickerItem[] = [];
  const end = endOf(reader, reader.len);
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (tag >>> 3 !== ITEMS_FIELD || (tag & 7) !== BY_LENGTH) {
      reader.skipType(tag & 7);
      continue;
    }
    const itemEnd = endOf(reader, end);
    const itemAt = reader.pos;
    if (!isKnownAt(reader, bytes, { known, end: itemEnd }))
      // The schema above is what the fields of TickerItem restate.
      items.push(ticker.decode(bytes.subarray(itemAt, itemEnd)) as TickerItem);
    reader.pos = itemEnd;
  }
  return items;
};

/** The name stands first, as encoders write it; a line where it does not is decoded whole. */
const isKnownAt = (
  reader: protobuf.Reader,
  bytes: Uint8Array,
  { known, end }: { readonly known: NameSet; readonly end: number },
): boolean => {
  if (reader.pos >= end || reader.uint32() !== SYMBOL_TAG) return false;
  const nameEnd = endOf(reader, end);
  return known.has(bytes, reader.pos, nameEnd);
};

/** Reads a length and answers where its bytes end, which is never outside of what holds them. */
const endOf = (reader: protobuf.Reader, most: number): number => {
  const length = reader.uint32();
  const end = reader.pos + length;
  if (end > most) throw new RangeError(`${length} bytes do not fit at ${reader.pos} of ${most}`);
  return end;
};
