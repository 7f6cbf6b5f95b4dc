import { useId, useState, type ButtonHTMLAttributes } from 'react';
import { useForbidden } from '../shell/role.ts';

const LOOKS = {
  quiet: 'border-control bg-surface text-text hover:bg-raised',
  danger: 'border-danger bg-danger/15 text-danger hover:bg-danger/18',
  primary: 'border-accent bg-accent/15 text-accent hover:bg-accent/20',
} as const;

type Props = ButtonHTMLAttributes<HTMLButtonElement> & {
  look?: keyof typeof LOOKS;
  /** Why it cannot be pressed now; null when it can. */
  blocked?: string | null;
  /** It changes something: only an operator may press it. */
  acts?: boolean;
};

/**
 * A button that is never hidden. When it cannot be pressed it can still be reached, and says why:
 * on hover, to a screen reader, and beside itself when pressed all the same (there is no hover on
 * a phone).
 */
export const Button = (props: Props) => {
  const { look = 'quiet', blocked: because = null, acts = false, className = '', ...rest } = props;
  const forbidden = useForbidden();
  const blocked = acts ? (forbidden ?? because) : because;
  const reasonId = useId();
  const [asked, setAsked] = useState(false);
  const isBlocked = blocked !== null;
  return (
    <span className="inline-flex flex-wrap items-center justify-end gap-x-2">
      {isBlocked ? (
        <span id={reasonId} className={asked ? 'text-2xs text-muted' : 'sr-only'}>
          {blocked}
        </span>
      ) : null}
      <button
        type="button"
        {...rest}
        {...(isBlocked
          ? {
              'aria-disabled': true,
              'aria-describedby': reasonId,
              title: blocked,
              onClick: (event) => {
                event.preventDefault();
                setAsked(true);
              },
            }
          : {})}
        className={`inline-flex min-h-9 items-center gap-2 rounded-md border px-3 text-sm font-medium whitespace-nowrap transition-colors duration-150 disabled:opacity-55 max-md:min-h-11 ${LOOKS[look]} ${isBlocked ? 'cursor-not-allowed opacity-55' : ''} ${className}`}
      />
    </span>
  );
};
