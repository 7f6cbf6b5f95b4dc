import { queryOptions } from '@tanstack/react-query';
import type { TokenView } from '#api/auth/routes/schemas.ts';
import type { CredentialView } from '#api/credentials/schemas.ts';
import { call } from './client.ts';

// Who may call, and the keys of the exchange: asked by operators only.

export const accessQueries = {
  credentials: queryOptions({
    queryKey: ['credentials'],
    queryFn: () => call<{ items: readonly CredentialView[] }>('/credentials'),
  }),
  tokens: queryOptions({
    queryKey: ['tokens'],
    queryFn: () => call<{ items: readonly TokenView[] }>('/auth/tokens'),
  }),
};
