import type { StreamState } from '#domain/market.ts';
import { connect, type Connection } from './connection.ts';

/** A connection and how many of its subscriptions are taken. */
export interface Line {
  readonly connection: Connection;
  channels: number;
}

export interface PoolSettings {
  readonly url: string;
  onFrame(bytes: Uint8Array): void;
  onState(line: Line, state: StreamState): void;
  /** A channel is accepted after a gap: what it said before was not heard. */
  onAccepted?(channel: string): void;
}

/** As many connections as the exchange's limit on subscriptions asks for. */
export interface ConnectionPool {
  /** Subscribes channels on a line that has room for all of them; a new one when none has. */
  subscribe(channels: readonly string[]): Line;
  unsubscribe(line: Line, channels: readonly string[]): void;
  /** The worst state: one blind connection is a blind stream. Without any, nothing is wrong. */
  state(): StreamState;
  /** Of the quietest connection, ms; null before the first message. */
  ageMs(): number | null;
  close(): Promise<void>;
}

// https://mexcdevelop.github.io/apidocs/spot_v3_en/#websocket-market-streams (read 2026-11-20)
const SUBSCRIPTIONS_MAX = 30;
const ORDER: readonly StreamState[] = ['closed', 'connecting', 'stale', 'live'];

export const createPool = (settings: PoolSettings): ConnectionPool => {
  const lines: Line[] = [];
  const open = (): Line => {
    const line: Line = {
      channels: 0,
      connection: connect({
        url: settings.url,
        onFrame: (bytes) => settings.onFrame(bytes),
        onAccepted: (channel) => settings.onAccepted?.(channel),
        onState: (state) => settings.onState(line, state),
        onRefused: () => undefined, // the pair may not exist yet: the connection asks again
      }),
    };
    lines.push(line);
    return line;
  };
  return {
    subscribe: (channels) => {
      const line =
        lines.find((each) => each.channels + channels.length <= SUBSCRIPTIONS_MAX) ?? open();
      line.channels += channels.length;
      for (const channel of channels) line.connection.subscribe(channel);
      return line;
    },
    unsubscribe: (line, channels) => {
      line.channels -= channels.length;
      for (const channel of channels) line.connection.unsubscribe(channel);
    },
    state: () => {
      const states = new Set(lines.map((line) => line.connection.state()));
      return ORDER.find((state) => states.has(state)) ?? 'live';
    },
    ageMs: () => {
      const ages = lines.map((line) => line.connection.ageMs()).filter((age) => age !== null);
      return ages.length === 0 ? null : Math.max(...ages);
    },
    close: async () => {
      await Promise.all(lines.map((line) => line.connection.close()));
    },
  };
};
