import { makeSignInLink } from '#scripts/setup/sign-in-link.ts';

/** What a browser holds once a link has signed it in, for its `newPage` or `newContext`. */
export const signInState = async (address: string, dataDir: string) => {
  const { secret } = await makeSignInLink(address, dataDir);
  const answer = await fetch(`${address}/api/auth/link`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: address },
    body: JSON.stringify({ secret }),
  });
  if (!answer.ok) throw new Error(`The link did not sign in: ${await answer.text()}`);
  const cookies = answer.headers.getSetCookie().map((line) => {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    return { name, value, ...COOKIE, domain: new URL(address).hostname };
  });
  return { cookies, origins: [] };
};

const COOKIE = {
  path: '/',
  expires: -1,
  httpOnly: true,
  secure: false,
  sameSite: 'Strict',
} as const;
