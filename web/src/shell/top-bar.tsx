import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Moon, OctagonX, Search, Sun } from 'lucide-react';
import { staleMs } from '../api/stream-state.ts';
import { queries, type Readiness } from '../api/queries.ts';
import { Clock, ZoneName } from '../components/times.tsx';
import { wordsOf } from '../lib/format.ts';
import { clockText, durationText, zoneName, type Zone } from '../lib/time.ts';
import { useNow } from '../lib/use-now.ts';
import { setZone, useZone } from '../lib/zone.ts';
import { Figures } from './figures.tsx';
import { useStream } from './live-context.ts';
import { setTheme, useTheme } from './theme.ts';

const MODES: Readonly<Record<string, { text: string; look: string }>> = {
  simulator: { text: 'SIMULATOR', look: 'bg-simulator/15 text-simulator border-simulator/60' },
  'dry-run': { text: 'DRY RUN', look: 'text-warn border-warn' },
  test: { text: 'TEST', look: 'text-muted border-control' },
  live: { text: 'LIVE', look: 'bg-halt text-white border-halt' },
};

/** What a trader needs on every page: mode, liveness, halt, money of today, clock. */
export const TopBar = ({ search, stop }: { search: () => void; stop: () => void }) => {
  const risk = useQuery(queries.risk);
  const kill = risk.data?.kill ?? null;
  return (
    <header className="sticky top-0 z-20 border-b border-line bg-surface">
      {kill === null ? null : (
        <p role="alert" data-testid="halted" className="bg-halt px-4 py-1.5 font-medium text-white">
          {wordsOf(kill.level)}: {kill.reason}. Set by {kill.actor} at <Clock at={kill.since} />{' '}
          <ZoneName />.
        </p>
      )}
      <CriticalAlerts />
      <StaleNotice />
      <div className="flex min-h-14 flex-wrap items-center gap-x-2 gap-y-1 sm:gap-x-4 px-4 py-2 md:px-6">
        <Mode />
        <Liveness />
        <Figures />
        <div className="ml-auto flex items-center gap-1 sm:gap-3">
          <SearchButton open={search} />
          <KillButton open={stop} />
          <ZoneClock />
          <ThemeSwitch />
        </div>
      </div>
    </header>
  );
};

const SearchButton = ({ open }: { open: () => void }) => (
  <button
    type="button"
    onClick={open}
    aria-keyshortcuts="Control+K Meta+K"
    className="inline-flex min-h-9 items-center gap-2 rounded-md border border-control px-2 text-2xs text-muted hover:bg-raised max-md:hidden"
  >
    <Search size={16} aria-hidden="true" />
    <kbd className="font-sans">Ctrl K</kbd>
    <span className="sr-only">: go to or do something</span>
  </button>
);

/** The same on every page: from here it is one more tap. */
const KillButton = ({ open }: { open: () => void }) => (
  <button
    type="button"
    onClick={open}
    aria-haspopup="dialog"
    className="inline-flex min-h-9 min-w-9 items-center justify-center gap-2 rounded-md border border-danger px-2 text-2xs font-medium whitespace-nowrap text-danger hover:bg-danger/15 max-md:min-h-11 max-md:min-w-11"
  >
    <OctagonX size={16} aria-hidden="true" />
    <span className="max-[1400px]:sr-only">Kill switch</span>
  </button>
);

const Mode = () => {
  const system = useQuery(queries.system);
  const mode = MODES[system.data?.mode ?? ''];
  return (
    <span
      data-testid="mode"
      className={`inline-flex h-6 min-w-20 items-center sm:min-w-24 justify-center rounded border px-2 text-2xs font-semibold ${
        mode?.look ?? 'border-control text-muted'
      }`}
    >
      {mode?.text ?? 'UNKNOWN'}
    </span>
  );
};

const PARTS = ['monitor', 'worker', 'exchange', 'temporal', 'database'] as const;

/** One dot per part, with its word; what cannot be read is unknown, never healthy. */
const Liveness = () => {
  const ready = useQuery(queries.ready);
  return (
    <ul
      className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5"
      aria-label="Parts of the system"
    >
      {PARTS.map((name) => (
        <LivenessDot key={name} name={name} parts={ready.isError ? undefined : ready.data?.parts} />
      ))}
      {ready.data?.ok === true && !ready.isError ? (
        <li className="flex items-center gap-1.5 text-2xs text-muted sm:hidden">
          <span aria-hidden="true" className="size-2 rounded-full bg-gain" />
          all ok
        </li>
      ) : null}
    </ul>
  );
};

const LivenessDot = ({
  name,
  parts,
}: {
  name: (typeof PARTS)[number];
  parts: Readiness['parts'] | undefined;
}) => {
  const part = parts?.[name];
  const state = part === undefined ? 'unknown' : part.ok ? 'ok' : 'missing';
  const look = { unknown: 'bg-muted', ok: 'bg-gain', missing: 'bg-danger' }[state];
  const detail = part?.detail ?? 'unknown';
  return (
    <li
      className={`flex items-center gap-1.5 text-2xs text-muted ${state === 'ok' ? 'max-sm:sr-only' : ''}`}
      title={`${name}: ${detail}`}
      data-part={name}
      data-state={state}
    >
      <span aria-hidden="true" className={`size-2 rounded-full ${look}`} />
      <span className={state === 'missing' ? 'font-semibold text-danger' : ''}>
        {name}
        {state === 'ok' ? '' : ` ${state}`}
      </span>
      <span className="sr-only">{detail}</span>
    </li>
  );
};

/** The time of this browser; pressing it changes the zone of every time that is shown. */
const ZoneClock = () => {
  const now = useNow();
  const zone = useZone();
  const next: Zone = zone === 'utc' ? 'local' : 'utc';
  return (
    <button
      type="button"
      onClick={() => setZone(next)}
      title={`Show times in ${next === 'utc' ? 'UTC' : 'local time'}`}
      className="min-h-9 rounded-md sm:min-w-24 px-1 text-right text-2xs whitespace-nowrap text-muted hover:bg-raised"
    >
      {clockText(new Date(now).toISOString(), false, zone)} {zoneName(zone)}
      <span className="sr-only">: show times in {next === 'utc' ? 'UTC' : 'local time'}</span>
    </button>
  );
};

const ThemeSwitch = () => {
  const theme = useTheme();
  const next = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      className="grid size-9 place-items-center rounded-md text-muted hover:bg-raised"
      aria-label={`Use the ${next} theme`}
      onClick={() => setTheme(next)}
    >
      {theme === 'dark' ? <Sun size={16} /> : <Moon size={16} />}
    </button>
  );
};

/** Says that numbers are old, and for how long. */
const StaleNotice = () => {
  const stream = useStream();
  const stale = staleMs(stream, useNow());
  if (stale === null) return null;
  const age = durationText(Math.floor(stale / 1000) * 1000);
  return (
    <p role="alert" data-testid="stale" className="bg-warn/15 px-4 py-1.5 text-warn">
      Stale for {stale < 1000 ? 'a moment' : age.replace('.0 s', ' s')}:{' '}
      {stream.kind === 'silent'
        ? 'the live stream is open, but nothing is heard.'
        : 'the live stream is broken and is being opened again.'}{' '}
      Guards go on without this page.
    </p>
  );
};

/** Alerts that cannot wait for a person to look at their page. */
const CriticalAlerts = () => {
  const alerts = useQuery(queries.alerts);
  const open = alerts.data?.items.filter(
    (each) =>
      each.severity === 'critical' && each.resolvedAt === null && each.acknowledgedAt === null,
  );
  const first = open?.[0];
  if (open === undefined || first === undefined) return null;
  return (
    <p role="alert" className="border-b border-danger bg-danger/15 px-4 py-1.5 font-medium">
      <Link to="/alerts" className="text-danger underline-offset-4 hover:underline">
        {first.title}
        {open.length > 1 ? `, and ${open.length - 1} more` : ''}: read what to do
      </Link>
    </p>
  );
};
