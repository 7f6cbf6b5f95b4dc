import { Link } from '@tanstack/react-router';

const LOOK =
  'inline-flex min-h-9 items-center rounded px-2 text-2xs text-muted hover:bg-raised max-md:min-h-11';
const CHOSEN = { className: 'bg-raised !text-text font-semibold', 'aria-current': 'page' } as const;

/** The two halves of the record: what was asked for, and what trades did. */
export const RecordTabs = () => (
  <nav aria-label="The record" className="flex gap-1">
    <Link to="/audit" className={LOOK} activeProps={CHOSEN}>
      Who did what
    </Link>
    <Link to="/logs" className={LOOK} activeProps={CHOSEN}>
      Logs of trades
    </Link>
  </nav>
);
