import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { connectDatabase, type Database } from '#prisma/client.ts';
import { createApp } from '../app.ts';
import { asked, testDeps } from '../testing.ts';
import type { Contract, Operation } from './contract.ts';
import { exampleOf } from './example.ts';

// The contract that people and programs read, held against the routes themselves.

let db: Database;
let app: ReturnType<typeof createApp>;
let contract: Contract;
beforeAll(async () => {
  db = connectDatabase('postgresql://nobody:nothing@127.0.0.1:1/none');
  app = createApp(testDeps(db));
  contract = (await (await app.fetch(asked('/api/openapi.json'), {})).json()) as Contract;
});
afterAll(() => db.$disconnect());

const UUID = '3f0c8a52-6d1e-4b7a-9c24-5e8f7a6b1d90';

interface Called {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}
const operations = (): Called[] =>
  Object.entries(contract.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      operation,
    })),
  );

/** The validator that a schema of the contract describes. */
const validatorOf = (schema: object) => {
  // Patterns with classes of Unicode are left to the routes: zod reads patterns without that flag.
  const local = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value).replaceAll('#/components/schemas/', '#/$defs/'),
      (name, each: unknown) =>
        name === 'pattern' && String(each).includes('\\p{') ? undefined : each,
    );
  const whole = { ...(local(schema) as object), $defs: local(contract.components.schemas) };
  return z.fromJSONSchema(whole as Parameters<typeof z.fromJSONSchema>[0]);
};

describe('the contract', { timeout: 30_000 }, () => {
  test('has every route', () => {
    const served = app.routes
      .filter(
        ({ method, path }) => method !== 'ALL' && !/^\/api\/(?:docs|openapi\.json)/.test(path),
      )
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect(new Set(operations().map(({ name }) => name))).toEqual(new Set(served));
  });

  test('says of every route what it does, in which group, and how it can fail', () => {
    const lacking = operations().filter(({ path, operation }) => {
      const codes = Object.keys(operation.responses);
      const failures = path.includes('/health') ? [] : ['422', '500', '503'];
      return (
        operation.summary === undefined ||
        operation.tags?.length !== 1 ||
        !codes.some((code) => code.startsWith('2')) ||
        !failures.every((code) => codes.includes(code))
      );
    });
    expect(lacking.map(({ name }) => name)).toEqual([]);
  });

  test('says that a key may be of another call, wherever there is one', () => {
    const silent = operations().filter(
      ({ operation }) =>
        (operation.parameters ?? []).some(({ name }) => name === 'idempotency-key') &&
        !Object.hasOwn(operation.responses, '409'),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  test('has a key for every call that changes something at once', () => {
    const keyless = operations()
      .filter(({ method, path, operation }) => {
        const names = (operation.parameters ?? []).map((each) => each.name);
        const secret = /^\/api\/(?:auth|credentials|codec)/.test(path); // what was answered is not kept
        return method !== 'GET' && !secret && !names.includes('idempotency-key');
      })
      .map(({ name }) => name);
    expect(keyless).toEqual([
      'DELETE /api/configurations/{id}', // these change nothing when they are repeated
      'POST /api/configurations/{id}/check',
      'POST /api/alerts/{id}/ack',
    ]);
  });

  test('shows a valid example of every JSON body', () => {
    const shown = operations().flatMap(({ name, operation }) =>
      [
        { what: `${name} body`, part: operation.requestBody },
        ...Object.entries(operation.responses).map(([code, part]) => ({
          what: `${name} ${code}`,
          part,
        })),
      ].flatMap(({ what, part }) => {
        const media = part?.content?.['application/json'];
        return media === undefined ? [] : [{ what, media }];
      }),
    );
    const validators = new Map<string, z.ZodType>();
    const invalid = shown.flatMap(({ what, media }) => {
      const key = JSON.stringify(media.schema);
      const validator = validators.get(key) ?? validatorOf(media.schema ?? {});
      validators.set(key, validator);
      const { error } = validator.safeParse(media.example);
      return error === undefined ? [] : [{ what, issues: error.issues }];
    });
    expect(invalid).toEqual([]);
    expect(shown.length).toBeGreaterThan(100);
  });

  test('has patterns as JSON Schema writes them', () => {
    expect(JSON.stringify(contract)).not.toMatch(/"pattern":"[^"]*\/[a-z]*"/);
  });

  test('shows bodies that the routes take as they are', async () => {
    const bodies = operations().filter(
      // The ways in take a body, and then say no: api/auth has their tests.
      ({ path, operation }) =>
        operation.requestBody !== undefined && !/^\/api\/(?:auth|codec)\//.test(path),
    );
    expect(bodies.length).toBeGreaterThan(8);
    const statuses = bodies.map(async ({ name, method, path, operation }) => {
      const json = operation.requestBody?.content?.['application/json']?.example;
      const id = /^\/api\/(?:configurations|orphans|notifications)/.test(path) ? UUID : 'abc';
      const response = await app.fetch(asked(path.replace('{id}', id), { method, json }), {});
      return [name, response.status];
    });
    // Taken; the database of this test is missing.
    expect(await Promise.all(statuses)).toEqual(bodies.map(({ name }) => [name, 503]));
  });
});

describe('the reference page', () => {
  test('names every route and stands under the policy', async () => {
    const response = await app.fetch(asked('/api/docs'), {});
    expect(response.headers.get('content-type')).toContain('text/html');
    const html = await response.text();
    for (const { path } of operations()) expect(html).toContain(`<code>${path}</code>`);
    expect(html).not.toMatch(/<script|<style|style="|onclick|src="|href="http/);
    expect(response.headers.get('content-security-policy')).toContain("style-src 'self'");
    const style = await app.fetch(asked('/api/docs/style.css'), {});
    expect(style.headers.get('content-type')).toContain('text/css');
  });
});

test('an example is what the schema says', () => {
  const named = { Name: { type: 'string', example: 'a' } };
  const schema = {
    type: 'object',
    properties: {
      name: { $ref: '#/components/schemas/Name' },
      sizes: { type: 'array', items: { type: 'integer', minimum: 3 } },
      level: { enum: ['low', 'high'] },
      at: { type: ['string', 'null'], format: 'date-time' },
      both: { allOf: [{ $ref: '#/components/schemas/Name' }, { description: 'x' }] },
    },
  };
  expect(exampleOf(schema, named)).toEqual({
    name: 'a',
    sizes: [3],
    level: 'low',
    at: '2026-06-01T08:00:00.000Z',
    both: 'a',
  });
});
