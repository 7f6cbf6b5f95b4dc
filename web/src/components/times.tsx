import { agoText, clockText, countdownText, exactText } from '../lib/time.ts';
import { useNow } from '../lib/use-now.ts';
import { Missing } from './amount.tsx';

/** How long ago; the exact time is the title. */
export const Ago = ({ at }: { at: string | null }) => {
  const now = useNow();
  if (at === null) return <Missing />;
  return (
    <time dateTime={at} title={exactText(at)} className="whitespace-nowrap">
      {agoText(now - new Date(at).getTime())}
    </time>
  );
};

export const Clock = ({ at, withMs = false }: { at: string | null; withMs?: boolean }) =>
  at === null ? (
    <Missing />
  ) : (
    <time dateTime={at} title={exactText(at)} className="whitespace-nowrap">
      {clockText(at, withMs)}
    </time>
  );

/** Time left until an opening. The last ten seconds are bright. */
export const Countdown = ({ to }: { to: string | null }) => {
  const now = useNow(250);
  if (to === null) return <span className="text-muted">unknown</span>;
  const left = new Date(to).getTime() - now;
  if (left <= -1000) return <span className="text-muted">opened</span>;
  return (
    <time
      dateTime={to}
      title={exactText(to)}
      className={left < 10_000 ? 'font-semibold text-accent' : 'font-medium'}
    >
      {countdownText(left)}
    </time>
  );
};
