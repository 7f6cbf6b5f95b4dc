import type { Prisma } from '#prisma/generated/client.ts';
import type { ApiDeps } from '../deps.ts';

const include = {
  signals: { orderBy: { arrivedAt: 'asc' } },
  verdicts: { orderBy: { decidedAt: 'desc' }, take: 1 },
  trade: { include: { orders: { orderBy: { createdAt: 'asc' } } } },
} as const satisfies Prisma.ListingInclude;

export type KnownListing = Prisma.ListingGetPayload<{ include: typeof include }>;
export type KnownTrade = NonNullable<KnownListing['trade']>;

/** What the record knows of a pair. */
export interface Subject {
  readonly symbol: string;
  /** Null when no listing was made of it. */
  readonly listing: KnownListing | null;
  /** The last report that was no listing; null without one. */
  readonly setAside: {
    readonly source: string;
    readonly arrivedAt: Date;
    readonly reason: string | null;
  } | null;
}

/** The listing with that id, of this installation; null when there is none. */
export const subjectOfId = async (deps: ApiDeps, id: string): Promise<Subject | null> => {
  const installationId = await deps.installation.id();
  const listing = await deps.db.listing.findFirst({ where: { id, installationId }, include });
  return listing === null ? null : { symbol: listing.symbol, listing, setAside: null };
};

/** The latest life of a pair, or of a coin; what is known may be nothing. */
export const subjectOfSymbol = async (deps: ApiDeps, symbol: string): Promise<Subject> => {
  const installationId = await deps.installation.id();
  const where = { installationId, OR: [{ symbol }, { base: symbol }] };
  const [listing, setAside] = await Promise.all([
    deps.db.listing.findFirst({ where, include, orderBy: { generation: 'desc' } }),
    deps.db.listingSignal.findFirst({
      where: { ...where, result: 'notAListing' },
      orderBy: { arrivedAt: 'desc' },
    }),
  ]);
  return { symbol, listing, setAside };
};
