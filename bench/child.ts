import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';

/** What a process of the bench can be asked for: one object in, one value out. */
export type Calls = Readonly<Record<string, (input: never) => unknown>>;

export interface Question {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

export type Answer =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly problem: string };

/** A process of its own, so that what it does does not share an event loop with what is measured. */
export interface Child<C extends Calls> extends AsyncDisposable {
  readonly pid: number;
  ask<K extends keyof C & string>(
    name: K,
    input: Parameters<C[K]>[0],
  ): Promise<Awaited<ReturnType<C[K]>>>;
}

/** Starts bench/processes/`file`, which answers by `serve`. */
export const startChild = <C extends Calls>(file: string): Child<C> => {
  const child = fork(join(import.meta.dirname, 'processes', file), {
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const open = new Map<number, { done: (value: unknown) => void; fail: (why: Error) => void }>();
  let last = 0;
  child.on('message', (answer: Answer) => {
    const waiting = open.get(answer.id);
    open.delete(answer.id);
    if ('problem' in answer) waiting?.fail(new Error(`${file}: ${answer.problem}`));
    else waiting?.done(answer.value);
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.once('exit', (code) => {
    for (const { fail } of open.values()) fail(new Error(`${file} ended with ${code}`));
  });
  return {
    pid: child.pid ?? 0,
    ask: (name, input) =>
      new Promise((done, fail) => {
        last += 1;
        // The answer to a question has the type that its call returns: serve sends nothing else.
        open.set(last, { done: done as (value: unknown) => void, fail });
        child.send({ id: last, name, input } satisfies Question);
      }),
    [Symbol.asyncDispose]: () => end(child, ended),
  };
};

const end = async (child: ChildProcess, ended: Promise<void>): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await ended;
};

/** Answers the questions of the process that started this one. */
export const serve = (calls: Calls): void => {
  process.on('message', (question: Question) => {
    const say = (answer: Answer) => process.send?.(answer);
    const { id, name, input } = question;
    Promise.resolve()
      .then(() => calls[name]?.(input as never)) // startChild has checked the input's type
      .then((value) => say({ id, value }))
      .catch((error: unknown) =>
        say({
          id,
          problem: error instanceof Error ? (error.stack ?? error.message) : String(error),
        }),
      );
  });
};
