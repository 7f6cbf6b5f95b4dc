import { env } from 'node:process';
import { defineConfig } from 'prisma/config';

// For Prisma's own command line: `prisma migrate deploy` where its engine is installed. The
// database is known to those who migrate; `prisma generate` needs none. What `npm start` and
// `npm run db:migrate` apply are the same files, see scripts/setup/prisma-setup.ts.

const url = env['DATABASE_URL'];

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  ...(url === undefined ? {} : { datasource: { url } }),
});
