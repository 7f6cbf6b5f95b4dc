/** Something that a palette leads to. */
export interface PaletteItem {
  readonly id: string;
  readonly name: string;
  /** What kind of thing it is, or more about it; it is searched too. */
  readonly hint: string;
  readonly act: () => void;
}

const SHOWN_MAX = 12;

/** Items in which every typed word occurs; names that begin with the text first. */
export const found = <T extends Pick<PaletteItem, 'name' | 'hint'>>(
  items: readonly T[],
  text: string,
): readonly T[] => {
  const wanted = text.trim().toLowerCase();
  const words = wanted.split(/\s+/);
  const rank = (item: T) => (item.name.toLowerCase().startsWith(wanted) ? 0 : 1);
  return items
    .filter((item) => {
      const whole = `${item.name} ${item.hint}`.toLowerCase();
      return words.every((word) => whole.includes(word));
    })
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, SHOWN_MAX);
};
