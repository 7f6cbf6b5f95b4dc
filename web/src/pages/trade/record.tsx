import { Check, X } from 'lucide-react';
import type { TradeDetailView } from '#api/schemas/trade-detail.ts';
import { StateBadge } from '../../components/badges.tsx';
import { Card } from '../../components/card.tsx';
import { Clock, ZoneName } from '../../components/times.tsx';
import { wordsOf } from '../../lib/format.ts';

type LogEntry = TradeDetailView['log'][number];

/** How much a step asks to be read. */
export const LOG_LOOKS: Readonly<Record<LogEntry['kind'], string>> = {
  phase: '',
  verdict: '',
  order: 'font-medium',
  exit: 'font-medium',
  doubt: 'text-danger',
  note: 'text-muted',
};

/** The log of the trade: it is only ever added to. */
export const Log = ({ log }: { log: readonly LogEntry[] }) => (
  <Card title="What happened" unit={<ZoneName />}>
    {log.length === 0 ? (
      <p className="px-4 py-6 text-muted">Nothing yet. Each step is written down here.</p>
    ) : (
      <ol>
        {log.map((entry) => (
          <li
            key={entry.sequence}
            data-kind={entry.kind}
            className="grid grid-cols-[6rem_1fr] gap-x-3 border-line px-4 py-1.5 not-first:border-t sm:grid-cols-[6rem_4rem_1fr]"
          >
            <span className="text-2xs leading-5 text-muted">
              <Clock at={entry.at} withMs />
            </span>
            <span className="text-2xs leading-5 text-muted max-sm:hidden">
              {wordsOf(entry.kind)}
            </span>
            <span className={`min-w-0 break-words ${LOG_LOOKS[entry.kind]}`}>{entry.text}</span>
          </li>
        ))}
      </ol>
    )}
  </Card>
);

/** Every rule with its numbers, failed ones first. */
export const Verdict = ({ verdict }: { verdict: TradeDetailView['verdict'] }) => (
  <Card
    title="Risk verdict"
    aside={
      verdict === null ? null : (
        <StateBadge ok={verdict.allowed} text={verdict.allowed ? 'Allowed' : 'Denied'} />
      )
    }
  >
    {verdict === null ? (
      <p className="px-4 py-6 text-muted">
        The rules are asked 90 s before the opening; each one is listed here with its numbers.
      </p>
    ) : (
      <ul className="divide-y divide-line">
        {verdict.rules
          .toSorted((a, b) => Number(a.passed) - Number(b.passed))
          .map((rule) => (
            <li key={rule.rule} className="flex items-baseline gap-3 px-4 py-1.5">
              <span className={`self-center ${rule.passed ? 'text-gain' : 'text-danger'}`}>
                {rule.passed ? (
                  <Check size={16} aria-hidden="true" />
                ) : (
                  <X size={16} aria-hidden="true" />
                )}
                <span className="sr-only">{rule.passed ? 'passed' : 'failed'}</span>
              </span>
              <span className={`grow ${rule.passed ? '' : 'font-semibold text-danger'}`}>
                {wordsOf(rule.rule)}
              </span>
              <span className="min-w-0 text-right text-2xs break-words text-muted">
                {rule.actual} / {rule.limit}
              </span>
            </li>
          ))}
      </ul>
    )}
  </Card>
);

/** Which source saw it, and when. */
export const Sightings = ({ signals }: { signals: TradeDetailView['signals'] }) => (
  <Card title="Sightings" unit={<ZoneName />}>
    {signals.length === 0 ? (
      <p className="px-4 py-6 text-muted">No source reported it.</p>
    ) : (
      <ul className="divide-y divide-line">
        {signals.map((signal) => (
          <li key={signal.id} className="flex flex-wrap items-baseline gap-x-3 px-4 py-1.5">
            <span className="grow">{wordsOf(signal.source)}</span>
            <span className="text-2xs text-muted">
              {signal.trading ? 'trading' : 'announced'}, {wordsOf(signal.result).toLowerCase()}
            </span>
            <Clock at={signal.arrivedAt} withMs />
          </li>
        ))}
      </ul>
    )}
  </Card>
);
