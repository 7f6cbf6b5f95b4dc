import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createPrivateFile, readPrivateFile } from './private-file.ts';

const TOKEN_BYTES = 32;
const LENGTH_MIN = 32;
const DISTINCT_MIN = 12;

/** Where scripts of the same user find the token of a running API. */
export const operatorTokenFile = (dataDir: string): string => join(dataDir, 'operator-token');

/**
 * The token that lets scripts of the same user call the API as operator; made where there is none.
 * Throws when others can read the file, and when somebody made up what it holds.
 */
export const ensureOperatorToken = async (dataDir: string): Promise<string> => {
  const file = operatorTokenFile(dataDir);
  if ((await readPrivateFile(file)) === null)
    await createPrivateFile(file, `sno_${randomBytes(TOKEN_BYTES).toString('base64url')}\n`);
  const token = (await readPrivateFile(file))?.trim() ?? '';
  if (!/^[\x21-\x7e]+$/.test(token) || isWeak(token))
    throw new Error(
      `${file} holds a weak token: at least ${LENGTH_MIN} random characters are needed. Delete it, and the next start makes one.`,
    );
  return token;
};

const isWeak = (token: string): boolean =>
  token.length < LENGTH_MIN || new Set(token).size < DISTINCT_MIN;
