import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { ensureOperatorToken } from '#runtime/operator-token.ts';
import { signInState } from '../sign-in.ts';

/** A running dashboard and a browser, shared by all tests of it. */
export interface DashboardGround {
  readonly address: string;
  /** Id of a trade that was bought and sold. */
  askedId(): string;
  /** What signs a viewer of that name in, behind the # of the sign-in page. */
  linkFor(name: string): Promise<string>;
  /** Opens a page, signed in, and closes it; what the console says that is not expected fails. */
  onPage(
    look: BrowserContextOptions,
    story: (page: Page) => Promise<void>,
    options?: { readonly expected?: RegExp },
  ): Promise<void>;
}

/** What a page complains about, as it goes. */
const complaintsOf = (page: Page): readonly string[] => {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return complaints;
};

export const createGround = async (of: {
  readonly browser: Browser;
  readonly address: string;
  readonly dataDir: string;
  readonly askedId: () => string;
}): Promise<DashboardGround> => {
  const { browser, address, dataDir, askedId } = of;
  const storageState = await signInState(address, dataDir);
  return {
    address,
    askedId,
    linkFor: async (name) => {
      const ask = async (path: string, body: object) => {
        const answer = await fetch(`${address}/api/auth${path}`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${await ensureOperatorToken(dataDir)}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify(body),
        });
        if (!answer.ok) throw new Error(`${path} failed: ${await answer.text()}`);
        return (await answer.json()) as { secret: string }; // of the links
      };
      await ask('/users', { name, role: 'viewer' });
      return (await ask('/links', { name })).secret;
    },
    onPage: async (look, story, { expected } = {}) => {
      const page = await browser.newPage({ storageState, ...look });
      const complaints = complaintsOf(page);
      try {
        await story(page);
        expect(complaints.filter((each) => expected?.test(each) !== true)).toEqual([]);
      } finally {
        await page.close();
      }
    },
  };
};
