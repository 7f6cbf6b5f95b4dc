import { useId, type InputHTMLAttributes, type ReactNode } from 'react';

const INPUT =
  'min-h-9 w-full min-w-0 rounded-md border border-control bg-bg px-2 text-sm text-text aria-invalid:border-danger max-md:min-h-11';

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly unit?: string;
  /** What is allowed, and what it would mean. */
  readonly hint?: ReactNode;
  readonly problem?: string | undefined;
}

/** An input with its name, unit, bounds, and what is wrong with it, all of it read out with it. */
export const Field = ({ label, unit, hint, problem, ...rest }: Props) => {
  const id = useId();
  const isWrong = problem !== undefined;
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="block text-2xs text-muted">
        {label}
      </label>
      <span className="relative mt-1 block">
        <input
          id={id}
          type="text"
          inputMode="decimal"
          autoComplete="off"
          aria-invalid={isWrong}
          aria-describedby={`${id}-hint${isWrong ? ` ${id}-problem` : ''}`}
          {...rest}
          className={`${INPUT} ${unit === undefined ? '' : unit.length > 6 ? 'pr-18 text-right' : unit.length > 3 ? 'pr-14 text-right' : 'pr-10 text-right'}`}
        />
        {unit === undefined ? null : (
          <span
            aria-hidden="true"
            className="absolute inset-y-0 right-2 grid place-items-center text-2xs text-muted"
          >
            {unit}
          </span>
        )}
      </span>
      <span id={`${id}-hint`} className="block text-2xs text-muted">
        {unit === undefined ? null : <span className="sr-only">{unit}, </span>}
        {hint}
      </span>
      {isWrong ? (
        <span id={`${id}-problem`} className="block text-2xs text-danger">
          {problem}
        </span>
      ) : null}
    </div>
  );
};

/** A choice of a few, for the head of a card: its name stands before it. */
export const HeadChoice = ({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: string;
  options: readonly { readonly value: string; readonly text: string }[];
  onChoose: (value: string) => void;
}) => (
  <label className="flex items-center gap-2 text-2xs text-muted">
    {label}
    <select
      value={value}
      onChange={(event) => onChoose(event.target.value)}
      className="min-h-9 rounded-md border border-control bg-bg px-2 text-sm text-text max-md:min-h-11"
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.text}
        </option>
      ))}
    </select>
  </label>
);

/** A choice of a few. */
export const Choice = ({
  label,
  value,
  options,
  hint,
  problem,
  onChoose,
}: {
  label: string;
  value: string;
  options: readonly { readonly value: string; readonly text: string }[];
  hint?: ReactNode;
  problem?: string | undefined;
  onChoose: (value: string) => void;
}) => {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="block text-2xs text-muted">
        {label}
      </label>
      <select
        id={id}
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-hint ${id}-problem`}
        onChange={(event) => onChoose(event.target.value)}
        className={`mt-1 ${INPUT}`}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
      <span id={`${id}-hint`} className="block text-2xs text-muted empty:hidden">
        {hint}
      </span>
      <span id={`${id}-problem`} className="block text-2xs text-danger empty:hidden">
        {problem}
      </span>
    </div>
  );
};

/** On or off. */
export const Tick = ({
  label,
  checked,
  hint,
  problem,
  onTick,
}: {
  label: string;
  checked: boolean;
  hint?: ReactNode;
  problem?: string | undefined;
  onTick: (checked: boolean) => void;
}) => {
  const id = useId();
  return (
    <>
      <label className="flex min-h-9 items-center gap-2 max-md:min-h-11">
        <input
          type="checkbox"
          checked={checked}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-hint ${id}-problem`}
          onChange={(event) => onTick(event.target.checked)}
          className="size-4 accent-accent"
        />
        {label}
      </label>
      <span id={`${id}-hint`} className="block text-2xs text-muted empty:hidden">
        {hint}
      </span>
      <span id={`${id}-problem`} className="block text-2xs text-danger empty:hidden">
        {problem}
      </span>
    </>
  );
};
