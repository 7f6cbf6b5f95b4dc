import { useEffect, useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { Button } from './button.tsx';

/** Asks before something that costs money: says what will happen, with verbs on both buttons. */
export const ConfirmDialog = ({
  open,
  title,
  children,
  confirm,
  keep,
  busy,
  problem,
  onConfirm,
  onClose,
}: {
  open: boolean;
  title: string;
  children: ReactNode;
  confirm: string;
  keep: string;
  busy: boolean;
  problem: string | null;
  onConfirm: () => void;
  onClose: () => void;
}) => {
  const titleId = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  // Closed while it is still in the page: the focus goes back to what opened it.
  useLayoutEffect(() => {
    const element = dialog.current;
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      onClose={onClose}
      aria-labelledby={titleId}
      className="m-auto w-[min(28rem,calc(100vw-2rem))] rounded-lg border border-line bg-surface p-5 text-text"
    >
      <h2 id={titleId} className="mb-2 text-base font-semibold">
        {title}
      </h2>
      <div className="mb-4 text-muted">{children}</div>
      {problem === null ? null : (
        <p role="alert" className="mb-4 text-danger">
          {problem}
        </p>
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{keep}</Button>
        <Button acts look="danger" onClick={onConfirm} disabled={busy}>
          {busy ? 'Asking…' : confirm}
        </Button>
      </div>
    </dialog>
  );
};
