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
        <First />
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
const First = () => {
  const schema = useQuery(queries.optionSchema);
  return (
    <Card title="First trading options">
      <p className="px-4 pt-4 text-muted">
        There are no options yet, so nothing is bought. Set the amounts, which have no default, and
        write the first version.
      </p>
      <QueryState query={schema} rows={14}>
        {(data) => (
          <OptionEditor
            initial={firstOptions(data)}
            schema={data}
            target={{ kind: 'next' }}
            outdated={false}
            onSaved={() => undefined}
            onGiveUp={null}
          />
        )}
      </QueryState>
    </Card>
  );
};

/** The next version of the active configuration, or one under a new name with every default. */
type Begun =
  | { readonly kind: 'edit'; readonly of: ConfigurationView }
  | { readonly kind: 'new'; readonly of: ConfigurationView };

const Options = ({
  configuration,
  schema,
}: {
  configuration: ConfigurationView;
  schema: OptionSchema | null;
}) => {
  const [begun, setBegun] = useState<Begun | null>(null);
  const [saved, setSaved] = useState<ConfigurationView | null>(null);
  const begin = (kind: Begun['kind']) => {
    setSaved(null);
    setBegun({ kind, of: configuration });
  };
  const noSchema = schema === null ? 'the description of the options is not read yet' : null;
  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-3 border-b border-line px-4 py-3">
        <p className="text-muted">
          {configuration.name}, version {configuration.version}, written{' '}
          <Ago at={configuration.createdAt} />. A running bot keeps the version it was started with.
        </p>
        <span role="status" className="text-gain">
          {saved === null ? '' : `${saved.name}, version ${saved.version} is written`}
        </span>
        {begun === null ? (
          <div className="flex flex-wrap gap-2">
            <Button acts blocked={noSchema} onClick={() => begin('new')}>
              New configuration
            </Button>
            <Button acts blocked={noSchema} onClick={() => begin('edit')}>
              Edit options
            </Button>
          </div>
        ) : null}
      </header>
      {begun === null || schema === null ? (
        <OptionList options={configuration.options} schema={schema} />
      ) : (
        <OptionEditor
          initial={begun.kind === 'edit' ? begun.of.options : firstOptions(schema)}
          schema={schema}
          target={
            begun.kind === 'edit' ? { kind: 'next' } : { kind: 'named', name: '', activate: false }
          }
          outdated={begun.kind === 'edit' && begun.of.id !== configuration.id}
          onSaved={(written) => {
            setSaved(written);
            setBegun(null);
          }}
          onGiveUp={() => setBegun(null)}
        />
      )}
    </>
  );
};
