import { activityInfo } from '@temporalio/activity';
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { withLogFields } from '#runtime/log-fields.ts';

/** The pair that an activity is asked about; null when it is about none, or about many. */
export const symbolOf = (args: readonly unknown[]): string | null => {
  const [request] = args;
  if (typeof request !== 'object' || request === null) return null;
  if ('symbol' in request && typeof request.symbol === 'string') return request.symbol;
  if ('input' in request) return symbolOf([request.input]);
  return null;
};

/** Puts workflow and pair on each log line that an activity writes, however deep below. */
export const nameLines = (): ActivityInboundCallsInterceptor => ({
  execute: (input, next) => {
    const symbol = symbolOf(input.args);
    const workflowId = activityInfo().workflowExecution?.workflowId;
    return withLogFields(
      {
        ...(workflowId === undefined ? {} : { workflowId }),
        ...(symbol === null ? {} : { symbol }),
      },
      () => next(input),
    );
  },
});
