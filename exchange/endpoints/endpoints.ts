import type { Access } from './access.ts';
import { accountCalls } from './account-calls.ts';
import { orderCalls } from './order-calls.ts';
import { publicCalls } from './public-calls.ts';
import { webCalls } from './web-calls.ts';

/** One function per endpoint, in the venue's names. exchange/README.md lists them with weights. */
export type Endpoints = ReturnType<typeof endpoints>;

export const endpoints = (access: Access) => ({
  ...publicCalls(access),
  ...webCalls(access),
  ...accountCalls(access),
  ...orderCalls(access),
});
