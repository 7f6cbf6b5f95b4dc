import { randomUUID } from 'node:crypto';
import { createRoute, z } from '@hono/zod-openapi';
import {
  addDelivery,
  channels,
  findChannel,
  noteAttempt,
  removeChannel,
} from '#prisma/notifications.ts';
import type { UsableChannel } from '#prisma/notifications.ts';
import { sealTarget, type NotificationTarget } from '#runtime/notification-target.ts';
import { callerOf } from '../auth/routes/called.ts';
import type { ApiDeps } from '../deps.ts';
import { ApiProblem } from '../problem.ts';
import { answer, body, newRouter } from '../router.ts';
import { conflict, notFound, problems } from '../schemas/error.ts';
import { keyHeaders, limitParam, uuidCursorParam, uuidParams } from '../schemas/shared.ts';
import { after, page, readCursor } from '../views/paging.ts';
import * as schemas from './schemas.ts';
import { sendMessage } from './senders/send.ts';
import { testMessage } from './message.ts';
import { channelViewOf, deliveryViewOf } from './view.ts';

const tags = ['notifications'];

const list = createRoute({
  method: 'get',
  path: '/notifications',
  tags,
  summary: 'Channels that people are told through, oldest first; never their secrets',
  responses: { 200: answer(schemas.channelList, 'all of them'), ...problems },
});

const add = createRoute({
  method: 'post',
  path: '/notifications',
  tags,
  summary: 'Adds a channel; its secret is sealed at once and never shown',
  request: { headers: keyHeaders, body: body(schemas.channelInput) },
  responses: { 201: answer(schemas.channelView, 'added'), ...conflict, ...problems },
});

const change = createRoute({
  method: 'put',
  path: '/notifications/{id}',
  tags,
  summary: 'Changes what a channel tells of, and how loudly',
  description: 'To change where it goes, remove it and add another.',
  request: { params: uuidParams, headers: keyHeaders, body: body(schemas.channelChange) },
  responses: { 200: answer(schemas.channelView, 'changed'), ...notFound, ...problems },
});

const remove = createRoute({
  method: 'delete',
  path: '/notifications/{id}',
  tags,
  summary: 'Forgets a channel and its secret',
  request: { params: uuidParams, headers: keyHeaders },
  responses: { 200: answer(schemas.channelView, 'as it was'), ...notFound, ...problems },
});

const test = createRoute({
  method: 'post',
  path: '/notifications/{id}/test',
  tags,
  summary: 'Sends a message now, and says what came of it',
  description: 'Also through a channel that is switched off. It is tried once.',
  request: { params: uuidParams, headers: keyHeaders },
  responses: { 200: answer(schemas.testAnswer, 'what came of it'), ...notFound, ...problems },
});

const deliveries = createRoute({
  method: 'get',
  path: '/notifications/deliveries',
  tags,
  summary: 'Messages and what became of them, newest first',
  request: {
    query: z.object({
      state: z.enum(['waiting', 'delivered', 'failed', 'collapsed']).optional(),
      channelId: z.uuid({ message: 'must be a UUID' }).optional(),
      limit: limitParam,
      cursor: uuidCursorParam,
    }),
  },
  responses: { 200: answer(schemas.deliveryPage, 'a page'), ...problems },
});

/** More than anybody needs; each one is told of everything. */
const CHANNELS_MAX = 20;

/** Channels: entered, tested, changed, forgotten; and what was sent through them. */
export const notificationRoutes = (deps: ApiDeps) =>
  newRouter()
    .openapi(list, async (c) => {
      const rows = await channels(deps.db);
      const items = await Promise.all(rows.map((row) => viewOf(deps, row)));
      return c.json({ items }, 200);
    })
    .openapi(add, async (c) => {
      const input = c.req.valid('json');
      const view = await addChannel(deps, input, callerOf(c).name);
      c.set('changed', { before: null, after: view });
      return c.json(view, 201);
    })
    .openapi(deliveries, async (c) => {
      const { state, channelId, limit, cursor } = c.req.valid('query');
      const rows = await deps.db.notificationDelivery.findMany({
        where: {
          installationId: await deps.installation.id(),
          ...(state === undefined ? {} : { state }),
          ...(channelId === undefined ? {} : { channelId }),
          ...after(readCursor(cursor), 'createdAt'),
        },
        include: { channel: true },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const position = (row: (typeof rows)[number]) => ({ at: row.createdAt, id: row.id });
      return c.json(page(rows, limit, { position, view: deliveryViewOf }), 200);
    })
    .openapi(change, async (c) => {
      const found = await channelOf(deps, c.req.valid('param').id);
      const before = await viewOf(deps, found);
      const { name, enabled, levels, commands } = c.req.valid('json');
      await deps.db.notificationChannel.update({
        where: { id: found.id },
        data: {
          ...(name === undefined ? {} : { name }),
          ...(enabled === undefined ? {} : { enabled }),
          ...(levels === undefined ? {} : { levels }),
          ...(commands === undefined || found.kind !== 'telegram' ? {} : { commands }),
        },
      });
      const view = await viewOf(deps, await channelOf(deps, found.id));
      c.set('changed', { before, after: view });
      return c.json(view, 200);
    })
    .openapi(remove, async (c) => {
      const view = await viewOf(deps, await channelOf(deps, c.req.valid('param').id));
      await removeChannel(deps.db, view.id, deps.clock.now());
      c.set('changed', { before: view, after: null });
      return c.json(view, 200);
    })
    .openapi(test, async (c) =>
      c.json(await sendTest(deps, await channelOf(deps, c.req.valid('param').id)), 200),
    );

const viewOf = (deps: ApiDeps, row: UsableChannel) => channelViewOf(deps.db, row, deps.clock.now());

const channelOf = async (deps: ApiDeps, id: string): Promise<UsableChannel> => {
  const found = await findChannel(deps.db, id);
  if (found === null) throw new ApiProblem('NOT_FOUND', 'There is no such channel.');
  return found;
};

const addChannel = async (deps: ApiDeps, input: schemas.ChannelInput, createdBy: string) => {
  const { name, enabled, levels, kind } = input;
  if ((await channels(deps.db)).length >= CHANNELS_MAX)
    throw new ApiProblem('CONFLICT', `There are ${CHANNELS_MAX} channels; remove one first.`);
  const { place, target } = targetOf(input);
  const sealed = sealTarget(await deps.keys(), randomUUID(), target);
  const commands = input.kind === 'telegram' && input.commands;
  await deps.db.notificationChannel.create({
    data: {
      ...sealed,
      name,
      enabled,
      levels,
      kind,
      place,
      commands,
      createdBy,
      createdAt: new Date(deps.clock.now()),
    },
  });
  deps.log.info({ channel: sealed.id, kind, place }, 'A notification channel was added');
  return viewOf(deps, await channelOf(deps, sealed.id));
};

/** Where it goes, and how that is shown. */
const targetOf = (input: schemas.ChannelInput): { place: string; target: NotificationTarget } => {
  switch (input.kind) {
    case 'telegram': {
      const { kind, botToken, chatId, apiUrl } = input;
      return { place: `chat ${chatId}`, target: { kind, botToken, chatId, apiUrl } };
    }
    case 'discord':
    case 'slack': {
      const { kind, webhookUrl } = input;
      return { place: new URL(webhookUrl).host, target: { kind, webhookUrl } };
    }
    case 'webhook': {
      const { kind, webhookUrl, signingSecret } = input;
      return { place: new URL(webhookUrl).host, target: { kind, webhookUrl, signingSecret } };
    }
  }
};

const sendTest = async (deps: ApiDeps, channel: UsableChannel) => {
  const nowMs = deps.clock.now();
  const { mode } = deps.installation.venue;
  const message = testMessage({ mode, nowMs, link: deps.publicUrl?.origin ?? null });
  const delivery = await addDelivery(
    deps.db,
    {
      installationId: await deps.installation.id(),
      channelId: channel.id,
      eventId: null,
      episode: null,
      level: 'on',
      message,
      held: true,
    },
    nowMs,
  );
  const sent = await sendMessage(await deps.keys(), channel, {
    id: delivery.id,
    level: 'on',
    message,
  });
  const problem = sent.kind === 'delivered' ? null : sent.problem;
  await noteAttempt(
    deps.db,
    delivery.id,
    problem === null ? { kind: 'delivered', atMs: deps.clock.now() } : { kind: 'failed', problem },
  );
  return { delivered: problem === null, problem };
};
