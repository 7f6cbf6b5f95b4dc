import type { ActivityInboundCallsInterceptor } from '@temporalio/worker';
import { activityInfo } from '@temporalio/activity';

/** Counts the running activities of a process by type: what it guards and what it has armed. */
export interface ActivityCounter {
  running(activityType: string): number;
  interceptor(): ActivityInboundCallsInterceptor;
}

export const createActivityCounter = (): ActivityCounter => {
  const running = new Map<string, number>();
  const change = (type: string, by: number) => running.set(type, (running.get(type) ?? 0) + by);
  return {
    running: (type) => running.get(type) ?? 0,
    interceptor: () => ({
      execute: async (input, next) => {
        const type = activityInfo().activityType;
        change(type, 1);
        try {
          return await next(input);
        } finally {
          change(type, -1);
        }
      },
    }),
  };
};
