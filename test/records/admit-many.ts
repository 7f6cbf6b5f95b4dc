import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { connectDatabase } from '#prisma/client.ts';
import { admit } from '#prisma/risk-ledger.ts';
import { admissionOf } from './admission.ts';

/** What one process of the test asks the ledger for, all at once. */
export interface AdmitMany {
  readonly databaseUrl: string;
  readonly installationId: string;
  readonly listingIds: readonly string[];
  /** Options that differ from the demo's. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly freeQuote: string;
  readonly nowMs: number;
}

/** As Temporal does: an attempt that could not get its transaction in time is made again. */
const ATTEMPTS_MAX = 20;

const work = JSON.parse(process.argv[2] ?? '') as AdmitMany; // written by the test alone
const db = connectDatabase(work.databaseUrl);
const options = tradingOptions.parse({ ...demoOptions, ...work.options });

const admitOne = async (listingId: string, attempt = 1): Promise<boolean> => {
  try {
    const { installationId, nowMs: atMs, freeQuote } = work;
    const verdict = await admit(
      db,
      admissionOf({ installationId, listingId, options, atMs, freeQuote }),
    );
    return verdict.allowed;
  } catch (error) {
    if (attempt >= ATTEMPTS_MAX) throw error;
    return admitOne(listingId, attempt + 1);
  }
};

const allowed = await Promise.all(work.listingIds.map((id) => admitOne(id)));
console.log(JSON.stringify(allowed.filter(Boolean).length));
await db.$disconnect();
