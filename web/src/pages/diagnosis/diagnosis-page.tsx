import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import type { CheckView, DiagnosisView } from '#api/schemas/diagnosis.ts';
import { recordQueries } from '../../api/record-queries.ts';
import { CheckBadge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Ago } from '../../components/times.tsx';
import { usePageTitle } from '../use-page-title.ts';

/** Why nothing is traded, or why a pair was bought or not. */
export const DiagnosisPage = () => {
  usePageTitle('Diagnosis');
  const asked = useSearch({ from: '/diagnosis' });
  const diagnosis = useQuery(recordQueries.diagnosis(asked));
  const about = diagnosis.data?.symbol ?? asked.symbol ?? null;
  return (
    <>
      <h1 className="sr-only">Diagnosis</h1>
      <Ask key={asked.symbol ?? ''} symbol={asked.symbol ?? ''} />
      <Card
        title={about === null ? 'Why is nothing bought?' : `Why was ${about} bought, or not?`}
        aside={
          diagnosis.data === undefined ? null : (
            <span className="text-2xs text-muted">
              looked at <Ago at={diagnosis.data.at} />
            </span>
          )
        }
      >
        <QueryState query={diagnosis} rows={9}>
          {(data) => <Answer diagnosis={data} />}
        </QueryState>
      </Card>
    </>
  );
};

const Ask = ({ symbol }: { symbol: string }) => {
  const navigate = useNavigate({ from: '/diagnosis' });
  const [typed, setTyped] = useState(symbol);
  const wanted = typed.trim().toUpperCase();
  return (
    <form
      className="flex flex-wrap items-end gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void navigate({ search: wanted === '' ? {} : { symbol: wanted } });
      }}
    >
      <div className="w-64 max-w-full">
        <Field
          label="Pair, as the exchange names it"
          hint="empty: the system as a whole"
          inputMode="text"
          placeholder="ABCUSDT"
          maxLength={80}
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </div>
      <span className="pb-5">
        <Button type="submit" look="primary">
          {wanted === '' ? 'Look at the system' : `Look at ${wanted}`}
        </Button>
      </span>
    </form>
  );
};

const Answer = ({ diagnosis }: { diagnosis: DiagnosisView }) => {
  const first = diagnosis.checks.find(({ state }) => state === 'failed' || state === 'unknown');
  return (
    <>
      <div className="space-y-2 p-4" data-testid="headline" data-ok={diagnosis.ok}>
        <p className={`text-xl font-semibold ${first?.state === 'failed' ? 'text-danger' : ''}`}>
          {diagnosis.headline}
        </p>
        {first === undefined ? null : <ToDo check={first} />}
        {diagnosis.listingId === null ? null : (
          <Link
            to="/trades/$id"
            params={{ id: diagnosis.listingId }}
            className="inline-flex min-h-9 items-center text-accent underline-offset-4 hover:underline"
          >
            Its trade
          </Link>
        )}
      </div>
      <ol>
        {diagnosis.checks.map((check) => (
          <Check key={check.name} check={check} />
        ))}
      </ol>
    </>
  );
};

const Check = ({ check }: { check: CheckView }) => (
  <li
    data-check={check.name}
    data-state={check.state}
    className="grid gap-x-4 gap-y-1 border-t border-line px-4 py-2 sm:grid-cols-[6rem_minmax(0,18rem)_minmax(0,1fr)]"
  >
    <span>
      <CheckBadge state={check.state} />
    </span>
    <span className={check.state === 'notReached' ? 'text-muted' : 'font-medium'}>
      {check.question}
    </span>
    <div className="min-w-0 break-words text-muted">
      <p>{check.text}</p>
      {check.state === 'passed' || check.state === 'notReached' ? null : <ToDo check={check} />}
    </div>
  </li>
);

/** What a person can do, and where. */
const ToDo = ({ check }: { check: CheckView }) =>
  check.todo === null ? null : (
    <p className="text-text">
      {check.todo}
      {check.page === null ? null : (
        <>
          {' '}
          <Link to={check.page} className="text-accent underline underline-offset-4">
            Go to {check.page.slice(1)}
          </Link>
        </>
      )}
    </p>
  );
