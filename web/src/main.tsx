import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { createLiveStream } from './api/events.ts';
import { router } from './routes.tsx';
import { LiveProvider } from './shell/live-context.ts';
import { setTheme, storedTheme } from './shell/theme.ts';
import './styles.css';

setTheme(storedTheme());
const client = new QueryClient({ defaultOptions: { queries: { staleTime: 2000, retry: 1 } } });
const stream = createLiveStream(client);
const element = document.querySelector('#root');
if (element === null) throw new Error('index.html has no #root');
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <LiveProvider value={stream}>
        <RouterProvider router={router} />
      </LiveProvider>
    </QueryClientProvider>
  </StrictMode>,
);
