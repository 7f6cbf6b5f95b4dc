import { agoText, clockText, countdownText, exactText, zoneName } from '../lib/time.ts';
import { useNow } from '../lib/use-now.ts';
import { useZone } from '../lib/zone.ts';
import { Missing } from './amount.tsx';

/** How long ago; the exact time is the title. */
export const Ago = ({ at }: { at: string | null }) => {
  const now = useNow();
  const zone = useZone();
  if (at === null) return <Missing />;
  return (
    <time dateTime={at} title={exactText(at, zone)} className="whitespace-nowrap">
      {agoText(now - new Date(at).getTime())}
    </time>
  );
};

export const Clock = ({ at, withMs = false }: { at: string | null; withMs?: boolean }) => {
  const zone = useZone();
  return at === null ? (
    <Missing />
  ) : (
    <time dateTime={at} title={exactText(at, zone)} className="whitespace-nowrap">
      {clockText(at, withMs, zone)}
    </time>
  );
};

/** "UTC" or "local": in which zone the clocks beside it are. */
export const ZoneName = () => <span className="font-normal">{zoneName(useZone())}</span>;

/** Time left until an opening. The last ten seconds are bright. */
export const Countdown = ({ to }: { to: string | null }) => {
  const now = useNow(250);
  const zone = useZone();
  if (to === null) return <span className="text-muted">unknown</span>;
  const left = new Date(to).getTime() - now;
  if (left <= -1000) return <span className="text-muted">opened</span>;
  return (
    <time
      dateTime={to}
      title={exactText(to, zone)}
      className={left < 10_000 ? 'font-semibold text-accent' : 'font-medium'}
    >
      {countdownText(left)}
    </time>
  );
};
