import { pino, type Logger } from 'pino';

/** The structured log of one process: JSON lines, or coloured text for people. */
export const createLog = (settings: {
  process: string;
  level: string;
  format: 'json' | 'pretty';
}): Logger =>
  pino({
    level: settings.level,
    base: { process: settings.process },
    timestamp: pino.stdTimeFunctions.isoTime,
    // An Error has no enumerable fields: without this it would be logged as {}.
    serializers: { error: pino.stdSerializers.err },
    ...(settings.format === 'pretty'
      ? {
          transport: {
            target: 'pino-pretty',
            options: {
              colorize: false,
              ignore: 'pid,hostname,process',
              translateTime: 'HH:MM:ss.l',
            },
          },
        }
      : {}),
  });
