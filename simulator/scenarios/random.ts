/** A 32-bit hash of text; the root of everything that looks random here. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash);
}

function mix(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A number in [0, 1) that depends on both arguments only: random access needs no stored state. */
export function randomAt(seed: number, index: number): number {
  return mix(Math.imul(seed ^ mix(index | 0), 0x9e3779b1) + index) / 2 ** 32;
}

/** Numbers in [0, 1), the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let index = 0;
  return () => randomAt(seed, index++);
}

/** Reads a distribution given as values at 0, 10, 50, 90 and 100 %; `share` in [0, 1). */
export function quantile(values: readonly number[], share: number): number {
  const at = [0, 0.1, 0.5, 0.9, 1];
  for (let index = 1; index < at.length; index += 1) {
    const left = at[index - 1] ?? 0;
    const right = at[index] ?? 1;
    if (share > right) continue;
    const low = values[index - 1] ?? 1;
    const high = values[index] ?? low;
    return low * (high / low) ** ((share - left) / (right - left));
  }
  return values.at(-1) ?? 1;
}
