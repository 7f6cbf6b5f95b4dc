import { z } from 'zod';

// One schema per process. Every problem is named at once; a secret is never printed.

const port = (fallback: number) => z.coerce.number().int().min(0).max(65_535).default(fallback);
const httpUrl = z.url({ protocol: /^https?$/ });

const every = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  DATA_DIR: z.string().min(1).default('.data'),
  SECRETS_KEY_FILE: z.string().min(1).optional(),
  METRICS_PORT: port(9464),
  /** A collector of OpenTelemetry, by HTTP; without one nothing is traced. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .literal('')
    .transform(() => undefined)
    .or(httpUrl)
    .optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty']).default('json'),
});

/** What the mode is computed from (runtime/mode.ts): the same for every process. */
const venue = z.object({
  EXCHANGE: z.enum(['simulator', 'live']).default('simulator'),
  /** Empty is unset: containers cannot leave it out. */
  LIVE_TRADING: z
    .literal('')
    .transform(() => undefined)
    .or(z.literal('yes-i-mean-it', { error: 'must be "yes-i-mean-it", or be removed' }))
    .optional(),
  MEXC_REST_URL: httpUrl,
  MEXC_WS_URL: z.url({ protocol: /^wss?$/ }),
  MEXC_WEB_URL: httpUrl,
  MEXC_API_KEY: z.string().min(1).optional(),
});

const signing = z.object({ MEXC_API_SECRET: z.string().min(1).optional() });

const working = z.object({
  /** Two builds run side by side when it is set, and each trade ends on the build that began it. */
  TEMPORAL_WORKER_BUILD_ID: z
    .literal('')
    .transform(() => undefined)
    .or(z.string().regex(/^[\w.-]{1,64}$/, 'letters, digits, ".", "_" and "-", at most 64'))
    .optional(),
});

/** Empty is none: containers cannot leave it out. */
const optionalUrl = z
  .literal('')
  .transform(() => undefined)
  .or(z.url({ protocol: /^https$/, error: 'must be an https:// address' }))
  .optional();

const apiOnly = z.object({
  API_HOST: z.string().min(1).default('127.0.0.1'),
  API_PORT: port(8080),
  PUBLIC_URL: optionalUrl,
  /** Called every minute while all parts are well. */
  HEARTBEAT_URL: optionalUrl,
  TEMPORAL_UI_URL: httpUrl.optional(),
});

/** Environment of the monitor and the worker. */
export const traderEnv = every.extend(venue.shape).extend(signing.shape).extend(working.shape);
/** Environment of the API. It never talks to the exchange; the key only names the account. */
export const apiEnv = every.extend(venue.shape).extend(apiOnly.shape);

export type TraderEnv = z.infer<typeof traderEnv>;

/** Parses the environment; throws one Error that lists every problem and what is allowed. */
export const readEnv = <S extends z.ZodType>(
  schema: S,
  env: Readonly<Record<string, string | undefined>>,
): z.infer<S> => {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    (issue) => `  ${issue.path.join('.')}: ${issue.message}`,
  );
  throw new Error(
    `The environment is not usable:\n${problems.join('\n')}\nSee .env.example for every setting.`,
  );
};
