import { quoteAmount, zeroQuantity } from '#domain/amount.ts';
import { demoOptions, tradingOptions } from '#domain/configuration.ts';
import { connectDatabase } from '#prisma/client.ts';
import { admit } from '#prisma/risk-ledger.ts';

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
    const verdict = await admit(db, {
      installationId: work.installationId,
      listingId,
      workflowId: `sniper:${listingId}`,
      base: listingId.toUpperCase(),
      quote: 'USDT',
      budget: quoteAmount(options.quoteAmount),
      options,
      exits: options.exit,
      confidence: 100,
      armedByHand: false,
      announced: true,
      freeQuote: quoteAmount(work.freeQuote),
      asker: {
        installationId: work.installationId,
        venue: { mode: 'simulator', orders: 'play' },
        key: null,
      },
      ownedBefore: zeroQuantity,
      countsAtMs: work.nowMs,
      nowMs: work.nowMs,
    });
    return verdict.allowed;
  } catch (error) {
    if (attempt >= ATTEMPTS_MAX) throw error;
    return admitOne(listingId, attempt + 1);
  }
};

const allowed = await Promise.all(work.listingIds.map((id) => admitOne(id)));
console.log(JSON.stringify(allowed.filter(Boolean).length));
await db.$disconnect();
