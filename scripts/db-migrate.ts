import { applyMigrations } from './setup/prisma-setup.ts';

// npm run db:migrate: brings the database of DATABASE_URL to this version.

try {
  const url = process.env['DATABASE_URL'];
  if (url === undefined)
    throw new Error('Set DATABASE_URL to the database that is to be migrated.');
  const applied = await applyMigrations(url);
  console.log(
    applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
