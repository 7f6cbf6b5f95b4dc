import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');
/** What makes orders possible, and the only programs that may name it. */
const RESTRICTED: readonly (readonly [pattern: RegExp, files: readonly string[]])[] = [
  [/\bgateOf\b/, ['exchange/order-gate.ts', 'worker/connect-venue.ts']],
  [/\brefusal: \(/, ['exchange/order-gate.ts']],
  [/calls\.(?:placeOrder|placeBatch)\b/, ['exchange/place-order.ts']],
  [/\bcreatePaperExchange\b/, ['exchange/paper/paper-exchange.ts', 'worker/connect-venue.ts']],
];

test('a client that places orders is made in one place, and asks its gate in one place', async () => {
  const files = await readdir(ROOT, { recursive: true });
  const ours = files.filter(
    (file) =>
      /^(?:activities|api|domain|exchange|monitor|prisma|runtime|worker|workflows)\/.*\.ts$/.test(
        file,
      ) && !/\.test\.ts$|generated|parity/.test(file),
  );
  const texts = await Promise.all(
    ours.map(async (file) => [file, await readFile(join(ROOT, file), 'utf8')] as const),
  );
  for (const [pattern, allowed] of RESTRICTED) {
    const named = texts.filter(([, text]) => pattern.test(text)).map(([file]) => file);
    expect(named.filter((file) => !allowed.includes(file))).toEqual([]);
  }
});
