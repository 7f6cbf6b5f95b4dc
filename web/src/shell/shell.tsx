import { useQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import {
  Activity,
  Bell,
  CalendarClock,
  History,
  Server,
  ShieldCheck,
  SlidersHorizontal,
  type LucideIcon,
} from 'lucide-react';
import { queries } from '../api/queries.ts';
import { TopBar } from './top-bar.tsx';

interface Place {
  readonly to: string;
  readonly name: string;
  readonly icon: LucideIcon;
  /** In the bar of a phone. */
  readonly phone: boolean;
}

const PLACES: readonly Place[] = [
  { to: '/', name: 'Now', icon: Activity, phone: true },
  { to: '/listings', name: 'Listings', icon: CalendarClock, phone: true },
  { to: '/trades', name: 'Trades', icon: History, phone: true },
  { to: '/risk', name: 'Risk', icon: ShieldCheck, phone: true },
  { to: '/alerts', name: 'Alerts', icon: Bell, phone: true },
  { to: '/configuration', name: 'Options', icon: SlidersHorizontal, phone: false },
  { to: '/system', name: 'System', icon: Server, phone: true },
];

/** Frame of every page: rail (a bar at the bottom on phones), top bar, the page. */
export const Shell = () => (
  <div className="flex min-h-dvh flex-col md:pl-24">
    <a
      href="#page"
      className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3"
    >
      Skip to the page
    </a>
    <TopBar />
    <main id="page" className="grow space-y-4 p-4 pb-24 md:p-6">
      <Outlet />
    </main>
    <Navigation />
  </div>
);

const Navigation = () => (
  <nav
    aria-label="Pages"
    className="fixed inset-x-0 bottom-0 z-30 flex border-line bg-surface max-md:border-t md:inset-y-0 md:right-auto md:w-24 md:flex-col md:border-r md:pt-4"
  >
    {PLACES.map((place) => (
      <Link
        key={place.to}
        to={place.to}
        activeOptions={{ exact: place.to === '/' }}
        className={`relative flex min-h-14 grow flex-col items-center justify-center gap-1 text-2xs text-muted hover:text-text md:grow-0 md:py-2 ${
          place.phone ? '' : 'max-md:hidden'
        }`}
        activeProps={{ className: 'font-semibold !text-accent', 'aria-current': 'page' }}
      >
        <place.icon size={20} aria-hidden="true" />
        {place.name}
        {place.to === '/alerts' ? <OpenAlerts /> : null}
      </Link>
    ))}
  </nav>
);

const OpenAlerts = () => {
  const alerts = useQuery(queries.alerts);
  const open =
    alerts.data?.items.filter((each) => each.resolvedAt === null && each.acknowledgedAt === null)
      .length ?? 0;
  return open === 0 ? null : (
    <span className="absolute top-1.5 ml-8 min-w-5 rounded-full bg-danger px-1 text-center font-semibold text-white">
      {open}
      <span className="sr-only"> open</span>
    </span>
  );
};
