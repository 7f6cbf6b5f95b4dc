import { useEffect, useRef, type ReactNode } from 'react';

/** Floats over the page for as long as it is drawn; Esc and a press beside it close it. */
export const Modal = ({
  label,
  close,
  children,
}: {
  label: string;
  close: () => void;
  children: ReactNode;
}) => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      aria-label={label}
      onCancel={close}
      onClick={(event) => {
        if (event.target === dialog.current) close();
      }}
      className="mx-auto mt-[12vh] mb-auto w-[min(34rem,calc(100vw-2rem))] rounded-lg border border-line bg-surface p-0 text-text"
    >
      {children}
    </dialog>
  );
};
