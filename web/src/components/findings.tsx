const LOOKS = {
  ok: { word: 'ok', look: 'text-gain' },
  warn: { word: 'warning', look: 'text-warn' },
  failed: { word: 'failed', look: 'text-danger' },
  unknown: { word: 'unknown', look: 'text-muted' },
} as const;

interface Finding {
  readonly name: string;
  readonly state: keyof typeof LOOKS;
  readonly text: string;
}

/** What the exchange said about a key. */
export const Findings = ({ findings }: { findings: readonly Finding[] }) => (
  <ul className="space-y-1" data-testid="key-findings">
    {findings.map(({ name, state, text }) => (
      <li key={name} data-finding={name} data-state={state}>
        <span className={LOOKS[state].look}>{LOOKS[state].word}</span>: {text}
      </li>
    ))}
  </ul>
);
