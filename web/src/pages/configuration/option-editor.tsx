import { Tabs } from 'radix-ui';
import { useEffect, useRef } from 'react';
import type { ConfigurationView } from '#api/schemas/configuration.ts';
import { ApiError, problemText } from '../../api/client.ts';
import type { OptionSchema } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Changes } from '../../components/changes.tsx';
import { Field, Tick } from '../../components/field.tsx';
import type { Change } from '../../lib/changes.ts';
import type { Options } from './option-draft.ts';
import { OptionForm } from './option-form.tsx';
import { OptionJson } from './option-json.tsx';
import { placed, type Problems } from './option-problems.ts';
import { useOptionEditing, type Target } from './use-option-editing.ts';

/** Options as a form, or as JSON text. What was typed stays until it is written or given up. */
export const OptionEditor = (props: {
  initial: Options;
  schema: OptionSchema;
  target: Target;
  /** Another version was written since editing began. */
  outdated: boolean;
  onSaved: (written: ConfigurationView) => void;
  /** Null when there is nothing to go back to. */
  onGiveUp: (() => void) | null;
}) => {
  const editing = useOptionEditing(props);
  const { fields, typed, target, setTarget, wrong, command } = editing;
  const form = useFirstWrong(wrong.times);
  const { name, ...rest } = wrong.problems;
  const { shown, others } = placed(rest, fields);
  return (
    <form
      ref={form}
      noValidate
      aria-label="Trading options"
      className="space-y-4 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        editing.send();
      }}
    >
      {props.outdated ? (
        <p role="alert" className="text-warn">
          Another version was written meanwhile; writing yours makes it the active one.
        </p>
      ) : null}
      {target.kind === 'named' ? (
        <NameIt target={target} problem={name} change={setTarget} />
      ) : null}
      <TwoWays editing={editing} shown={shown} problems={rest} />
      {target.kind === 'next' ? <WhatChanges changes={editing.changes} /> : null}
      <NotWritten
        error={command.error}
        count={Object.keys(wrong.problems).length}
        others={typed.as === 'form' ? others : []}
      />
      <Buttons
        verb={target.kind === 'next' ? 'Write a new version' : 'Write it'}
        isPending={command.isPending}
        onGiveUp={props.onGiveUp}
      />
    </form>
  );
};

/** Before it is written: all that would be different. */
const WhatChanges = ({ changes }: { changes: readonly Change[] | null }) => (
  <section aria-label="What changes" className="rounded-md border border-line p-3">
    <h3 className="pb-1 font-semibold">What changes</h3>
    {changes === null ? (
      <p className="text-muted">Not known: the text is not JSON.</p>
    ) : (
      <Changes changes={changes} before="Active now" after="To be written" none="Nothing yet." />
    )}
  </section>
);

const Buttons = ({
  verb,
  isPending,
  onGiveUp,
}: {
  verb: string;
  isPending: boolean;
  onGiveUp: (() => void) | null;
}) => (
  <div className="flex flex-wrap gap-2">
    <Button acts type="submit" look="primary" disabled={isPending}>
      {isPending ? 'Writing…' : verb}
    </Button>
    {onGiveUp === null ? null : <Button onClick={onGiveUp}>Give up the changes</Button>}
  </div>
);

/** After the fields are drawn with what is wrong with them, the first such has the focus. */
const useFirstWrong = (times: number) => {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (times > 0)
      form.current?.querySelector<HTMLElement>('[aria-invalid="true"], [data-wrong]')?.focus();
  }, [times]);
  return form;
};

const TAB =
  'min-h-9 border-b-2 border-transparent px-3 text-muted hover:text-text data-[state=active]:border-accent data-[state=active]:text-text max-md:min-h-11';

/** The same options in fields, and as text. */
const TwoWays = ({
  editing: { fields, typed, setTyped, turn },
  shown,
  problems,
}: {
  editing: ReturnType<typeof useOptionEditing>;
  shown: Problems;
  problems: Problems;
}) => (
  <Tabs.Root value={typed.as} onValueChange={(as) => turn(as === 'json' ? as : 'form')}>
    <TabList />
    <Tabs.Content value="form" className="pt-4">
      {typed.as === 'form' ? (
        <OptionForm
          fields={fields}
          draft={typed.draft}
          problems={shown}
          change={(draft) => setTyped({ as: 'form', draft })}
        />
      ) : null}
    </Tabs.Content>
    <Tabs.Content value="json" className="pt-4">
      {typed.as === 'json' ? (
        <OptionJson
          text={typed.text}
          problems={problems}
          change={(text) => setTyped({ as: 'json', text })}
        />
      ) : null}
    </Tabs.Content>
  </Tabs.Root>
);

const TabList = () => (
  <Tabs.List aria-label="How to write the options" className="flex border-b border-line">
    <Tabs.Trigger value="form" className={TAB}>
      Form
    </Tabs.Trigger>
    <Tabs.Trigger value="json" className={TAB}>
      JSON
    </Tabs.Trigger>
  </Tabs.List>
);

type Named = Extract<Target, { kind: 'named' }>;

const NameIt = ({
  target,
  problem,
  change,
}: {
  target: Named;
  problem: string | undefined;
  change: (target: Named) => void;
}) => (
  <div className="grid gap-4 sm:max-w-lg sm:grid-cols-2">
    <Field
      label="Name"
      name="name"
      inputMode="text"
      maxLength={60}
      value={target.name}
      problem={problem}
      hint="letters, digits, spaces, dots, lines"
      onChange={(event) => change({ ...target, name: event.target.value })}
    />
    <div className="sm:pt-5">
      <Tick
        label="Make it the active one"
        checked={target.activate}
        hint="a running bot keeps the version it was started with"
        onTick={(activate) => change({ ...target, activate })}
      />
    </div>
  </div>
);

/** Fields say themselves what is wrong with them; the rest is said here. */
const NotWritten = ({
  error,
  count,
  others,
}: {
  error: Error | null;
  count: number;
  others: readonly string[];
}) => (
  <div role="alert" className="space-y-1 text-danger empty:hidden">
    {count > 0 || error !== null ? <p>{notWritten(error, count)}</p> : null}
    {others.map((each) => (
      <p key={each}>{each}</p>
    ))}
  </div>
);

const notWritten = (error: Error | null, count: number): string => {
  if (count === 0 && error !== null) return `Not written. ${problemText(error)}`;
  const places = count === 1 ? 'one place needs' : `${count} places need`;
  const requestId = error instanceof ApiError ? error.envelope?.requestId : undefined;
  return `Not written: ${places} a look${requestId === undefined ? '' : ` (request ${requestId})`}.`;
};
