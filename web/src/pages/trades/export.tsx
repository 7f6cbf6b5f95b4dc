import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { download, problemText } from '../../api/client.ts';
import { queries } from '../../api/queries.ts';
import { useCommand } from '../../api/use-command.ts';
import { Button } from '../../components/button.tsx';
import { Choice, Field } from '../../components/field.tsx';
import { useNow } from '../../lib/use-now.ts';
import { Modal } from '../../shell/modal.tsx';
import { exportPath, MODES, problemsOf, type Wanted } from './export-path.ts';

/** Executions as a file for spreadsheets and the tax office. */
export const Export = () => {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <Download size={16} aria-hidden="true" />
        Export
      </Button>
      {open ? <ExportDialog close={() => setOpen(false)} /> : null}
    </>
  );
};

const FORMATS = [
  { value: 'csv', text: 'CSV, for spreadsheets' },
  { value: 'ndjson', text: 'NDJSON, for programs' },
] as const;

const ExportDialog = ({ close }: { close: () => void }) => {
  const today = new Date(useNow(60_000)).toISOString().slice(0, 10);
  const mode = useQuery(queries.system).data?.mode ?? 'live';
  const [typed, setTyped] = useState<Partial<Wanted>>({});
  const wanted: Wanted = {
    from: `${today.slice(0, 4)}-01-01`,
    to: today,
    format: 'csv',
    mode,
    ...typed,
  };
  const change = (more: Partial<Wanted>) => setTyped({ ...typed, ...more });
  const isRight = Object.keys(problemsOf(wanted)).length === 0;
  const get = useCommand({ mutationFn: () => download(exportPath(wanted)) });
  return (
    <Modal label="Export executions" close={close}>
      <form
        className="space-y-4 p-5"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isRight) get.send();
        }}
      >
        <h2 className="text-base font-semibold">Export executions</h2>
        <p className="text-muted">
          One row for each execution of the exchange: times in UTC, amounts exact, fees and both
          ids.
        </p>
        <Fields wanted={wanted} change={change} />
        {get.error === null ? null : (
          <p role="alert" className="text-danger">
            {problemText(get.error)}
          </p>
        )}
        <p role="status" className="text-muted empty:hidden">
          {get.data === undefined ? null : `Saved as ${get.data}`}
        </p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={close}>Close</Button>
          <Button type="submit" look="primary" disabled={get.isPending}>
            {get.isPending ? 'Getting the file' : 'Save the file'}
          </Button>
        </div>
      </form>
    </Modal>
  );
};

const Fields = ({
  wanted,
  change,
}: {
  wanted: Wanted;
  change: (more: Partial<Wanted>) => void;
}) => {
  const problems = problemsOf(wanted);
  return (
    <div className="grid gap-3 sm:grid-cols-2">
      {(['from', 'to'] as const).map((name) => (
        <Field
          key={name}
          type="date"
          label={name === 'from' ? 'First day (UTC)' : 'Last day (UTC)'}
          value={wanted[name]}
          problem={problems[name]}
          onChange={(event) => change({ [name]: event.target.value })}
        />
      ))}
      <Choice
        label="Format"
        value={wanted.format}
        options={FORMATS}
        onChoose={(format) => change({ format })}
      />
      <Choice
        label="Which money"
        value={wanted.mode}
        options={MODES}
        onChoose={(mode) => change({ mode })}
      />
    </div>
  );
};
