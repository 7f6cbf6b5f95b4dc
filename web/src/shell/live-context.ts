import { createContext, useContext, useSyncExternalStore } from 'react';
import type { LiveStream } from '../api/events.ts';
import type { StreamState } from '../api/stream-state.ts';

const LiveContext = createContext<LiveStream | null>(null);
export const LiveProvider = LiveContext.Provider;

/** Whether the live stream is heard. */
export const useStream = (): StreamState => {
  const stream = useContext(LiveContext);
  if (stream === null) throw new Error('no live stream around this part');
  return useSyncExternalStore(stream.subscribe, stream.state);
};
