import { createHash } from 'node:crypto';
import { gateProblem, type Gate } from '#domain/live-gate.ts';
import type { LiveConfirmation, Preflight } from '#prisma/generated/client.ts';
import {
  decidingOptions,
  latestConfirmation,
  latestPreflight,
  readGate,
  type GateAsker,
} from '#prisma/live.ts';
import type { ApiDeps } from '../deps.ts';
import { iso, isoOrNull } from '../views/text.ts';
import { DAYS_MAX, preflightView, type LiveState } from './schemas.ts';

/** Who asks the gate here: this installation, with the key that its traders sign with. */
export const askerOf = async ({ installation }: ApiDeps): Promise<GateAsker> => ({
  installationId: await installation.id(),
  venue: installation.venue,
  key: await installation.key(),
});

/** The gate with everything that a person needs to open it. */
export const liveView = async (deps: ApiDeps): Promise<LiveState> => {
  const asker = await askerOf(deps);
  const { installationId, venue, key } = asker;
  const nowMs = deps.clock.now();
  const [gate, preflight, confirmation, options] = await Promise.all([
    readGate(deps.db, asker, nowMs),
    latestPreflight(deps.db, installationId),
    latestConfirmation(deps.db, installationId),
    decidingOptions(deps.db, installationId),
  ]);
  return {
    mode: venue.mode,
    account: deps.installation.account,
    orders: venue.orders,
    open: gate.open,
    headline: headlineOf(gate),
    parts: gate.parts.map((part) => ({ ...part })),
    preflight: preflight === null ? null : preflightOf(preflight, key),
    confirmation: confirmation === null ? null : confirmationOf(confirmation, nowMs),
    phrase: phraseOf(deps.installation.account),
    days: { usual: options?.liveConfirmation ?? USUAL_DAYS, most: DAYS_MAX },
  };
};

/** Where no configuration says otherwise. */
const USUAL_DAYS = 7;

const headlineOf = (gate: Gate): string =>
  gate.open ? 'Entries spend real money.' : `No real money is spent. ${gateProblem(gate)}`;

/** What a person types: it names the account, so that nobody confirms for another one. */
export const phraseOf = (account: string): string =>
  `trade real money ${createHash('sha256').update(account).digest('hex').slice(0, 4)}`;

const preflightOf = (row: Preflight, key: GateAsker['key']): LiveState['preflight'] => ({
  passed: row.passed,
  checkedAt: iso(row.checkedAt),
  ofKeyInUse: key !== null && row.credentialId === key.credentialId,
  findings: preflightView.shape.findings.parse(row.findings), // written by the worker
});

const confirmationOf = (row: LiveConfirmation, nowMs: number): LiveState['confirmation'] => ({
  state:
    row.withdrawnAt !== null ? 'withdrawn' : row.expiresAt.getTime() <= nowMs ? 'expired' : 'valid',
  confirmedBy: row.confirmedBy,
  confirmedAt: iso(row.confirmedAt),
  expiresAt: iso(row.expiresAt),
  withdrawnBy: row.withdrawnBy,
  withdrawnAt: isoOrNull(row.withdrawnAt),
});
