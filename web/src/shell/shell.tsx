import { Outlet } from '@tanstack/react-router';
import { useState } from 'react';
import { staleMs } from '../api/stream-state.ts';
import { KillDialog, type KillLevel } from '../components/kill-switch.tsx';
import { useNow } from '../lib/use-now.ts';
import { useStream } from './live-context.ts';
import { Help } from './help.tsx';
import { Navigation } from './navigation.tsx';
import { Palette } from './palette.tsx';
import { useShortcuts } from './shortcuts.ts';
import { TopBar } from './top-bar.tsx';

/** Frame of every page: rail (a bar at the bottom on phones), top bar, the page. */
export const Shell = () => {
  const stale = staleMs(useStream(), useNow()) !== null;
  const [shown, show] = useState<'palette' | 'help' | KillLevel | null>(null);
  const close = () => show(null);
  useShortcuts(show);
  return (
    <div className="flex min-h-dvh flex-col md:pl-24">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-surface focus:p-3"
      >
        Skip to the page
      </a>
      <TopBar search={() => show('palette')} stop={() => show('pauseEntries')} />
      <main
        id="page"
        tabIndex={-1}
        data-stale={stale}
        className="grow space-y-4 p-4 pb-24 outline-none md:p-6"
      >
        <Outlet />
      </main>
      <Navigation />
      {shown === 'palette' ? <Palette close={close} show={show} /> : null}
      {shown === 'help' ? <Help close={close} /> : null}
      {shown === null || shown === 'palette' || shown === 'help' ? null : (
        <KillDialog first={shown} close={close} />
      )}
    </div>
  );
};
