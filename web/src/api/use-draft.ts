import { useRef, useState } from 'react';
import { ApiError } from './client.ts';
import { newKey } from './new-key.ts';
import { useCommand } from './use-command.ts';

/** What is wrong, by field. */
export type Problems<Typed> = Partial<Readonly<Record<keyof Typed, string>>>;

interface Options<Typed, Answer> {
  readonly initial: Typed;
  /** What can be seen without asking; the API sees the rest. */
  readonly check: (typed: Typed) => Problems<Typed>;
  /** `key` stays the same for as long as nothing else is typed. */
  readonly send: (typed: Typed, key: string) => Promise<Answer>;
  readonly onDone: (answer: Answer) => Promise<void> | void;
}

/** Problems of a 422 that belong to fields of the form; others stay with the error. */
export const problemsOfDetails = <Typed extends object>(
  details: unknown,
  fields: Typed,
): Problems<Typed> =>
  Array.isArray(details)
    ? (Object.fromEntries(
        (details as { path: string; problem: string }[]) // the API's own schema
          .filter(({ path }) => path in fields)
          .map(({ path, problem }) => [path, problem]),
      ) as Problems<Typed>) // only names that are fields
    : {};

/**
 * A form: what is typed stays until it is taken, what is wrong stands beside its field. DraftForm is
 * its frame.
 */
export const useDraft = <Typed extends object, Answer>(options: Options<Typed, Answer>) => {
  const sent = useRef({ body: '', key: '' });
  const [typed, setTyped] = useState(options.initial);
  const [problems, setProblems] = useState<Problems<Typed>>({});
  const [refusals, setRefusals] = useState(0);
  const show = (found: Problems<Typed>) => {
    setProblems(found);
    setRefusals((count) => count + 1);
  };
  const command = useCommand({
    mutationFn: () => {
      const body = JSON.stringify(typed);
      if (sent.current.body !== body) sent.current = { body, key: newKey() };
      return options.send(typed, sent.current.key);
    },
    onSuccess: options.onDone,
    onError: (error) =>
      show(
        error instanceof ApiError
          ? problemsOfDetails(error.envelope?.details, options.initial)
          : {},
      ),
  });
  const send = () => {
    const found = options.check(typed);
    if (Object.keys(found).length > 0) {
      command.reset();
      show(found);
      return;
    }
    setProblems({});
    command.send();
  };
  return {
    typed,
    problems,
    /** How often it was found wrong: each time the first wrong field gets the focus. */
    refusals,
    change: (more: Partial<Typed>) => setTyped({ ...typed, ...more }),
    send,
    error: command.error,
    isPending: command.isPending,
  };
};
