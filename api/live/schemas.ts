import { z } from '@hono/zod-openapi';
import { gateParts } from '#domain/live-gate.ts';
import { modes } from '#domain/mode.ts';
import { time } from '../schemas/shared.ts';

/** A confirmation holds this many days at most; the configuration says how many are usual. */
export const DAYS_MAX = 30;

const part = z
  .object({
    name: z.enum(gateParts),
    state: z.enum(['met', 'notMet', 'unknown']).openapi({
      description: 'unknown keeps the gate shut as notMet does',
    }),
    text: z.string().openapi({ description: 'what is true now, one sentence' }),
    todo: z.string().nullable().openapi({ description: 'what to do; null when it is met' }),
  })
  .openapi('LivePart');

const preflightFinding = z.object({
  name: z
    .enum([
      'accepted',
      'trading',
      'withdrawals',
      'address',
      'clock',
      'order',
      'pairs',
      'roundTrip',
      'age',
      'balance',
    ])
    .openapi({
      description:
        'order: POST /order/test; pairs: the key’s selfSymbols; age: since it was entered here',
    }),
  state: z.enum(['ok', 'warn', 'failed', 'unknown']),
  text: z.string(),
});

export const preflightView = z
  .object({
    passed: z.boolean(),
    checkedAt: time('the exchange was asked'),
    ofKeyInUse: z.boolean().openapi({ description: 'false: another key was put to the test' }),
    findings: z.array(preflightFinding).openapi({ description: 'in the order to be read' }),
  })
  .openapi('Preflight');

const confirmation = z
  .object({
    state: z.enum(['valid', 'expired', 'withdrawn']),
    confirmedBy: z.string(),
    confirmedAt: time('was typed'),
    expiresAt: time('entries stop; exits never'),
    withdrawnBy: z.string().nullable(),
    withdrawnAt: time('was taken back').nullable(),
  })
  .openapi('LiveConfirmation');

export const liveState = z
  .object({
    mode: z.enum(modes),
    account: z.string().openapi({ description: 'names the account without revealing its key' }),
    orders: z.enum(['play', 'paper', 'gated']).openapi({
      description:
        'play: to the simulator; paper: nowhere, fills are optimistic guesses from the live book; gated: to the exchange, entries only while open',
    }),
    open: z.boolean().openapi({ description: 'every part is met: entries spend real money' }),
    headline: z.string().openapi({ description: 'where it stands, one sentence' }),
    parts: z.array(part).openapi({ description: 'in the order in which a person meets them' }),
    preflight: preflightView.nullable().openapi({ description: 'the last; null: never asked' }),
    confirmation: confirmation
      .nullable()
      .openapi({ description: 'the last typed; null: never typed' }),
    phrase: z.string().openapi({ description: 'what must be typed to confirm, exactly' }),
    days: z.object({
      usual: z.number().int().openapi({ description: 'of the configuration, when none are named' }),
      most: z.number().int(),
    }),
  })
  .openapi('LiveState');

export const confirmInput = z
  .strictObject({
    text: z
      .string()
      .min(1)
      .max(200)
      .openapi({ description: 'the phrase of GET /live, typed', example: 'trade real money' }),
    days: z
      .number()
      .int()
      .min(1)
      .max(DAYS_MAX)
      .optional()
      .openapi({ description: 'until it expires; without it what the configuration says' }),
  })
  .openapi('LiveConfirmInput');

export const preflightAnswer = z
  .object({
    state: z.enum(['done', 'pending']).openapi({
      description: 'pending: it is being asked; look at GET /live again',
    }),
    live: liveState,
  })
  .openapi('PreflightAnswer');

export type LiveState = z.infer<typeof liveState>;
