import { randomUUID } from 'node:crypto';
import { createRoute } from '@hono/zod-openapi';
import {
  activeCredential,
  addCredential,
  findCredential,
  forgetSealed,
  keyUses,
  listCredentials,
  removeCredential,
} from '#prisma/credentials.ts';
import type { SecretCredential } from '#prisma/generated/client.ts';
import { accountOf } from '#prisma/installation.ts';
import { openTrades } from '#prisma/runs.ts';
import { sealExchangeKey } from '#runtime/exchange-key.ts';
import { done } from '../auth/routes/schemas.ts';
import { callerOf } from '../auth/routes/called.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter } from '../router.ts';
import { conflict, notFound, problems } from '../schemas/error.ts';
import { uuidParams } from '../schemas/shared.ts';
import { iso, isoOrNull } from '../views/text.ts';
import * as schemas from './schemas.ts';

const tags = ['credentials'];

const list = createRoute({
  method: 'get',
  path: '/credentials',
  tags,
  summary: 'Keys of the exchange, newest first; never the secrets',
  responses: { 200: answer(schemas.credentialList, 'what is known of each'), ...problems },
});

const add = createRoute({
  method: 'post',
  path: '/credentials',
  tags,
  summary: 'Seals a key of the exchange; it is in use from then on',
  description: 'A key of another account is refused while positions are open.',
  request: { body: body(schemas.credentialInput) },
  responses: { 201: answer(schemas.credentialView, 'sealed'), ...conflict, ...problems },
});

const remove = createRoute({
  method: 'delete',
  path: '/credentials/{id}',
  tags,
  summary: 'Forgets a key',
  description: 'Refused while positions are open that need it to be sold.',
  request: { params: uuidParams },
  responses: {
    200: answer(schemas.credentialView, 'forgotten'),
    ...notFound,
    ...conflict,
    ...problems,
  },
});

const check = createRoute({
  method: 'post',
  path: '/credentials/{id}/check',
  tags,
  summary: 'Asks the exchange what a key may do',
  description: 'Warns when it may withdraw; what the exchange does not say is unknown.',
  request: { params: uuidParams },
  responses: {
    200: answer(schemas.credentialCheck, 'what the exchange says'),
    202: answer(schemas.credentialCheck, 'it is being asked; look at the key again'),
    ...notFound,
    ...problems,
  },
});

const forget = createRoute({
  method: 'delete',
  path: '/credentials',
  tags,
  summary: 'Forgets all that a lost key file sealed',
  description:
    'Exchange keys, authenticators, sessions. Refused while the key file is there; the next start makes a new one.',
  responses: { 200: answer(done, 'forgotten'), ...conflict, ...problems },
});

/** Keys of the exchange: entered, listed, forgotten. Nothing here can open one. */
export const credentialRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(list, async (c) => {
      const rows = await listCredentials(deps.db);
      const uses = await keyUses(deps.db);
      const sealedWith = uses.map(({ keyId, firstUsedAt }) => ({
        keyId,
        firstUsedAt: iso(firstUsedAt),
      }));
      return c.json({ items: rows.map(viewOf), sealedWith }, 200);
    })
    .openapi(add, async (c) => {
      const { label, apiKey, apiSecret } = c.req.valid('json');
      const before = await activeCredential(deps.db);
      const account = accountOf(apiKey);
      await refuseOtherAccount(deps, { present: before?.account ?? null, account });
      const sealed = sealExchangeKey(await deps.keys(), randomUUID(), { apiKey, apiSecret });
      const row = await addCredential(deps.db, {
        ...sealed,
        label,
        account,
        hint: `${apiKey.slice(0, 4)}…${apiKey.slice(-2)}`,
        createdBy: callerOf(c).name,
        nowMs: deps.clock.now(),
      });
      const view = viewOf(row);
      c.set('changed', { before: null, after: view });
      deps.log.warn({ credential: row.id, account }, 'A key of the exchange was entered');
      return c.json(view, 201);
    })
    .openapi(remove, async (c) => {
      const { id } = c.req.valid('param');
      const found = await deps.db.secretCredential.findUnique({ where: { id } });
      if (found === null) throw new ApiProblem('NOT_FOUND', 'There is no such key.');
      const before = viewOf(found);
      if (before.state === 'inUse') await refuseWhileOpen(deps);
      const row = await removeCredential(deps.db, id, deps.clock.now());
      const view = viewOf(row);
      c.set('changed', { before, after: view });
      deps.log.warn({ credential: id }, 'A key of the exchange was removed');
      return c.json(view, 200);
    })
    .openapi(check, async (c) => {
      const { id } = c.req.valid('param');
      if ((await findCredential(deps.db, id)) === null)
        throw new ApiProblem('NOT_FOUND', 'There is no such key.');
      const found = await deps.temporal.accountTask({ kind: 'checkCredential', credentialId: id });
      if (found === null)
        return c.json({ state: 'pending' as const, checkedAt: null, findings: [] }, 202);
      const checkedAt = iso(new Date(deps.clock.now()));
      return c.json(schemas.credentialCheck.parse({ ...found, checkedAt }), 200);
    })
    .openapi(forget, async (c) => {
      if (await hasKeys(deps))
        throw new ApiProblem('CONFLICT', 'The key file is there; remove single keys instead.');
      await forgetSealed(deps.db, deps.clock.now());
      deps.auth.forget();
      deps.log.warn({}, 'All that was sealed is forgotten');
      return c.json({ done: true as const }, 200);
    });

/** Whether what is sealed can be opened. */
const hasKeys = async (deps: ApiDeps): Promise<boolean> => {
  await deps.db.$queryRaw`SELECT 1`; // a database that is away is no reason to forget anything
  return deps.keys().then(
    () => true,
    () => false,
  );
};

/** A run, or a position, of one account is never carried on with the key of another. */
const refuseOtherAccount = async (
  deps: ApiDeps,
  { present, account }: { present: string | null; account: string },
): Promise<void> => {
  const { db, installation } = deps;
  const installationId = await installation.id();
  // Without a key what is open belongs to the account that was there before.
  if (installation.venue.orders !== 'gated' || account === (present ?? installation.account))
    return;
  await refuseWhileOpen(deps);
  const running = await db.botRun.count({ where: { installationId, state: { not: 'stopped' } } });
  if (running > 0)
    throw new ApiProblem('CONFLICT', 'The bot runs for another account; stop it first.');
};

/** Positions of real money can only be sold with the key that bought them. */
const refuseWhileOpen = async ({ db, installation }: ApiDeps): Promise<void> => {
  if (installation.venue.orders !== 'gated') return; // positions elsewhere need no entered key
  const open = await openTrades(db, await installation.id());
  if (open.length === 0) return;
  throw new ApiProblem(
    'CONFLICT',
    `${open.length} trades are open that need the present key; close them first.`,
    { open: open.slice(0, 20).map(({ symbol }) => symbol) },
  );
};

const viewOf = (row: SecretCredential): schemas.CredentialView => ({
  id: row.id,
  label: row.label,
  account: row.account,
  hint: row.hint,
  state: row.removedAt === null ? 'inUse' : 'removed',
  keyId: row.keyId,
  createdBy: row.createdBy,
  createdAt: iso(row.createdAt),
  removedAt: isoOrNull(row.removedAt),
  check: checkOf(row),
});

/** What the signer wrote; it keeps the shape of the schema. */
const checkOf = ({ check, checkedAt }: SecretCredential): schemas.CredentialCheckView | null => {
  const parsed = schemas.credentialCheck.omit({ checkedAt: true }).safeParse(check);
  return parsed.success ? { ...parsed.data, checkedAt: isoOrNull(checkedAt) } : null;
};
