import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import protobuf from 'protobufjs';

// Frames of the WebSocket: PushDataV3ApiWrapper of the official .proto files (exchange/proto).

const FOLDER = join(import.meta.dirname, '..', 'proto');

const load = (): protobuf.Type => {
  const root = new protobuf.Root();
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.proto')))
    protobuf.parse(readFileSync(join(FOLDER, file), 'utf8'), root, { keepCase: true });
  return root.resolveAll().lookupType('PushDataV3ApiWrapper');
};

const wrapper = load();

interface DealItem {
  readonly price: string;
  readonly quantity: string;
  readonly tradeType: number;
  readonly time: number;
}

/** A decoded frame; only the bodies that are used. Default values are absent on the wire. */
export interface Frame {
  readonly channel: string;
  readonly symbol?: string;
  readonly sendTime?: number;
  readonly publicAggreDeals?: { readonly deals: readonly DealItem[] };
  readonly publicAggreBookTicker?: {
    readonly bidPrice: string;
    readonly bidQuantity: string;
    readonly askPrice: string;
    readonly askQuantity: string;
  };
  readonly publicMiniTickers?: {
    readonly items: readonly {
      readonly symbol: string;
      readonly price: string;
      readonly volume: string;
    }[];
  };
}

/** Decodes one binary frame; throws on bytes that are no frame. */
export const decodeFrame = (bytes: Uint8Array): Frame => {
  const message = wrapper.decode(bytes);
  // The schema above is what the fields and types of Frame restate.
  return wrapper.toObject(message, { longs: Number, defaults: false, arrays: true }) as Frame;
};
