import type { Page, Route } from 'playwright-core';

// What the API answers a page, on the way to it: the API itself is a real one.

/** `data`: as the API answers; the others in its place. */
export type State = 'pending' | 'error' | 'empty' | 'data';

/** Under which a page shows that an answer failed. */
export const REQUEST_ID = '00000000-0000-4000-8000-0000000000ee';

const FAILED = {
  status: 500,
  json: {
    error: { code: 'INTERNAL', message: 'Something of ours failed.', requestId: REQUEST_ID },
  },
};

/** The same answer with nothing in any of its lists. */
const emptied = (value: unknown): unknown => {
  if (Array.isArray(value)) return [];
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, emptied(each)]));
};

/** Who is signed in, the live stream and the description of the API stay what they are. */
const UNTOUCHED = /\/api\/(?:auth\/session|events|openapi\.json)/;

/** Sets how questions of a page are answered from now on; those that wait are answered so too. */
export const answersOf = async (page: Page): Promise<(state: State) => Promise<void>> => {
  let state: State = 'data';
  const waiting: Route[] = [];
  const answer = async (route: Route): Promise<void> => {
    switch (state) {
      case 'pending':
        waiting.push(route);
        return;
      case 'error':
        return route.fulfill(FAILED);
      case 'data':
        return route.continue();
      case 'empty': {
        // The API may close a connection that was quiet just as it is used again.
        const response = await route.fetch({ maxRetries: 3 });
        if (!response.ok()) return route.fulfill({ response });
        return route.fulfill({ response, json: emptied(await response.json()) });
      }
    }
  };
  // A page that was left does not wait for an answer any more. The lines below the first tell what
  // was asked, in the page's words.
  const left = (error: unknown): void => {
    const [said = ''] = String(error).split('\n');
    if (!/closed|handled|disposed/.test(said)) throw error;
  };
  await page.route(
    (url) => url.pathname.startsWith('/api/') && !UNTOUCHED.test(url.pathname),
    (route) => answer(route).catch(left),
  );
  return async (next) => {
    state = next;
    await Promise.all(waiting.splice(0).map((route) => answer(route).catch(left)));
  };
};
