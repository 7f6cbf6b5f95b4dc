import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ConfigurationView } from '#api/schemas/configuration.ts';
import { ApiError, call } from '../../api/client.ts';
import type { OptionSchema } from '../../api/queries.ts';
import { useCommand } from '../../api/use-command.ts';
import { useKey } from '../../api/use-key.ts';
import { changesOf, type Change } from '../../lib/changes.ts';
import { draftOf, optionsOf, type OptionDraft, type Options } from './option-draft.ts';
import { optionFields, type OptionField } from './option-fields.ts';
import { problemsOf, problemsOfDetails, type Problems } from './option-problems.ts';
import { isRecord } from './option-schema.ts';

/** What is written: the next version of the active configuration, or one with a name that is asked. */
export type Target =
  | { readonly kind: 'next' }
  | { readonly kind: 'named'; readonly name: string; readonly activate: boolean };

/** What was typed: in fields, or as JSON text. One of both at a time, changed into the other. */
export type Typed =
  | { readonly as: 'form'; readonly draft: OptionDraft }
  | { readonly as: 'json'; readonly text: string };

const jsonOf = (options: Options): string => JSON.stringify(options, null, 2);

/** Fields where they can show the options, JSON text where they cannot. */
const typedOf = (options: Options, fields: readonly OptionField[]): Typed => {
  const shown = draftOf(options, fields);
  return shown.kind === 'draft'
    ? { as: 'form', draft: shown.draft }
    : { as: 'json', text: jsonOf(options) };
};

/** Throws SyntaxError when it is not an object in JSON. */
const parsed = (text: string): Options => {
  const value: unknown = JSON.parse(text);
  if (isRecord(value)) return value;
  throw new SyntaxError('options are written between { and }');
};

/** The same as fields; a sentence when that cannot be. Nothing is lost either way. */
const asForm = (
  text: string,
  fields: readonly OptionField[],
): { readonly typed: Typed } | { readonly problem: string } => {
  try {
    const shown = draftOf(parsed(text), fields);
    return shown.kind === 'draft'
      ? { typed: { as: 'form', draft: shown.draft } }
      : { problem: `${shown.path} has a value that no field can show: change it here first.` };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: `This is not JSON: ${error.message}` };
    throw error;
  }
};

const bodyOf = (target: Target, options: Options) =>
  target.kind === 'next'
    ? { path: '/config', method: 'PUT', body: { options } }
    : {
        path: '/configurations',
        method: 'POST',
        body: { name: target.name.trim(), activate: target.activate, options },
      };

interface Editing {
  readonly initial: Options;
  readonly schema: OptionSchema;
  readonly target: Target;
  readonly onSaved: (written: ConfigurationView) => void;
}

/** Writes options to their target; what the API finds wrong goes to `show`. */
const useWrite = (
  target: Target,
  show: (problems: Problems) => void,
  onSaved: Editing['onSaved'],
) => {
  const client = useQueryClient();
  const keyOf = useKey();
  return useCommand({
    mutationFn: (options: Options) => {
      const { path, method, body } = bodyOf(target, options);
      const headers = { 'idempotency-key': keyOf({ path, body }) };
      return call<ConfigurationView>(path, { method, body, headers });
    },
    onSuccess: async (written) => {
      await client.invalidateQueries({ queryKey: ['configuration'] });
      onSaved(written);
    },
    onError: (error) =>
      show(error instanceof ApiError ? problemsOfDetails(error.envelope?.details) : {}),
  });
};

/** What would be written differs from what is there in this; null while it cannot be read. */
const changesIn = (
  typed: Typed,
  { initial, fields }: { readonly initial: Options; readonly fields: readonly OptionField[] },
): readonly Change[] | null => {
  try {
    const options = typed.as === 'form' ? optionsOf(typed.draft, fields) : parsed(typed.text);
    return changesOf(initial, options);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** What can be seen to be wrong without asking. */
const problemsSeen = (typed: Typed, target: Target, fields: readonly OptionField[]): Problems => ({
  ...(target.kind === 'named' && target.name.trim() === '' ? { name: 'give it a name' } : {}),
  ...(typed.as === 'form' ? problemsOf(typed.draft, fields) : {}),
});

/** Options being edited. What was typed stays until it is written or given up. */
export const useOptionEditing = ({ initial, schema, onSaved, ...begun }: Editing) => {
  const fields = useMemo(() => optionFields(schema), [schema]);
  const [typed, setTyped] = useState(() => typedOf(initial, fields));
  const [target, setTarget] = useState(begun.target);
  const wrong = useWrong();
  const command = useWrite(target, wrong.show, onSaved);
  const refuse = (problems: Problems) => {
    command.reset();
    wrong.show(problems);
  };
  const send = () => {
    const found = problemsSeen(typed, target, fields);
    if (Object.keys(found).length > 0) return refuse(found);
    try {
      const options = typed.as === 'form' ? optionsOf(typed.draft, fields) : parsed(typed.text);
      wrong.clear();
      command.send(options);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      refuse({ '': `This is not JSON: ${error.message}` });
    }
  };
  const turn = (as: Typed['as']) => {
    if (as === typed.as) return;
    const next =
      typed.as === 'json'
        ? asForm(typed.text, fields)
        : { typed: { as: 'json' as const, text: jsonOf(optionsOf(typed.draft, fields)) } };
    if ('problem' in next) return refuse({ '': next.problem });
    command.reset();
    wrong.clear();
    setTyped(next.typed);
  };
  const changes = changesIn(typed, { initial, fields });
  return { fields, typed, setTyped, changes, target, setTarget, wrong, send, turn, command };
};

/** What is wrong, and how often it was found so: each time the first wrong field gets the focus. */
const useWrong = () => {
  const [problems, setProblems] = useState<Problems>({});
  const [times, setTimes] = useState(0);
  return {
    problems,
    times,
    clear: () => setProblems({}),
    show: (found: Problems) => {
      setProblems(found);
      setTimes((count) => count + 1);
    },
  };
};
