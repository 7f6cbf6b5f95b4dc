import type { StreamState } from '#domain/market.ts';
import { openLink, type Link } from './link.ts';

export interface ConnectionSettings {
  /** Asked for each time a socket is opened; one that cannot be had is asked for again. */
  readonly url: string | (() => Promise<string>);
  /** A binary frame arrived. While a connection is renewed, a frame may be heard twice. */
  onFrame(bytes: Uint8Array): void;
  onState(state: StreamState): void;
  /** The exchange would not subscribe a channel; it is asked again later. */
  onRefused(channel: string, because: string): void;
  /** A channel is accepted after a gap: what it said before was not heard. */
  onAccepted?(channel: string): void;
  /** All wanted channels are accepted on a socket that was opened after a gap. */
  onReady?(): void;
  /** Age at which a socket is replaced; the exchange ends it at 24 h. */
  readonly renewAfterMs?: number;
}

/**
 * A connection that stays: subscribes again after each reconnect, pings, notices silence, and is
 * replaced before the exchange ends it, the old socket closed after the new one is ready.
 */
export interface Connection {
  subscribe(channel: string): void;
  unsubscribe(channel: string): void;
  state(): StreamState;
  /** True when every wanted channel is accepted. */
  isReady(): boolean;
  isAccepted(channel: string): boolean;
  /** Since the last message of any kind, ms; null before the first. */
  ageMs(): number | null;
  /** Ends the socket; a new one is opened at once, its address asked for anew. */
  reconnect(): void;
  close(): Promise<void>;
}

// The server closes a silent connection after 60 s, one without subscription after 30 s, and any
// after 24 h. https://mexcdevelop.github.io/apidocs/spot_v3_en/#websocket-market-streams (read
// 2026-11-20)
const PING_EVERY_MS = 5000;
/** Not even the answer to a ping within this: the connection is dead or stalled. */
const STALE_AFTER_MS = 12_000;
const RECONNECT_AFTER_MS = 20_000;
/** A refused channel (the pair may not exist yet) is asked for again this often. */
const RESUBSCRIBE_EVERY_MS = 500;
const BACK_OFF_MIN_MS = 100;
const BACK_OFF_MAX_MS = 5000;
/** An hour before the end, less up to 30 minutes so that connections do not all move at once. */
const RENEW_AFTER_MS = 23 * 3_600_000;
const RENEW_JITTER = 0.02;
/** A new socket that is not ready by then is given up; the old one goes on. */
const RENEWAL_MS = 10_000;

/** Connects at once and for ever, until it is closed. */
export const connect = (settings: ConnectionSettings): Connection => new KeptConnection(settings);

class KeptConnection implements Connection {
  private readonly settings: ConnectionSettings;
  private readonly renewAfterMs: number;
  private readonly wanted = new Set<string>();
  private readonly timers: readonly NodeJS.Timeout[];
  private retry: NodeJS.Timeout | undefined;
  private link: Link | null = null;
  /** The socket that will replace `link`, while it gets ready. */
  private next: { readonly link: Link; readonly sinceMs: number } | null = null;
  private renewing = false;
  private current: StreamState = 'connecting';
  private announced = false;
  private failures = 0;

  constructor(settings: ConnectionSettings) {
    this.settings = settings;
    this.renewAfterMs =
      (settings.renewAfterMs ?? RENEW_AFTER_MS) * (1 - Math.random() * RENEW_JITTER);
    this.open();
    this.timers = [
      setInterval(() => this.eachLink((link) => link.say('PING')), PING_EVERY_MS),
      setInterval(() => this.watch(), RESUBSCRIBE_EVERY_MS),
    ];
  }

  subscribe(channel: string): void {
    this.wanted.add(channel);
    this.eachLink((link) => link.say('SUBSCRIPTION', channel));
  }

  unsubscribe(channel: string): void {
    this.wanted.delete(channel);
    this.eachLink((link) => link.say('UNSUBSCRIPTION', channel));
  }

  state(): StreamState {
    return this.current;
  }

  isReady(): boolean {
    return this.current === 'live' && this.link !== null && this.has(this.link);
  }

  isAccepted(channel: string): boolean {
    return this.link?.accepted.has(channel) ?? false;
  }

  ageMs(): number | null {
    return this.link?.silentMs() ?? null;
  }

  reconnect(): void {
    void this.link?.end();
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    clearTimeout(this.retry);
    this.setState('closed');
    await Promise.all([this.link?.end(), this.next?.link.end()]);
  }

  private eachLink(act: (link: Link) => void): void {
    for (const link of [this.link, this.next?.link]) if (link) act(link);
  }

  private has(link: Link): boolean {
    return [...this.wanted].every((channel) => link.accepted.has(channel));
  }

  private setState(next: StreamState): void {
    if (this.current === next || this.current === 'closed') return;
    this.current = next;
    this.settings.onState(next);
  }

  private async address(): Promise<string> {
    const { url } = this.settings;
    return typeof url === 'string' ? url : await url();
  }

  private open(): void {
    this.announced = false;
    const fail = () => this.reopen();
    this.address().then((url) => {
      if (this.current !== 'closed') this.link = this.linkTo(url, () => this.reopen());
    }, fail);
  }

  private linkTo(url: string, onClosed: (link: Link) => void): Link {
    const link: Link = openLink(url, {
      onOpen: () => {
        if (link === this.link) this.setState('live');
        for (const channel of this.wanted) link.say('SUBSCRIPTION', channel);
      },
      onFrame: (bytes) => this.settings.onFrame(bytes),
      onAccepted: (channel) => {
        if (link === this.link) this.settings.onAccepted?.(channel);
        this.accepted(link);
      },
      onRefused: (channel, because) => this.settings.onRefused(channel, because),
      onHeard: () => {
        if (link === this.link && this.current === 'stale') this.setState('live');
      },
      onClosed: () => {
        if (link === this.link || link === this.next?.link) onClosed(link);
      },
    });
    return link;
  }

  private accepted(link: Link): void {
    this.failures = 0;
    if (!this.has(link)) return;
    if (link === this.next?.link) this.swap(link);
    if (link !== this.link || this.announced) return;
    this.announced = true;
    this.settings.onReady?.();
  }

  /** The new socket hears everything: only now the old one may go. */
  private swap(link: Link): void {
    const old = this.link;
    this.next = null;
    this.link = link;
    this.announced = true; // nothing was missed: no gap to be told
    this.setState('live');
    void old?.end();
  }

  private reopen(): void {
    if (this.current === 'closed') return;
    this.setState('connecting');
    if (this.next !== null) {
      // A replacement is on its way already: it becomes the connection, after a gap.
      this.link = this.next.link;
      this.next = null;
      this.announced = false;
      if (this.link.ageMs() !== null) this.setState('live');
      this.accepted(this.link);
      return;
    }
    this.failures += 1;
    const wait = Math.min(BACK_OFF_MAX_MS, BACK_OFF_MIN_MS * 2 ** Math.min(this.failures, 10));
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), wait * (0.5 + Math.random() / 2));
  }

  /** Notices silence, asks again for what was refused, and replaces what is old. */
  private watch(): void {
    const silent = this.ageMs() ?? 0;
    if (this.current === 'live' && silent > STALE_AFTER_MS) this.setState('stale');
    if (silent > RECONNECT_AFTER_MS) void this.link?.end();
    this.eachLink((link) => {
      for (const channel of this.wanted)
        if (!link.accepted.has(channel)) link.say('SUBSCRIPTION', channel);
    });
    this.renew();
  }

  private renew(): void {
    if (this.next !== null && performance.now() - this.next.sinceMs > RENEWAL_MS) this.giveUp();
    const age = this.link?.ageMs() ?? 0;
    if (age < this.renewAfterMs || this.next !== null || this.renewing) return;
    this.renewing = true;
    const begin = (url: string) => {
      this.renewing = false;
      if (this.current !== 'live' || this.next !== null) return;
      this.next = { link: this.linkTo(url, () => (this.next = null)), sinceMs: performance.now() };
    };
    this.address().then(begin, () => (this.renewing = false));
  }

  /** Channels that are refused on both sockets would hold a renewal up for ever. */
  private giveUp(): void {
    const { next, link } = this;
    if (next === null) return;
    const missing = [...(link?.accepted ?? [])].some((channel) => !next.link.accepted.has(channel));
    if (!missing && next.link.ageMs() !== null) return this.swap(next.link);
    this.next = null;
    void next.link.end();
  }
}
