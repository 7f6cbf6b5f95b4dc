import type { Mode } from '#domain/mode.ts';
import { pino, type Logger } from 'pino';

/** The structured log of one process: JSON lines, or coloured text for people. */
export const createLog = (settings: {
  process: string;
  /** On every line: whose money the line is about. */
  mode: Mode;
  level: string;
  format: 'json' | 'pretty';
  /** What else is known where a line is written: request, workflow, trace. */
  context?: () => object;
}): Logger =>
  pino({
    level: settings.level,
    ...(settings.context === undefined ? {} : { mixin: settings.context }),
    base: { process: settings.process, mode: settings.mode },
    timestamp: pino.stdTimeFunctions.isoTime,
    // An Error has no enumerable fields: without this it would be logged as {}.
    serializers: { error: pino.stdSerializers.err },
    ...(settings.format === 'pretty'
      ? {
          transport: {
            target: 'pino-pretty',
            options: {
              colorize: false,
              ignore: 'pid,hostname,process,mode',
              translateTime: 'HH:MM:ss.l',
              ...(settings.mode === 'simulator'
                ? {}
                : { messageFormat: `${settings.mode}: {msg}` }),
            },
          },
        }
      : {}),
  });
