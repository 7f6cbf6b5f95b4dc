import process from 'node:process';
import { connectDatabase } from '#prisma/client.ts';
import { accountAt, ensureInstallation, keyAccount, openElsewhere } from '#prisma/installation.ts';
import { readEnv, traderEnv } from '#runtime/env.ts';
import { venueOf } from '#runtime/mode.ts';

// Says, before anything is started, why it must not be in this mode; ends with 1 then.

const env = readEnv(traderEnv, process.env);
const venue = venueOf(env);
const db = connectDatabase(env.DATABASE_URL);
try {
  const account = await accountAt(db, venue, await keyAccount(db, env.MEXC_API_KEY));
  const elsewhere = await openElsewhere(
    db,
    await ensureInstallation(db, { mode: venue.mode, account }),
  );
  if (elsewhere !== null) {
    console.error(elsewhere);
    process.exitCode = 1;
  }
} finally {
  await db.$disconnect();
}
