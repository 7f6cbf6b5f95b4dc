import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { failureConverterPath } from './failure-converter-path.ts';
import type { KeyRing, SealKey } from './key-ring.ts';
import { seal, unseal } from './seal.ts';

// What Temporal keeps of us is sealed before it leaves the process: plans, balances, prices, and what
// failures say. Its server, its database and whoever reads that see names, ids and times only.

const ENCODING = 'binary/encrypted';
const CONTEXT = 'payload';
const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/**
 * Seals and opens payloads under the newest key. `keys` is asked once, and again for a key that is
 * not known: another process may have started after a new one was added. What was written before
 * there were keys is read as it is.
 */
export const createPayloadCodec = (keys: () => Promise<KeyRing>): PayloadCodec => {
  let ring: Promise<KeyRing> | null = null;
  const derived = new Map<string, Buffer>();
  const known = (): Promise<KeyRing> => {
    ring ??= keys().catch((error: unknown) => {
      ring = null;
      throw error;
    });
    return ring;
  };
  const bytesOf = (key: SealKey): Buffer => {
    const found = derived.get(key.id) ?? key.derive('payloads');
    derived.set(key.id, found);
    return found;
  };
  const find = async (id: string): Promise<SealKey> => {
    const found = (await known()).keys.find((key) => key.id === id);
    if (found !== undefined) return found;
    ring = null;
    return (await known()).find(id);
  };
  const encode = (payload: Payload, key: SealKey): Payload => ({
    metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(key.id) },
    data: seal(bytesOf(key), PayloadMessage.encode(payload).finish(), CONTEXT),
  });
  const decode = async (payload: Payload): Promise<Payload> => {
    if (textOf(payload, 'encoding') !== ENCODING) return payload;
    const key = await find(textOf(payload, 'encryption-key-id'));
    const opened = unseal(bytesOf(key), payload.data ?? new Uint8Array(), CONTEXT);
    return PayloadMessage.decode(opened) as Payload; // encoded above, and authenticated
  };
  return {
    encode: async (payloads) => {
      const { current } = await known();
      return payloads.map((payload) => encode(payload, current));
    },
    decode: (payloads) => Promise.all(payloads.map(decode)),
  };
};

const textOf = ({ metadata }: Payload, name: string): string =>
  Buffer.from(metadata?.[name] ?? new Uint8Array()).toString();

/** How every client and worker of ours talks to Temporal. */
export const sealingConverter = (keys: () => Promise<KeyRing>): DataConverter => ({
  failureConverterPath,
  payloadCodecs: [createPayloadCodec(keys)],
});
