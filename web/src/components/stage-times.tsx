import type { TradeView } from '#api/schemas/trade.ts';
import { between } from '../lib/latency.ts';
import { durationText } from '../lib/time.ts';
import { Clock } from './times.tsx';

const STAGES = [
  ['seenAt', 'Seen'],
  ['startedAt', 'Workflow started'],
  ['verdictAt', 'Risk verdict'],
  ['armedAt', 'Armed'],
  ['triggeredAt', 'Triggered'],
  ['sentAt', 'Order sent'],
  ['acknowledgedAt', 'Acknowledged'],
  ['filledAt', 'Fill known'],
  ['exitDecidedAt', 'Exit decided'],
  ['closedAt', 'Closed'],
] as const satisfies readonly (readonly [keyof TradeView['stages'], string])[];

/** Each stage with its time and how long it took since the one before. */
export const StageTimes = ({ stages }: { stages: TradeView['stages'] }) => {
  const rows = STAGES.map(([key, name], n) => {
    const earlier = STAGES.slice(0, n)
      .map(([before]) => stages[before])
      .findLast((at) => at !== null);
    return { key, name, at: stages[key], took: between(earlier ?? null, stages[key]) };
  });
  return (
    <ol className="divide-y divide-line">
      {rows.map(({ key, name, at, took }) => (
        <li key={key} className="flex items-baseline gap-3 px-4 py-1.5">
          <span className={`grow ${at === null ? 'text-muted' : ''}`}>{name}</span>
          <span className="text-2xs text-muted">
            {took === null ? '' : `after ${durationText(took)}`}
          </span>
          <span className="w-24 text-right">
            <Clock at={at} withMs />
          </span>
        </li>
      ))}
    </ol>
  );
};
