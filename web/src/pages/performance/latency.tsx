import { Fact } from '../../components/card.tsx';
import { gradeOf } from '../../lib/latency.ts';
import { durationText } from '../../lib/time.ts';
import type { Latency, LatencyRange } from './performance.ts';

const COLOURS = { fast: 'bg-gain', medium: 'bg-warn', slow: 'bg-danger' } as const;

const msText = (ms: number | null): string => (ms === null ? 'not measured' : durationText(ms));

/** How long entries took from the trigger to the exchange's answer. */
export const LatencyDistribution = ({ latency }: { latency: Latency }) => {
  const most = Math.max(1, ...latency.ranges.map((range) => range.count));
  return (
    <div className="space-y-4 p-4">
      <dl className="grid grid-cols-3 gap-3">
        <Fact name="Half are within">{msText(latency.p50)}</Fact>
        <Fact name="95 % within">{msText(latency.p95)}</Fact>
        <Fact name="99 % within">{msText(latency.p99)}</Fact>
      </dl>
      <ul>
        {latency.ranges.map((range) => (
          <Range key={range.fromMs} range={range} most={most} />
        ))}
      </ul>
    </div>
  );
};

const Range = ({ range, most }: { range: LatencyRange; most: number }) => {
  const { fromMs, toMs, count } = range;
  const grade = gradeOf(fromMs);
  return (
    <li className="grid grid-cols-[7rem_1fr_3rem] items-center gap-2 py-1">
      <span className="text-2xs whitespace-nowrap text-muted">
        {Number.isFinite(toMs) ? `${fromMs} to ${toMs} ms` : `${fromMs} ms or more`}
        <span className="sr-only">, {grade}</span>
      </span>
      <span aria-hidden="true" className="h-3">
        <span
          className={`block h-3 rounded-sm ${COLOURS[grade]} ${count === 0 ? '' : 'min-w-0.5'}`}
          style={{ width: `${(count / most) * 100}%` }}
        />
      </span>
      <span className="text-right">{count}</span>
    </li>
  );
};
