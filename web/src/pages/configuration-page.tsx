import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConfigurationView } from '#api/schemas/configuration.ts';
import { ApiError, call } from '../api/client.ts';
import { queries } from '../api/queries.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { QueryState } from '../components/query-state.tsx';
import { exactText } from '../lib/time.ts';
import { usePageTitle } from './use-page-title.ts';

/** The active trading options, and writing a new version of them. */
export const ConfigurationPage = () => {
  usePageTitle('Options');
  const configuration = useQuery(queries.configuration);
  return (
    <Card title="Trading options">
      <h1 className="sr-only">Trading options</h1>
      <QueryState query={configuration} rows={14}>
        {(data) => <Editor key={data.id} configuration={data} />}
      </QueryState>
    </Card>
  );
};

const Editor = ({ configuration }: { configuration: ConfigurationView }) => {
  const client = useQueryClient();
  const [text, setText] = useState(() => JSON.stringify(configuration.options, null, 2));
  const [unreadable, setUnreadable] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (options: unknown) => call('/config', { method: 'PUT', body: { options } }),
    onSuccess: () => client.invalidateQueries({ queryKey: queries.configuration.queryKey }),
  });
  const submit = () => {
    setUnreadable(null);
    try {
      save.mutate(JSON.parse(text));
    } catch (error) {
      setUnreadable(error instanceof Error ? error.message : 'This is not JSON.');
    }
  };
  return (
    <form
      className="space-y-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <p className="text-muted">
        {configuration.name}, version {configuration.version}, of{' '}
        {exactText(configuration.createdAt)}. A running bot keeps the version it was started with.
      </p>
      <label className="block">
        <span className="mb-1 block text-2xs text-muted">
          Amounts are text in the quote coin, percentages numbers.
        </span>
        <textarea
          spellCheck={false}
          rows={24}
          value={text}
          aria-invalid={save.isError || unreadable !== null}
          aria-describedby="options-problems"
          onChange={(event) => setText(event.target.value)}
          className="w-full rounded-md border border-control bg-bg p-3 font-mono text-xs"
        />
      </label>
      <Problems text={unreadable} error={save.error} />
      <Button type="submit" look="primary" disabled={save.isPending}>
        Write a new version
      </Button>
    </form>
  );
};

/** What is wrong, field by field, as the server says it. */
const Problems = ({ text, error }: { text: string | null; error: Error | null }) => {
  const details = error instanceof ApiError ? error.envelope?.details : undefined;
  return (
    <div id="options-problems" role="alert" className="text-danger">
      {text ?? (error === null ? null : <p>{error.message}</p>)}
      {Array.isArray(details) ? (
        <ul className="list-inside list-disc">
          {details.map((each) => (
            <li key={`${each.path}${each.problem}`}>
              <code>{each.path}</code>: {each.problem}
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
};
