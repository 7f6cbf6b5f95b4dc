import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Gate, noticeSignOut } from './shell/gate.tsx';
import { setTheme, storedTheme } from './shell/theme.ts';
import './styles.css';

setTheme(storedTheme());
const onError = (error: Error): void => noticeSignOut(client, error);
const client = new QueryClient({
  defaultOptions: { queries: { staleTime: 2000, retry: 1 } },
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
});
const element = document.querySelector('#root');
if (element === null) throw new Error('index.html has no #root');
createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Gate client={client} />
    </QueryClientProvider>
  </StrictMode>,
);
