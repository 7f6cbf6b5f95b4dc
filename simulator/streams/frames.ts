import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const folder = fileURLToPath(new URL('../proto/', import.meta.url));

/** Loads MEXC's published message definitions. */
function loadWrapper(): protobuf.Type {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => `${folder}${target}`;
  root.loadSync('PushDataV3ApiWrapper.proto', { keepCase: true });
  return root.lookupType('PushDataV3ApiWrapper');
}

const wrapper = loadWrapper();

/** Fields of one push message; bodies are named as in the definitions. */
export type Push = Readonly<Record<string, unknown>> & { readonly channel: string };

/** A push message as bytes, as the exchange would send them. */
export function encodePush(push: Push): Uint8Array {
  return wrapper.encode(wrapper.fromObject(push)).finish();
}

/** For tests: the fields of a frame, 64-bit numbers as text. */
export function decodePush(bytes: Uint8Array): Record<string, unknown> {
  return wrapper.toObject(wrapper.decode(bytes), { longs: String });
}
