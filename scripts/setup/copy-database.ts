import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Names where the address of the tests' template is asked for; not set where none is shared. */
export const TEMPLATE_ASKED_AT = 'SNIPER_TEST_TEMPLATE';

/** Asked for under this path there: the data folder of a stopped server, migrated. */
export const MIGRATED_FOLDER = '/folder';

/** Asks there: for the template's address, or for the migrated folder. */
export const askTemplate = async (askedAt: string | undefined, path = '/'): Promise<string> => {
  const answer = await fetch(`${askedAt}${path}`);
  const said = await answer.text();
  if (!answer.ok) throw new Error(`There is no Postgres to share: ${said}`);
  return said;
};

/** A database of one's own, migrated; dropped at the end. */
export const copyDatabase = async (
  templateUrl: string,
): Promise<{ readonly url: string } & AsyncDisposable> => {
  const template = new URL(templateUrl);
  const name = `test_${randomBytes(6).toString('hex')}`;
  const url = new URL(template);
  url.pathname = `/${name}`;
  await onServer(template, `CREATE DATABASE ${name} TEMPLATE ${template.pathname.slice(1)}`);
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => onServer(template, `DROP DATABASE ${name} WITH (FORCE)`),
  };
};

const onServer = async (template: URL, sql: string): Promise<void> => {
  const url = new URL(template);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
};
