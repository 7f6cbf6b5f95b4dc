import type { ReactNode } from 'react';

/** A titled part of a page. */
export const Card = ({
  title,
  unit,
  aside,
  children,
}: {
  title: string;
  /** Stands behind the title: in which unit or zone its numbers are. */
  unit?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
}) => (
  <section className="rounded-lg border border-line bg-surface" aria-label={title}>
    <header className="flex min-h-11 items-center justify-between gap-3 border-b border-line px-4 py-2">
      <h2 className="text-sm font-semibold">
        {title}
        {unit === undefined ? null : <span className="text-muted"> ({unit})</span>}
      </h2>
      {aside}
    </header>
    {children}
  </section>
);

/** A name and its value, for lists of facts. */
export const Fact = ({ name, children }: { name: string; children: ReactNode }) => (
  <div className="min-w-0">
    <dt className="text-2xs text-muted">{name}</dt>
    <dd className="break-words">{children}</dd>
  </div>
);
