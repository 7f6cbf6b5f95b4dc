import { ToggleGroup } from 'radix-ui';
import { wordsOf } from '../../lib/format.ts';
import { SHOWN, type TradeFilter } from '../../lib/trade-filter.ts';

const INPUT =
  'min-h-9 rounded-md border border-control bg-bg px-2 text-sm text-text max-md:min-h-11';

/** Which trades are shown: their outcome, their pair, the days on which they began. */
export const Filters = ({
  value,
  choose,
}: {
  value: TradeFilter;
  choose: (filter: TradeFilter) => void;
}) => {
  const change = ({ name, text }: { name: 'pair' | 'from' | 'to'; text: string }) => {
    const { [name]: _before, ...others } = value;
    choose(text === '' ? others : { ...others, [name]: text });
  };
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line px-4 py-2">
      <ToggleGroup.Root
        type="single"
        aria-label="Show"
        value={value.show}
        onValueChange={(next) => {
          const show = SHOWN.find((each) => each === next);
          if (show !== undefined) choose({ ...value, show });
        }}
        className="flex gap-1"
      >
        {SHOWN.map((show) => (
          <ToggleGroup.Item
            key={show}
            value={show}
            className="min-h-9 rounded px-2 text-2xs text-muted hover:bg-raised max-md:min-h-11 data-[state=on]:bg-raised data-[state=on]:font-semibold data-[state=on]:text-text"
          >
            {wordsOf(show)}
          </ToggleGroup.Item>
        ))}
      </ToggleGroup.Root>
      <input
        type="search"
        aria-label="Pair contains"
        placeholder="Pair"
        // Not controlled: the address follows later than a person types.
        defaultValue={value.pair ?? ''}
        onChange={(event) => change({ name: 'pair', text: event.target.value })}
        className={`w-28 ${INPUT}`}
      />
      {(['from', 'to'] as const).map((name) => (
        <label key={name} className="flex items-center gap-2 text-2xs text-muted">
          {wordsOf(name)}
          <input
            type="date"
            value={value[name] ?? ''}
            onChange={(event) => change({ name, text: event.target.value })}
            className={INPUT}
          />
        </label>
      ))}
    </div>
  );
};
