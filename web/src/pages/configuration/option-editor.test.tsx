// @vitest-environment jsdom
import axe from 'axe-core';
import { afterEach, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { plainSchema } from '../../api/plain-schema.ts';
import { draw, press, type } from '../../testing.tsx';
import { OptionEditor } from './option-editor.tsx';
import type { Target } from './use-option-editing.ts';

const written: unknown = z.toJSONSchema(tradingOptions, { io: 'input' });
const schema = plainSchema(written as Parameters<typeof plainSchema>[0]); // zod's own
const demo = tradingOptions.parse(demoOptions);

interface Sent {
  readonly path: string;
  readonly body: { readonly name?: string; readonly options: unknown };
}

let end: (() => Promise<void>) | null = null;
afterEach(async () => {
  await end?.();
  vi.unstubAllGlobals();
});

/** An editor before an API that judges options as the real one does. */
const startEditor = async (target: Target = { kind: 'next' }) => {
  const sent: Sent[] = [];
  vi.stubGlobal('fetch', async (path: string, init: { body: string }) => {
    const body = JSON.parse(init.body) as Sent['body']; // our own request
    sent.push({ path, body });
    const read = tradingOptions.safeParse(body.options);
    if (read.success) return Response.json({ name: 'x', version: 2 });
    const details = read.error.issues.map((issue) => ({
      path: ['options', ...issue.path].join('.'),
      problem: issue.message,
    }));
    const error = { code: 'VALIDATION_FAILED', message: 'wrong', requestId: 'r1', details };
    return Response.json({ error }, { status: 422 });
  });
  const saved = vi.fn<() => void>();
  const drawn = await draw(
    <OptionEditor
      initial={demo}
      schema={schema}
      target={target}
      outdated={false}
      onSaved={saved}
      onGiveUp={null}
    />,
  );
  ({ end } = drawn);
  const { page } = drawn;
  return { page, sent, saved };
};

const field = (name: string): HTMLInputElement => {
  const found = document.querySelector<HTMLInputElement>(`input[name="${name}"]`);
  if (found === null) throw new Error(`no field ${name}`);
  return found;
};

const problemAt = (name: string): string | null | undefined => {
  const ids = field(name).getAttribute('aria-describedby')?.split(' ') ?? [];
  return document.getElementById(ids.find((id) => id.endsWith('-problem')) ?? '')?.textContent;
};

test('wrong fields say what was typed, and the first has the focus', async () => {
  const { sent } = await startEditor();
  await type(field('entry.slippage'), '99');
  await type(field('quoteAmount'), '1,000');
  await press('Write a new version');
  expect(problemAt('quoteAmount')).toBe('"1,000" is not an amount such as 100 or 0.5');
  expect(problemAt('entry.slippage')).toBe('99 is not 0.1 to 20');
  expect(document.activeElement).toBe(field('quoteAmount'));
  expect(field('quoteAmount').value).toBe('1,000');
  expect(sent).toEqual([]);
});

test('what only the API sees stands beside its field too', async () => {
  const { saved, page } = await startEditor();
  await type(field('quoteAmount'), '500');
  await press('Write a new version');
  expect(problemAt('quoteAmount')).toContain('must not be above maxQuotePerTrade (200)');
  expect(document.activeElement).toBe(field('quoteAmount'));
  expect(page.textContent).toContain('Not written: one place needs a look (request r1).');
  await type(field('quoteAmount'), '150');
  await press('Write a new version');
  expect(saved).toHaveBeenCalledOnce();
});

test('all that would be different is listed before it is written', async () => {
  const { page } = await startEditor();
  const listed = () =>
    [
      ...(page.querySelector('[aria-label="What changes"]')?.querySelectorAll('tbody tr') ?? []),
    ].map((row) => [...row.children].map((cell) => cell.textContent));
  expect(listed()).toEqual([]);
  await type(field('exit.stop'), '33');
  await type(field('quotes'), 'USDT, USDC');
  expect(listed()).toEqual([
    ['exit.stop', '20', '33'],
    ['quotes.1', 'not there', 'USDC'],
  ]);
  await type(field('exit.stop'), '20');
  await type(field('quotes'), 'USDT');
  expect(page.textContent).toContain('Nothing yet.');
});

test('targets are added and removed', async () => {
  const { sent } = await startEditor();
  await press('Remove ladder 1');
  await press('Add to ladder');
  await type(field('exit.ladder.1.gain'), '90');
  await type(field('exit.ladder.1.fraction'), '0.25');
  await press('Write a new version');
  expect(sent[0]?.body.options).toMatchObject({
    exit: {
      ladder: [
        { gain: 50, fraction: 0.25 },
        { gain: 90, fraction: 0.25 },
      ],
    },
  });
});

test('form and JSON are the same options, and what was typed goes along', async () => {
  const { sent, page } = await startEditor();
  await type(field('exit.stop'), '33');
  await press('JSON');
  const area = page.querySelector('textarea');
  if (area === null) throw new Error('no JSON');
  expect(JSON.parse(area.value)).toEqual({ ...demo, exit: { ...demo.exit, stop: 33 } });
  await type(area, area.value.replace('"stop": 33', '"stop": 34'));
  await press('Form');
  expect(field('exit.stop').value).toBe('34');
  await press('Write a new version');
  expect(sent[0]?.body.options).toMatchObject({ exit: { stop: 34 } });
});

test('text that is no JSON stays, and is not sent', async () => {
  const { sent, page } = await startEditor();
  await press('JSON');
  const area = page.querySelector('textarea');
  if (area === null) throw new Error('no JSON');
  await type(area, '{"quoteAmount": ');
  await press('Form');
  expect(page.querySelector('textarea')?.value).toBe('{"quoteAmount": ');
  expect(page.textContent).toContain('This is not JSON');
  await press('Write a new version');
  expect(sent).toEqual([]);
});

test('a new configuration needs a name', async () => {
  const { sent } = await startEditor({ kind: 'named', name: '', activate: false });
  await press('Write it');
  expect(problemAt('name')).toBe('give it a name');
  await type(field('name'), 'careful');
  await press('Write it');
  expect(sent).toMatchObject([{ path: '/api/configurations', body: { name: 'careful' } }]);
});

test('it can be read out, right and wrong', { timeout: 30_000 }, async () => {
  const { page } = await startEditor({ kind: 'named', name: '', activate: false });
  await type(field('exit.stop'), 'x');
  await press('Write it');
  // There is no colour and no size without a browser.
  const rules = { 'color-contrast': { enabled: false }, 'target-size': { enabled: false } };
  const found = await axe.run(page, { rules });
  expect(found.violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([]);
});
