import type { ButtonHTMLAttributes } from 'react';

const LOOKS = {
  quiet: 'border-control bg-surface text-text hover:bg-raised',
  danger: 'border-danger bg-danger/15 text-danger hover:bg-danger/25',
  primary: 'border-accent bg-accent/15 text-accent hover:bg-accent/25',
} as const;

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: keyof typeof LOOKS;
  /** Why it cannot be pressed now: shown, and read out; null when it can. */
  blocked?: string | null;
};

/** A button that is never hidden: when it cannot be pressed it says why. */
export const Button = ({ look = 'quiet', blocked = null, className = '', ...rest }: Props) => (
  <button
    type="button"
    {...rest}
    disabled={blocked !== null || rest.disabled === true}
    title={blocked ?? rest.title}
    className={`inline-flex min-h-9 items-center gap-2 whitespace-nowrap rounded-md border px-3 text-sm font-medium transition-colors duration-150 disabled:opacity-55 max-md:min-h-11 ${LOOKS[look]} ${className}`}
  />
);
