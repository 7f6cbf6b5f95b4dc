import type { OpenAPIHono } from '@hono/zod-openapi';
import type { ApiEnv } from '../router.ts';
import { contractOf, type Contract } from './contract.ts';
import { referencePage, referenceStyle } from './page.ts';

/** Serves the contract of all routes that are there by then, and a page to read it. */
export const serveReference = (app: OpenAPIHono<ApiEnv>, version: string): void => {
  let kept: Contract | null = null;
  const contract = (): Contract => (kept ??= contractOf(app, version));
  app.get('/api/openapi.json', (c) => c.json(contract(), 200, { 'Cache-Control': 'no-cache' }));
  app.get('/api/docs', (c) => c.html(referencePage(contract())));
  app.get('/api/docs/style.css', (c) =>
    c.body(referenceStyle, 200, { 'Content-Type': 'text/css; charset=utf-8' }),
  );
};
