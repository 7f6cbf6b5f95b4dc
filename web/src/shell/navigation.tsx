import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  Activity,
  Bell,
  BellRing,
  CalendarClock,
  ChartLine,
  CircleQuestionMark,
  Ellipsis,
  History,
  KeyRound,
  RadioTower,
  ReceiptText,
  Rocket,
  ScrollText,
  Server,
  ShieldCheck,
  SlidersHorizontal,
  Stethoscope,
  Wallet,
  type LucideIcon,
} from 'lucide-react';
import { useRef } from 'react';
import { queries } from '../api/queries.ts';

export interface Place {
  readonly to: string;
  readonly name: string;
  readonly icon: LucideIcon;
}

/** In the bar of a phone, and first in the rail. */
const FIRST: readonly Place[] = [
  { to: '/', name: 'Now', icon: Activity },
  { to: '/listings', name: 'Listings', icon: CalendarClock },
  { to: '/positions', name: 'Positions', icon: Wallet },
  { to: '/trades', name: 'Trades', icon: History },
];

/** Behind "More" on a phone. */
const MORE: readonly Place[] = [
  { to: '/orders', name: 'Orders', icon: ReceiptText },
  { to: '/orphans', name: 'Orphans', icon: CircleQuestionMark },
  { to: '/alerts', name: 'Alerts', icon: Bell },
  { to: '/diagnosis', name: 'Diagnosis', icon: Stethoscope },
  { to: '/performance', name: 'Performance', icon: ChartLine },
  { to: '/sources', name: 'Sources', icon: RadioTower },
  { to: '/risk', name: 'Risk', icon: ShieldCheck },
  { to: '/configuration', name: 'Options', icon: SlidersHorizontal },
  { to: '/live', name: 'Going live', icon: Rocket },
  { to: '/notifications', name: 'Notifications', icon: BellRing },
  { to: '/access', name: 'Access', icon: KeyRound },
  { to: '/audit', name: 'Audit', icon: ScrollText },
  { to: '/system', name: 'System', icon: Server },
];

/** Every page, in the order of the rail. */
export const PLACES: readonly Place[] = [...FIRST, ...MORE];

const LOOK =
  'relative flex min-h-14 grow basis-0 flex-col items-center justify-center gap-1 text-2xs text-muted hover:text-text md:min-h-12 md:grow-0 md:basis-auto md:py-1';

/** A rail at the left; a bar of five at the bottom on phones. */
export const Navigation = () => (
  <nav
    aria-label="Pages"
    className="fixed inset-x-0 bottom-0 z-30 flex border-line bg-surface max-md:border-t md:inset-y-0 md:right-auto md:w-24 md:flex-col md:overflow-y-auto md:border-r md:pt-2"
  >
    {FIRST.map((place) => (
      <PlaceLink key={place.to} place={place} />
    ))}
    {MORE.map((place) => (
      <PlaceLink key={place.to} place={place} className="max-md:hidden" />
    ))}
    <More />
  </nav>
);

const PlaceLink = ({
  place,
  className = '',
  onClick,
}: {
  place: Place;
  className?: string;
  onClick?: () => void;
}) => (
  <Link
    to={place.to}
    activeOptions={{ exact: place.to === '/' }}
    className={`${LOOK} ${className}`}
    activeProps={{ className: 'font-semibold !text-accent', 'aria-current': 'page' }}
    {...(onClick === undefined ? {} : { onClick })}
  >
    <place.icon size={20} aria-hidden="true" />
    {place.name}
    {place.to === '/alerts' ? <OpenAlerts /> : null}
  </Link>
);

const More = () => {
  const sheet = useRef<HTMLDivElement>(null);
  return (
    <>
      <button type="button" popoverTarget="more-pages" className={`${LOOK} md:hidden`}>
        <Ellipsis size={20} aria-hidden="true" />
        More
        <OpenAlerts />
      </button>
      <div
        ref={sheet}
        id="more-pages"
        popover="auto"
        className="inset-x-0 top-auto bottom-14 m-0 w-full border-t border-line bg-raised p-2 text-text md:hidden [&:popover-open]:grid [&:popover-open]:grid-cols-3"
      >
        {MORE.map((place) => (
          <PlaceLink key={place.to} place={place} onClick={() => sheet.current?.hidePopover()} />
        ))}
      </div>
    </>
  );
};

const OpenAlerts = () => {
  const alerts = useQuery(queries.alerts);
  const open =
    alerts.data?.items.filter((each) => each.resolvedAt === null && each.acknowledgedAt === null)
      .length ?? 0;
  return open === 0 ? null : (
    <span className="absolute top-1.5 ml-8 min-w-5 rounded-full bg-halt px-1 text-center font-semibold text-white">
      {open}
      <span className="sr-only"> open</span>
    </span>
  );
};
