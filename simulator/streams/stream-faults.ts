import type { StreamFaultOrder } from '../faults/fault-schema.ts';

interface Spoiling {
  readonly order: StreamFaultOrder;
  left: number;
  /** Frame kept back to be sent after the next one. */
  kept: Uint8Array | null;
}

/** How frames of some channels go wrong on their way out. */
export class StreamFaults {
  #spoilings: Spoiling[] = [];

  /** Adds a fault; `resume` ends those of its channel and returns frames still kept back. */
  set(order: StreamFaultOrder): { channel: string; frame: Uint8Array }[] {
    if (order.stream !== 'resume') {
      this.#spoilings.push({ order, left: order.count, kept: null });
      return [];
    }
    const ends = (spoiling: Spoiling): boolean => spoiling.order.channel.startsWith(order.channel);
    const kept = this.#spoilings
      .filter(ends)
      .flatMap(({ order: { channel }, kept: frame }) => (frame === null ? [] : { channel, frame }));
    this.#spoilings = this.#spoilings.filter((spoiling) => !ends(spoiling));
    return kept;
  }

  list(): { order: StreamFaultOrder; left: number }[] {
    return this.#spoilings.map(({ order, left }) => ({ order, left }));
  }

  clear(): void {
    this.#spoilings = [];
  }

  /** True when a subscription of the channel is to be refused now; counted down. */
  refuses(channel: string): boolean {
    const refusing = this.#spoilings.find(
      ({ order }) => order.stream === 'refuse' && channel.startsWith(order.channel),
    );
    if (refusing === undefined) return false;
    refusing.left -= 1;
    if (refusing.left <= 0) this.#spoilings = this.#spoilings.filter((one) => one !== refusing);
    return true;
  }

  /** The frames to send now instead of this one. */
  pass(channel: string, encode: () => Uint8Array): readonly Uint8Array[] {
    const spoiling = this.#spoilings.find(
      ({ order }) => order.stream !== 'refuse' && channel.startsWith(order.channel),
    );
    if (spoiling === undefined) return [encode()];
    if (spoiling.order.stream === 'stall') return [];
    const frame = encode();
    spoiling.left -= 1;
    if (spoiling.left < 0) {
      this.#spoilings = this.#spoilings.filter((other) => other !== spoiling);
      return spoiling.kept === null ? [frame] : [frame, spoiling.kept];
    }
    return this.#spoilt(spoiling, frame);
  }

  #spoilt(spoiling: Spoiling, frame: Uint8Array): readonly Uint8Array[] {
    switch (spoiling.order.stream) {
      case 'gap':
      case 'stall':
        return [];
      case 'duplicate':
        return [frame, frame];
      case 'reorder': {
        const kept = spoiling.kept;
        spoiling.kept = kept === null ? frame : null;
        return kept === null ? [] : [frame, kept];
      }
      case 'drop':
      case 'refuse':
      case 'resume':
        return [frame];
    }
  }
}
