import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { parseArgs } from 'node:util';
import { addKey, forgetOldKeys, keyRingFile } from '#runtime/key-ring.ts';

// npm run rotate-key: puts a new key before those that seal. Every process takes it with its next
// start: the worker seals the exchange keys anew, new histories are written under it, and who is
// signed in signs in again. The old keys go on opening what they sealed, until
// `npm run rotate-key -- --forget-old`.

const { values } = parseArgs({ options: { 'forget-old': { type: 'boolean', default: false } } });
if (existsSync('.env')) loadEnvFile('.env');
const { DATA_DIR = '.data', SECRETS_KEY_FILE } = process.env;
const file = keyRingFile({ DATA_DIR, SECRETS_KEY_FILE });

if (values['forget-old']) {
  const ring = await forgetOldKeys(file);
  console.log(`${file} holds the key ${ring.current.id} only.`);
} else {
  const ring = await addKey(file);
  console.log(`${file} seals with the new key ${ring.current.id}; keep a copy of the file.`);
  console.log('Start everything again: with its next start each process uses it.');
  console.log(
    'Older keys still open what they sealed. Histories of Temporal need them for 30 days; after that: npm run rotate-key -- --forget-old',
  );
}
