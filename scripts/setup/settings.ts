import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { z } from 'zod';

const port = z
  .string()
  .refine(
    (text) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535,
    'must be a port from 1 to 65535',
  )
  .optional();
const set = z.string().min(1, 'is set to nothing; give it a value or remove the line').optional();

/** What `npm start` reads from the environment and from `.env`; `.env.example` explains each. */
const startSettings = z
  .object({
    DATA_DIR: z.string().min(1).default('.data'),
    DATABASE_URL: z
      .url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// address' })
      .optional(),
    EXCHANGE: z
      .enum(['simulator', 'live'], { error: 'must be "simulator" or "live"' })
      .default('simulator'),
    LIVE_TRADING: z
      .literal('yes-i-mean-it', { error: 'must be "yes-i-mean-it", or be removed' })
      .optional(),
    MEXC_API_KEY: set,
    MEXC_API_SECRET: set,
    MEXC_REST_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }).optional(),
    MEXC_WS_URL: z.url({ protocol: /^wss?$/, error: 'must be a ws(s) address' }).optional(),
    MEXC_WEB_URL: z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }).optional(),
    API_PORT: port,
    SIMULATOR_PORT: port,
    TEMPORAL_PORT: port,
    TEMPORAL_UI_PORT: port,
    POSTGRES_PORT: port,
    METRICS_PORT: port,
    SIMULATOR_SCENARIO: z.enum(['demo', 'empty', 'large']).default('demo'),
    LOG_LEVEL: z
      .enum(['trace', 'debug', 'info', 'warn', 'error'], {
        error: 'must be trace, debug, info, warn or error',
      })
      .default('info'),
  })
  .superRefine((settings, context) => {
    if ((settings.MEXC_API_KEY === undefined) !== (settings.MEXC_API_SECRET === undefined))
      context.addIssue({
        code: 'custom',
        path: [settings.MEXC_API_KEY === undefined ? 'MEXC_API_KEY' : 'MEXC_API_SECRET'],
        message: 'is missing: key and secret belong together',
      });
  });

export type StartSettings = z.infer<typeof startSettings>;

/** Reads `.env` (what the shell says wins) and every setting; throws one Error with all problems. */
export const readSettings = (file = '.env'): StartSettings => {
  if (existsSync(file)) loadEnvFile(file);
  const parsed = startSettings.safeParse(process.env);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')} ${issue.message}`);
  throw new Error(
    `Settings that cannot be used (from the environment or ${file}):\n${problems.join('\n')}\nNothing was started. .env.example explains every setting.`,
  );
};
