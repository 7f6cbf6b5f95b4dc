import type { TradeView } from '#api/schemas/trade.ts';
import { useNow } from '../lib/use-now.ts';
import { Ago } from './times.tsx';

const SILENT_MS = 5000;

/** A guard that has no fresh price is said loudly: a stop may not be seen. */
export const GuardState = ({ guard }: { guard: TradeView['guard'] }) => {
  const now = useNow();
  if (guard === null) return <span className="text-2xs text-muted">no guard yet</span>;
  const isFresh =
    guard.state === 'live' && guard.at !== null && now - new Date(guard.at).getTime() < SILENT_MS;
  return (
    <span className={`text-2xs ${isFresh ? 'text-muted' : 'text-warn'}`}>
      guard {guard.state}, price <Ago at={guard.at} />
    </span>
  );
};
