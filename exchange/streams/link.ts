import WebSocket from 'ws';

export interface LinkHooks {
  onOpen(): void;
  onFrame(bytes: Uint8Array): void;
  /** The exchange accepted a channel: its answer was the channel's own name. */
  onAccepted(channel: string): void;
  onRefused(channel: string, because: string): void;
  onHeard(): void;
  onClosed(): void;
}

/** One socket, from its opening to its end. */
export interface Link {
  readonly accepted: ReadonlySet<string>;
  /** Since it opened or the last message, ms; null while it is opening. */
  silentMs(): number | null;
  /** Since it opened, ms; null while it is opening. */
  ageMs(): number | null;
  say(method: 'SUBSCRIPTION' | 'UNSUBSCRIPTION' | 'PING', channel?: string): void;
  /** Ends it at once; resolves when it is gone. */
  end(): Promise<void>;
}

const PONG = 'PONG';
const FRAME_MAX_BYTES = 16 * 1024 * 1024;
const HANDSHAKE_MS = 5000;

/** Opens a socket. `onClosed` is called once, whatever ended it. */
export const openLink = (url: string, hooks: LinkHooks): Link => new SocketLink(url, hooks);

class SocketLink implements Link {
  readonly accepted = new Set<string>();
  /** Channels that were asked for and not answered: an answer to leaving one is no acceptance. */
  private readonly asked = new Set<string>();
  private readonly hooks: LinkHooks;
  private readonly socket: WebSocket;
  private openedMs: number | null = null;
  private heardMs: number | null = null;

  constructor(url: string, hooks: LinkHooks) {
    this.hooks = hooks;
    this.socket = new WebSocket(url, {
      maxPayload: FRAME_MAX_BYTES,
      handshakeTimeout: HANDSHAKE_MS,
    });
    this.socket.on('open', () => {
      this.openedMs = performance.now();
      this.heardMs = this.openedMs;
      hooks.onOpen();
    });
    this.socket.on('message', (payload: Buffer, isBinary) => this.hear(payload, isBinary));
    this.socket.on('error', () => this.socket.terminate());
    this.socket.on('close', () => hooks.onClosed());
  }

  silentMs(): number | null {
    return this.heardMs === null ? null : performance.now() - this.heardMs;
  }

  ageMs(): number | null {
    return this.openedMs === null ? null : performance.now() - this.openedMs;
  }

  say(method: 'SUBSCRIPTION' | 'UNSUBSCRIPTION' | 'PING', channel?: string): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (channel !== undefined) this.note(method, channel);
    // One channel per message: the answer to several is not documented, and 1 KB is the limit.
    this.socket.send(
      JSON.stringify(channel === undefined ? { method } : { method, params: [channel] }),
    );
  }

  private note(method: string, channel: string): void {
    if (method === 'SUBSCRIPTION') this.asked.add(channel);
    else for (const known of [this.asked, this.accepted]) known.delete(channel);
  }

  end(): Promise<void> {
    return new Promise((resolve) => {
      if (this.socket.readyState === WebSocket.CLOSED) return resolve();
      this.socket.once('close', () => resolve());
      this.socket.terminate();
    });
  }

  private hear(payload: Buffer, isBinary: boolean): void {
    this.heardMs = performance.now();
    this.hooks.onHeard();
    if (isBinary) this.hooks.onFrame(payload);
    else this.control(payload.toString('utf8'));
  }

  private control(text: string): void {
    const message = messageIn(text);
    if (message === null || message === PONG) return;
    // A refusal has code 0 too: only the channel's own name is a yes.
    if (this.asked.delete(message)) {
      this.accepted.add(message);
      this.hooks.onAccepted(message);
    } else if (!message.startsWith('spot@'))
      this.hooks.onRefused(/\[(.*?)\]/.exec(message)?.[1] ?? '', message);
  }
}

const messageIn = (text: string): string | null => {
  try {
    const value: unknown = JSON.parse(text);
    const isMessage = typeof value === 'object' && value !== null && 'msg' in value;
    return isMessage && typeof value.msg === 'string' ? value.msg : null;
  } catch {
    return null; // text that is no JSON: nothing that we asked for
  }
};
