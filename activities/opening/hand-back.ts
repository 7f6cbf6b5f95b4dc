import type { EntryAsk } from '#domain/entry-request.ts';
import { handBackPermit } from '#prisma/permits.ts';
import type { ActivityDeps } from '../deps.ts';
import { released, type EntryResult } from './entry-types.ts';

/** Gives the permit back; only for who has it and has sent nothing. */
export const handBackUnsent = async (
  deps: ActivityDeps,
  request: EntryAsk,
  because: string,
): Promise<EntryResult> => {
  const back = await handBackPermit(deps.db, { ...request.arming, holder: deps.instance });
  return back
    ? released(because)
    : { kind: 'unknown', because: 'the permit could not be handed back', attempts: [] };
};
