import { Plus, Trash2 } from 'lucide-react';
import type { OptionSchema } from '../../api/queries.ts';
import { Button } from '../../components/button.tsx';
import { Choice, Field, Tick } from '../../components/field.tsx';
import { aboutPrice } from './exit-effect.ts';
import {
  boundsText,
  schemaAt,
  withLeg,
  type ExitDraft,
  type NumberField,
  type Problems,
} from './exit-form.ts';

interface Props {
  readonly draft: ExitDraft;
  readonly schema: OptionSchema | null;
  readonly problems: Problems;
  readonly entryPrice: string | null;
  readonly change: (draft: ExitDraft) => void;
}

const LEGS_MAX = 5;

/** Every exit a person may edit while a position is held, the urgent ones first. */
export const ExitFields = (props: Props) => {
  const { draft, problems, entryPrice, change } = props;
  return (
    <>
      <div className="grid grid-cols-2 gap-3">
        <NumberInput
          {...props}
          name="stop"
          label="Stop, below the entry"
          unit="%"
          about={aboutPrice(entryPrice, `-${draft.numbers.stop.trim()}`)}
        />
        <Choice
          label="Break-even stop"
          value={draft.breakEven}
          problem={problems['breakEven']}
          onChoose={(breakEven) => change({ ...draft, breakEven })}
          options={[
            { value: '', text: 'never' },
            ...Array.from({ length: LEGS_MAX }, (_, n) => ({
              value: String(n + 1),
              text: `after target ${n + 1}`,
            })),
          ]}
        />
      </div>
      <Ladder {...props} />
      <Trailing {...props} />
      <div className="grid grid-cols-2 gap-3">
        <NumberInput {...props} name="timeStop" label="Time stop, if below +5 %" unit="min" />
        <NumberInput {...props} name="maxHold" label="Longest hold" unit="min" />
      </div>
      <HowItSells {...props} />
    </>
  );
};

const NumberInput = ({
  draft,
  schema,
  problems,
  change,
  name,
  label,
  unit,
  about = null,
}: Props & { name: NumberField; label: string; unit: string; about?: string | null }) => (
  <Field
    label={label}
    unit={unit}
    name={name}
    value={draft.numbers[name]}
    problem={problems[name]}
    hint={[boundsText(schemaAt(schema, name)), about].filter((part) => part !== null).join(', ')}
    onChange={(event) =>
      change({ ...draft, numbers: { ...draft.numbers, [name]: event.target.value } })
    }
  />
);

const Ladder = ({ draft, schema, problems, entryPrice, change }: Props) => {
  const set = (key: number, part: Partial<ExitDraft['ladder'][number]>) =>
    change({
      ...draft,
      ladder: draft.ladder.map((leg) => (leg.key === key ? { ...leg, ...part } : leg)),
    });
  const bounds = boundsText(schemaAt(schema, 'ladder.0.gain'));
  return (
    <fieldset className="space-y-2">
      <legend className="font-medium">Targets</legend>
      {draft.ladder.map((leg, n) => (
        <div key={leg.key} className="grid grid-cols-[1fr_1fr_auto] items-start gap-3">
          <Field
            label={`Target ${n + 1}: gain`}
            unit="%"
            name={`ladder.${n}.gain`}
            value={leg.gain}
            problem={problems[`ladder.${n}.gain`]}
            hint={aboutPrice(entryPrice, leg.gain) ?? bounds}
            onChange={(event) => set(leg.key, { gain: event.target.value })}
          />
          <Field
            label="Sells of the position"
            unit="%"
            name={`ladder.${n}.fraction`}
            value={leg.part}
            problem={problems[`ladder.${n}.fraction`]}
            hint="up to 100 in all"
            onChange={(event) => set(leg.key, { part: event.target.value })}
          />
          <button
            type="button"
            aria-label={`Remove target ${n + 1}`}
            onClick={() =>
              change({ ...draft, ladder: draft.ladder.filter((each) => each.key !== leg.key) })
            }
            className="mt-6 grid size-9 place-items-center rounded-md text-muted hover:bg-raised hover:text-text max-md:size-11"
          >
            <Trash2 size={16} aria-hidden="true" />
          </button>
        </div>
      ))}
      {problems['ladder'] === undefined ? null : (
        <p className="text-2xs text-danger">{problems['ladder']}</p>
      )}
      <Button
        blocked={draft.ladder.length < LEGS_MAX ? null : `at most ${LEGS_MAX} targets`}
        onClick={() => change(withLeg(draft))}
      >
        <Plus size={16} aria-hidden="true" /> Add a target
      </Button>
    </fieldset>
  );
};

const Trailing = (props: Props) => {
  const { draft, entryPrice, change } = props;
  return (
    <fieldset>
      <legend className="sr-only">Trailing stop</legend>
      <Tick
        label="Trailing stop"
        checked={draft.isTrailing}
        onTick={(isTrailing) => change({ ...draft, isTrailing })}
      />
      {draft.isTrailing ? (
        <div className="grid grid-cols-2 gap-3">
          <NumberInput
            {...props}
            name="trailing.arm"
            label="Begins at a gain of"
            unit="%"
            about={aboutPrice(entryPrice, draft.numbers['trailing.arm'])}
          />
          <NumberInput {...props} name="trailing.distance" label="Behind the best bid" unit="%" />
        </div>
      ) : null}
    </fieldset>
  );
};

/** Rarely touched; shown opened when something in it is wrong. */
const HowItSells = (props: Props) => {
  const { draft, problems, change } = props;
  const names = ['stopConfirm', 'profitFloor', 'slackSteps', 'stepEvery'] as const;
  return (
    <details open={names.some((name) => problems[name] !== undefined) || undefined}>
      <summary className="cursor-pointer py-2 text-muted">How it sells</summary>
      <div className="grid grid-cols-2 gap-3">
        <NumberInput {...props} name="stopConfirm" label="A stop must stay crossed" unit="ms" />
        <NumberInput {...props} name="profitFloor" label="Lowest below a target" unit="%" />
        <Field
          label="Steps below the bid (%, with commas)"
          name="slackSteps"
          inputMode="text"
          value={draft.slackSteps}
          problem={problems['slackSteps']}
          hint="rising, at most 8"
          onChange={(event) => change({ ...draft, slackSteps: event.target.value })}
        />
        <NumberInput {...props} name="stepEvery" label="Between the steps" unit="ms" />
        <Tick
          label="Market order as last resort"
          checked={draft.market}
          onTick={(market) => change({ ...draft, market })}
        />
      </div>
    </details>
  );
};
