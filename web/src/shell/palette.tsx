import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type KeyboardEvent } from 'react';
import type { TradeView } from '#api/schemas/trade.ts';
import { queries } from '../api/queries.ts';
import { KILL_LEVELS, type KillLevel } from '../components/kill-switch.tsx';
import { wordsOf } from '../lib/format.ts';
import { setZone, useZone } from '../lib/zone.ts';
import { Modal } from './modal.tsx';
import { PLACES } from './navigation.tsx';
import { found, type PaletteItem } from './palette-items.ts';
import { setTheme, useTheme } from './theme.ts';

/** Opens something else in its place. */
type Show = (what: 'help' | KillLevel) => void;

/** Pages, trades, the kill switch and settings that may be gone to by typing. */
const useItems = (show: Show): readonly PaletteItem[] => {
  const navigate = useNavigate();
  const open = useQuery(queries.openTrades).data?.items ?? [];
  const closed = useQuery(queries.recentTrades).data?.items ?? [];
  const theme = useTheme() === 'dark' ? 'light' : 'dark';
  const zone = useZone() === 'utc' ? 'local' : 'utc';
  const tradeItem = ({ id, symbol, phase }: TradeView): PaletteItem => ({
    id,
    name: symbol,
    hint: `trade, ${wordsOf(phase).toLowerCase()}`,
    act: () => void navigate({ to: '/trades/$id', params: { id } }),
  });
  return [
    ...open.map(tradeItem),
    ...PLACES.map(({ to, name }) => ({
      id: to,
      name,
      hint: 'page',
      act: () => void navigate({ to }),
    })),
    ...KILL_LEVELS.map(({ level, name }) => ({
      id: level,
      name: `Kill switch: ${name.toLowerCase()}`,
      hint: 'asks first',
      act: () => show(level),
    })),
    {
      id: 'theme',
      name: `Use the ${theme} theme`,
      hint: 'setting',
      act: () => setTheme(theme),
    },
    {
      id: 'zone',
      name: `Show times in ${zone === 'utc' ? 'UTC' : 'local time'}`,
      hint: 'setting',
      act: () => setZone(zone),
    },
    { id: 'help', name: 'Show the keys', hint: 'help', act: () => show('help') },
    ...closed.map(tradeItem),
  ];
};

/** Goes to a page or a trade, or changes a setting, by typing a part of its name. */
export const Palette = ({ close, show }: { close: () => void; show: Show }) => {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const items = found(useItems(show), text);
  const chosen = Math.min(at, items.length - 1);
  const act = (item: PaletteItem | undefined) => {
    if (item === undefined) return;
    close();
    item.act();
  };
  const pressed = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') act(items[chosen]);
    else if (step !== undefined) setAt((chosen + step + items.length) % Math.max(1, items.length));
    else return;
    event.preventDefault();
  };
  return (
    <Modal label="Go to or do something" close={close}>
      <input
        type="text"
        role="combobox"
        aria-label="Page, trade or setting"
        aria-expanded="true"
        aria-controls="palette-items"
        aria-activedescendant={chosen < 0 ? undefined : `palette-${chosen}`}
        autoComplete="off"
        spellCheck={false}
        placeholder="Page, trade or setting"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={pressed}
        className="min-h-12 w-full rounded-t-lg border-b border-line bg-surface px-4 text-base"
      />
      <Results items={items} chosen={chosen} act={act} />
    </Modal>
  );
};

const Results = ({
  items,
  chosen,
  act,
}: {
  items: readonly PaletteItem[];
  chosen: number;
  act: (item: PaletteItem) => void;
}) => (
  <>
    <ul id="palette-items" role="listbox" aria-label="Found" className="max-h-96 overflow-auto p-2">
      {items.map((item, n) => (
        <li
          key={item.id}
          id={`palette-${n}`}
          role="option"
          aria-selected={n === chosen}
          onClick={() => act(item)}
          className={`flex min-h-9 cursor-pointer items-center justify-between gap-3 rounded px-3 max-md:min-h-11 ${n === chosen ? 'bg-raised' : 'hover:bg-raised'}`}
        >
          {item.name}
          <span className="text-2xs text-muted">{item.hint}</span>
        </li>
      ))}
    </ul>
    <p role="status" className="px-4 pb-3 text-muted empty:hidden">
      {items.length === 0 ? 'Nothing is called so.' : null}
    </p>
  </>
);
