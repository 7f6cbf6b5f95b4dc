import type { CheckView, DiagnosisView } from '../schemas/diagnosis.ts';

/** What one look found. `waiting` is not a fault; `unknown` could not be read. */
export interface Finding {
  readonly state: 'passed' | 'waiting' | 'failed' | 'unknown';
  readonly text: string;
  readonly todo?: string;
  readonly page?: string;
}

/** One question of a diagnosis. Later ones make sense only when the earlier ones passed. */
export interface Question {
  readonly name: string;
  readonly question: string;
  readonly look: () => Promise<Finding> | Finding;
  /** True where what follows can be asked all the same. */
  readonly goOn?: true;
}

export const passed = (text: string): Finding => ({ state: 'passed', text });
export const waiting = (text: string): Finding => ({ state: 'waiting', text });
export const failed = (text: string, todo: string, page?: string): Finding => ({
  state: 'failed',
  text,
  todo,
  ...(page === undefined ? {} : { page }),
});

/** Asks in order, until an answer leaves nothing to ask. A look that fails is `unknown`. */
export const askAll = async (questions: readonly Question[]): Promise<CheckView[]> => {
  const checks: CheckView[] = [];
  let ended = false;
  for (const { name, question, look, goOn } of questions) {
    const found = ended ? NOT_REACHED : await lookSafely(look);
    if (found.state !== 'passed' && goOn !== true) ended = true;
    const { state, text, todo = null, page = null } = found;
    checks.push({ name, question, state, text, todo, page });
  }
  return checks;
};

const NOT_REACHED = {
  state: 'notReached' as const,
  text: 'Not looked at: a check before it decides.',
  todo: undefined,
  page: undefined,
};

const lookSafely = async (look: Question['look']): Promise<Finding> => {
  try {
    return await look();
  } catch {
    return {
      state: 'unknown',
      text: 'Could not be read: the database or Temporal does not answer.',
      todo: 'See the system page for what is missing.',
      page: '/system',
    };
  }
};

/** The sentence that says it all: the first failure, else what is unknown, else what is awaited. */
export const headlineOf = (
  checks: readonly CheckView[],
  otherwise: string,
): Pick<DiagnosisView, 'ok' | 'headline'> => {
  const first = checks.find(({ state }) => state === 'failed' || state === 'unknown');
  const awaited = checks.find(({ state }) => state === 'waiting');
  return { ok: first === undefined, headline: (first ?? awaited)?.text ?? otherwise };
};
