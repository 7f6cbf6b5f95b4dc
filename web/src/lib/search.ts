// What stands behind the "?" of a page's address; what cannot be read is left out.

type Search = Readonly<Record<string, unknown>>;

/** An address reads a name of digits only as a number. */
const textOf = (value: unknown): string | null => {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
};

/** A day as "2026-06-01"; absent for all. */
export const readSince = ({ since }: Search): { readonly since?: string } =>
  typeof since === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(since) ? { since } : {};

/** A listing by its id, else a pair by its name, else nothing. */
export const readSubject = (
  search: Search,
): { readonly listing?: string; readonly symbol?: string } => {
  const listing = textOf(search['listing']);
  if (listing !== null && /^[A-Za-z0-9_-]{1,64}$/.test(listing)) return { listing };
  const symbol = textOf(search['symbol']);
  return symbol === null ? {} : { symbol: symbol.slice(0, 80) };
};
