import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConfigurationView } from '#api/schemas/configuration.ts';
import { ApiError } from '../api/client.ts';
import { queries, type OptionSchema } from '../api/queries.ts';
import { Button } from '../components/button.tsx';
import { Card } from '../components/card.tsx';
import { QueryState } from '../components/query-state.tsx';
import { Ago } from '../components/times.tsx';
import { OptionEditor } from './configuration/option-editor.tsx';
import { OptionList } from './configuration/option-list.tsx';
import { firstOptions } from './configuration/option-schema.ts';
import { Versions } from './configuration/versions.tsx';
import { usePageTitle } from './use-page-title.ts';

/** The active trading options, and writing a new version of them. */
export const ConfigurationPage = () => {
  usePageTitle('Options');
  const configuration = useQuery(queries.configuration);
  const schema = useQuery(queries.optionSchema).data ?? null;
  const isNone =
    configuration.error instanceof ApiError &&
    configuration.error.status === 404 &&
    configuration.data === undefined;
  return (
    <>
      <h1 className="sr-only">Trading options</h1>
      {isNone ? (
        <First schema={schema} />
      ) : (
        <Card title="Trading options">
          <QueryState query={configuration} rows={14}>
            {(data) => <Options configuration={data} schema={schema} />}
          </QueryState>
        </Card>
      )}
      <Versions />
    </>
  );
};

/** Nothing is bought before somebody has set the limits. */
const First = ({ schema }: { schema: OptionSchema | null }) => (
  <Card title="First trading options">
    <p className="px-4 pt-4 text-muted">
      There are no options yet, so nothing is bought. Set the amounts, which have no default, and
      write the first version.
    </p>
    {schema === null ? null : (
      <OptionEditor
        initial={JSON.stringify(firstOptions(schema), null, 2)}
        outdated={false}
        onSaved={() => undefined}
        onGiveUp={null}
      />
    )}
  </Card>
);

const Options = ({
  configuration,
  schema,
}: {
  configuration: ConfigurationView;
  schema: OptionSchema | null;
}) => {
  const [edited, setEdited] = useState<ConfigurationView | null>(null);
  const [saved, setSaved] = useState(false);
  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-3">
        <p className="text-muted">
          {configuration.name}, version {configuration.version}, written{' '}
          <Ago at={configuration.createdAt} />. A running bot keeps the version it was started with.
        </p>
        <span role="status" className="text-gain">
          {saved ? `Version ${configuration.version} is written` : ''}
        </span>
        {edited === null ? (
          <Button
            acts
            onClick={() => {
              setSaved(false);
              setEdited(configuration);
            }}
          >
            Edit options
          </Button>
        ) : null}
      </header>
      {edited === null ? (
        <OptionList options={configuration.options} schema={schema} />
      ) : (
        <OptionEditor
          initial={JSON.stringify(edited.options, null, 2)}
          outdated={edited.id !== configuration.id}
          onSaved={() => {
            setSaved(true);
            setEdited(null);
          }}
          onGiveUp={() => setEdited(null)}
        />
      )}
    </>
  );
};
