/**
 * Where the price stands between stop and target, as one bar. Positions are for the eye only, so
 * floating point is fine here; the numbers beside it are exact.
 */
export const RangeBar = ({
  stop,
  entry,
  price,
  target,
}: {
  stop: string | null;
  entry: string | null;
  price: string | null;
  target: string | null;
}) => {
  if (stop === null || price === null || entry === null) return <div className="h-2" />;
  const low = Number(stop);
  const high = target === null ? Number(entry) * 2 - low : Number(target);
  const at = (value: string) =>
    Math.min(100, Math.max(0, ((Number(value) - low) / (high - low || 1)) * 100));
  const gaining = Number(price) >= Number(entry);
  const from = Math.min(at(entry), at(price));
  const width = Math.abs(at(price) - at(entry));
  return (
    <div
      role="img"
      aria-label={`price ${price} between stop ${stop} and target ${target ?? 'none'}`}
      className="relative h-2 w-full rounded bg-raised"
    >
      <div
        className={`absolute h-2 rounded ${gaining ? 'bg-gain' : 'bg-loss'}`}
        style={{ left: `${from}%`, width: `${width}%` }}
      />
      <div className="absolute -top-0.5 h-3 w-0.5 bg-muted" style={{ left: `${at(entry)}%` }} />
      <div className="absolute -top-1 h-4 w-1 rounded bg-text" style={{ left: `${at(price)}%` }} />
    </div>
  );
};
