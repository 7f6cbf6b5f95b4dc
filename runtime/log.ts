import type { Mode } from '#domain/mode.ts';
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { logFields } from './log-fields.ts';

/** The structured log of one process: JSON lines, or coloured text for people. */
export const createLog = (settings: {
  process: string;
  /** On every line: whose money the line is about. */
  mode: Mode;
  level: string;
  format: 'json' | 'pretty';
  /** What else is known where a line is written: request, trace. */
  context?: () => object;
  /** Where the lines go, as JSON, but to standard output. */
  into?: DestinationStream;
}): Logger => {
  const options: LoggerOptions = {
    level: settings.level,
    mixin: () => ({ ...logFields(), ...settings.context?.() }),
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
  };
  return settings.into === undefined ? pino(options) : pino(options, settings.into);
};
