import { Button } from '../components/button.tsx';
import { Modal } from './modal.tsx';
import { SHORTCUTS } from './shortcuts.ts';

/** The keys that work on every page. */
export const Help = ({ close }: { close: () => void }) => (
  <Modal label="Keys" close={close}>
    <h2 className="border-b border-line px-4 py-3 text-base font-semibold">Keys</h2>
    <dl className="space-y-2 p-4">
      {SHORTCUTS.map(({ keys, does }) => (
        <div key={does} className="flex items-baseline justify-between gap-4">
          <dt className="order-2 text-right whitespace-nowrap">
            {keys.map((key) => (
              <kbd
                key={key}
                className="ml-1 rounded border border-control bg-raised px-1.5 font-sans text-2xs"
              >
                {key}
              </kbd>
            ))}
          </dt>
          <dd className="text-muted">{does}</dd>
        </div>
      ))}
    </dl>
    <div className="flex justify-end px-4 pb-4">
      <Button onClick={close}>Close</Button>
    </div>
  </Modal>
);
