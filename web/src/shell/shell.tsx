import { Outlet } from '@tanstack/react-router';
import { staleMs } from '../api/stream-state.ts';
import { useNow } from '../lib/use-now.ts';
import { useStream } from './live-context.ts';
import { Navigation } from './navigation.tsx';
import { TopBar } from './top-bar.tsx';

/** Frame of every page: rail (a bar at the bottom on phones), top bar, the page. */
export const Shell = () => {
  const stale = staleMs(useStream(), useNow()) !== null;
  return (
    <div className="flex min-h-dvh flex-col md:pl-24">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3"
      >
        Skip to the page
      </a>
      <TopBar />
      <main
        id="page"
        tabIndex={-1}
        data-stale={stale}
        className="grow space-y-4 p-4 pb-24 outline-none md:p-6"
      >
        <Outlet />
      </main>
      <Navigation />
    </div>
  );
};
