import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ConfigurationView } from '#api/schemas/configuration.ts';
import { queries } from '../../api/queries.ts';
import { StateBadge } from '../../components/badges.tsx';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Changes } from '../../components/changes.tsx';
import { DataTable, type Column } from '../../components/data-table.tsx';
import { QueryState } from '../../components/query-state.tsx';
import { Ago } from '../../components/times.tsx';
import { changesOf } from '../../lib/changes.ts';
import { OptionEditor } from './option-editor.tsx';
import { CheckNow, Delete, MakeActive, RunIt } from './version-actions.tsx';

const columns: readonly Column<ConfigurationView>[] = [
  { name: 'Name', cell: (row) => <span className="font-medium">{row.name}</span> },
  { name: 'Version', cell: (row) => row.version, numeric: true },
  {
    name: 'Active',
    cell: (row) =>
      row.active ? <StateBadge ok text="Active" /> : <span className="sr-only">no</span>,
  },
  { name: 'Written', cell: (row) => <Ago at={row.createdAt} />, numeric: true },
];

/** Every version that was written: what differs, what it would meet now, and what to do with it. */
export const Versions = () => {
  const versions = useInfiniteQuery(queries.configurations);
  const rows = versions.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card title="Versions">
      <QueryState
        query={versions}
        rows={3}
        isEmpty={() => rows.length === 0}
        empty="No version was written yet. A version never changes: each edit writes the next one, and all of them are kept here."
      >
        {() => (
          <DataTable
            caption="Versions of the trading options, newest first"
            columns={columns}
            rows={rows}
            keyOf={(row) => row.id}
            more={(row) => <Version version={row} />}
            attributesOf={(row) => ({ 'data-version': `${row.name} ${row.version}` })}
          />
        )}
      </QueryState>
      {versions.hasNextPage ? (
        <footer className="border-t border-line px-4 py-2">
          <Button
            onClick={() => void versions.fetchNextPage()}
            disabled={versions.isFetchingNextPage}
          >
            Load older versions
          </Button>
        </footer>
      ) : null}
    </Card>
  );
};

const Version = ({ version }: { version: ConfigurationView }) => {
  const client = useQueryClient();
  const again = () => client.invalidateQueries({ queryKey: ['configuration'] });
  const active = useQuery(queries.configuration).data;
  return (
    <div className="space-y-3">
      {active === undefined || version.active ? null : (
        <Changes
          changes={changesOf(active.options, version.options)}
          before={`Active: ${active.name} ${active.version}`}
          after={`${version.name} ${version.version}`}
          none="Its options are those of the active one."
        />
      )}
      <CheckNow version={version} />
      <div className="flex flex-wrap items-start gap-2">
        <MakeActive version={version} again={again} />
        <RunIt version={version} />
        <Delete version={version} again={again} />
      </div>
      <Clone version={version} />
    </div>
  );
};

/** A copy under another name, to be changed before it is written; the active one stays. */
const Clone = ({ version }: { version: ConfigurationView }) => {
  const schema = useQuery(queries.optionSchema).data ?? null;
  const [isOpen, setOpen] = useState(false);
  const [written, setWritten] = useState<ConfigurationView | null>(null);
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <Button
          acts
          aria-expanded={isOpen}
          blocked={schema === null ? 'the description of the options is not read yet' : null}
          onClick={() => setOpen(true)}
        >
          Clone and edit
        </Button>
        <span role="status" className="text-2xs text-muted">
          {written === null ? null : `Written as ${written.name}, version ${written.version}`}
        </span>
      </div>
      {schema !== null && isOpen ? (
        <OptionEditor
          initial={version.options}
          schema={schema}
          target={{ kind: 'named', name: `${version.name} copy`.slice(0, 60), activate: false }}
          outdated={false}
          onSaved={(copy) => {
            setWritten(copy);
            setOpen(false);
          }}
          onGiveUp={() => setOpen(false)}
        />
      ) : null}
    </>
  );
};
