import { ensureOperatorToken } from '#runtime/operator-token.ts';

export interface SignInLink {
  /** What follows # in the address of the sign-in page; works once, for ten minutes. */
  readonly secret: string;
  /** Whether the operator can sign in without it. */
  readonly passwordSet: boolean;
}

/** Asks a running API for a link for the operator, as whoever may read its token file. */
export const makeSignInLink = async (address: string, dataDir: string): Promise<SignInLink> => {
  const answer = await fetch(`${address}/api/auth/links`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await ensureOperatorToken(dataDir)}`,
      'content-type': 'application/json',
    },
    body: '{}',
  });
  if (!answer.ok) throw new Error(`No sign-in link could be made: ${await answer.text()}`);
  return (await answer.json()) as SignInLink; // the API's own schema
};
