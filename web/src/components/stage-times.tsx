import type { TradeView } from '#api/schemas/trade.ts';
import { durationText } from '../lib/time.ts';
import { waterfallOf, type Bar, type Part } from '../lib/waterfall.ts';
import { Clock } from './times.tsx';

/** A waterfall: each stage with its time, how long it took, and its share of its part. */
export const StageTimes = ({ stages }: { stages: TradeView['stages'] }) => (
  <div data-testid="stages">
    {waterfallOf(stages).map((part) => (
      <PartOfStages key={part.name} part={part} />
    ))}
  </div>
);

const PartOfStages = ({ part }: { part: Part }) => (
  <section aria-label={part.name} className="border-line px-4 py-2 not-first:border-t">
    <h3 className="flex justify-between gap-3 py-1 text-2xs text-muted">
      <span>{part.name}</span>
      <span>{part.totalMs === null ? '' : `${durationText(part.totalMs)} in all`}</span>
    </h3>
    <ol>
      {part.bars.map((bar) => (
        <Stage key={bar.key} bar={bar} />
      ))}
    </ol>
  </section>
);

const Stage = ({ bar }: { bar: Bar }) => (
  <li className="grid grid-cols-[7.5rem_1fr_4.5rem] sm:grid-cols-[8rem_1fr_5rem_6rem] items-center gap-2 py-0.5">
    <span className={bar.at === null ? 'text-muted' : ''}>{bar.name}</span>
    <span aria-hidden="true" className="relative h-2">
      {bar.tookMs === null ? null : (
        <span
          className="absolute h-2 min-w-0.5 rounded-sm bg-accent"
          style={{ left: `${bar.from}%`, width: `${bar.width}%` }}
        />
      )}
    </span>
    <span className="text-right text-2xs whitespace-nowrap text-muted">
      {bar.tookMs === null ? '' : `+${durationText(bar.tookMs)}`}
    </span>
    <span className="text-right max-sm:hidden">
      <Clock at={bar.at} withMs />
    </span>
  </li>
);
