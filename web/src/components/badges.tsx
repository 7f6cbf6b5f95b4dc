import type { TradeView } from '#api/schemas/trade.ts';
import type { OrderView } from '#api/schemas/order.ts';
import type { OrphanView } from '#api/orphans/schemas.ts';
import type { LiveState } from '#api/live/schemas.ts';
import type { DeliveryView } from '#api/notifications/schemas.ts';
import type { CheckView } from '#api/schemas/diagnosis.ts';
import { between, gradeOf, type LatencyGrade } from '../lib/latency.ts';
import { wordsOf } from '../lib/format.ts';
import { durationText } from '../lib/time.ts';
import { Missing } from './amount.tsx';

type Tone = 'quiet' | 'info' | 'accent' | 'warn' | 'danger' | 'gain';

const TONES: Readonly<Record<Tone, string>> = {
  quiet: 'border-line text-muted',
  info: 'border-info/50 text-info',
  accent: 'border-accent/60 text-accent',
  warn: 'border-warn/60 text-warn',
  danger: 'border-danger bg-danger/10 text-danger',
  gain: 'border-gain/60 text-gain',
};

const Badge = ({ tone, children, testId }: { tone: Tone; children: string; testId?: string }) => (
  <span
    data-testid={testId}
    className={`inline-flex h-5 items-center whitespace-nowrap rounded border px-1.5 text-2xs font-medium ${TONES[tone]}`}
  >
    {children}
  </span>
);

/** One badge per phase: a new phase on the server does not compile until it is here. */
const PHASES: Readonly<Record<TradeView['phase'], { tone: Tone; text: string }>> = {
  waiting: { tone: 'quiet', text: 'Waiting' },
  admitted: { tone: 'info', text: 'Admitted' },
  armed: { tone: 'accent', text: 'Armed' },
  buying: { tone: 'accent', text: 'Buying' },
  unresolved: { tone: 'danger', text: 'Unresolved' },
  holding: { tone: 'accent', text: 'Holding' },
  selling: { tone: 'accent', text: 'Selling' },
  cannotSell: { tone: 'danger', text: 'Cannot sell' },
  closed: { tone: 'quiet', text: 'Closed' },
};

export const PhaseBadge = ({ phase, testId }: { phase: TradeView['phase']; testId?: string }) => (
  <Badge tone={PHASES[phase].tone} {...(testId === undefined ? {} : { testId })}>
    {PHASES[phase].text}
  </Badge>
);

const OUTCOMES: Readonly<Record<NonNullable<TradeView['outcome']>, { tone: Tone; text: string }>> =
  {
    traded: { tone: 'gain', text: 'Traded' },
    dust: { tone: 'quiet', text: 'Dust left' },
    denied: { tone: 'warn', text: 'Denied' },
    disarmed: { tone: 'quiet', text: 'Disarmed' },
    cancelled: { tone: 'quiet', text: 'Called off' },
    tooLate: { tone: 'warn', text: 'Too late' },
    apiClosed: { tone: 'warn', text: 'API closed' },
    windowEnded: { tone: 'quiet', text: 'Window over' },
    priceGuard: { tone: 'warn', text: 'Price guard' },
    spread: { tone: 'warn', text: 'Spread' },
    unfilled: { tone: 'quiet', text: 'Unfilled' },
    refused: { tone: 'warn', text: 'Refused' },
    halted: { tone: 'warn', text: 'Halted' },
    soldOutside: { tone: 'warn', text: 'Sold outside' },
  };

export const OutcomeBadge = ({ outcome }: { outcome: TradeView['outcome'] }) =>
  outcome === null ? (
    <Missing />
  ) : (
    <Badge tone={OUTCOMES[outcome].tone}>{OUTCOMES[outcome].text}</Badge>
  );

const ORDER_TONES: Readonly<Record<OrderView['state'], Tone>> = {
  intended: 'quiet',
  sent: 'info',
  acknowledged: 'info',
  filled: 'gain',
  partlyFilled: 'gain',
  unfilled: 'quiet',
  refused: 'warn',
  unknown: 'danger',
  neverSent: 'quiet',
};

export const OrderBadge = ({ state }: { state: OrderView['state'] }) => (
  <Badge tone={ORDER_TONES[state]}>{wordsOf(state)}</Badge>
);

const GRADES: Readonly<Record<LatencyGrade, Tone>> = {
  fast: 'gain',
  medium: 'warn',
  slow: 'danger',
};

/** Trigger to acknowledgement, always with its number. */
export const LatencyBadge = ({ stages }: { stages: TradeView['stages'] }) => {
  const ms = between(stages.triggeredAt, stages.acknowledgedAt);
  return ms === null ? (
    <Missing />
  ) : (
    <Badge tone={GRADES[gradeOf(ms)]}>{`${durationText(ms)} ${gradeOf(ms)}`}</Badge>
  );
};

const SEVERITIES = { info: 'info', warning: 'warn', critical: 'danger' } as const;

export const SeverityBadge = ({ severity }: { severity: keyof typeof SEVERITIES }) => (
  <Badge tone={SEVERITIES[severity]}>{wordsOf(severity)}</Badge>
);

export const StateBadge = ({ ok, text }: { ok: boolean; text: string }) => (
  <Badge tone={ok ? 'gain' : 'danger'}>{text}</Badge>
);

const ORPHANS: Readonly<Record<OrphanView['state'], { tone: Tone; text: string }>> = {
  open: { tone: 'danger', text: 'To be decided' },
  adopted: { tone: 'gain', text: 'Adopted' },
  cancelled: { tone: 'quiet', text: 'Cancelled' },
  gone: { tone: 'quiet', text: 'Gone by itself' },
  dismissed: { tone: 'quiet', text: 'Dismissed' },
};

export const OrphanBadge = ({ state }: { state: OrphanView['state'] }) => (
  <Badge tone={ORPHANS[state].tone}>{ORPHANS[state].text}</Badge>
);

const CHECKS: Readonly<Record<CheckView['state'], { tone: Tone; text: string }>> = {
  passed: { tone: 'gain', text: 'Passed' },
  waiting: { tone: 'info', text: 'Waiting' },
  failed: { tone: 'danger', text: 'Failed' },
  unknown: { tone: 'warn', text: 'Unknown' },
  notReached: { tone: 'quiet', text: 'Not reached' },
};

export const CheckBadge = ({ state }: { state: CheckView['state'] }) => (
  <Badge tone={CHECKS[state].tone}>{CHECKS[state].text}</Badge>
);

const STEPS: Readonly<Record<LiveState['parts'][number]['state'], { tone: Tone; text: string }>> = {
  met: { tone: 'gain', text: 'Met' },
  notMet: { tone: 'quiet', text: 'Not met' },
  unknown: { tone: 'warn', text: 'Unknown' },
};

export const StepBadge = ({ state }: { state: keyof typeof STEPS }) => (
  <Badge tone={STEPS[state].tone}>{STEPS[state].text}</Badge>
);

const DELIVERIES: Readonly<Record<DeliveryView['state'], { tone: Tone; text: string }>> = {
  waiting: { tone: 'info', text: 'Tried again' },
  delivered: { tone: 'gain', text: 'Delivered' },
  failed: { tone: 'danger', text: 'Given up' },
  collapsed: { tone: 'quiet', text: 'Told already' },
};

export const DeliveryBadge = ({ state }: { state: DeliveryView['state'] }) => (
  <Badge tone={DELIVERIES[state].tone}>{DELIVERIES[state].text}</Badge>
);
