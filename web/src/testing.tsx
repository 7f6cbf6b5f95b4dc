import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import type { SessionView } from './api/session.ts';
import { RoleProvider } from './shell/role.ts';

// What tests of components do as a person would, in jsdom.

/** Draws a part as it stands in the pages of somebody with this role; answers how to end it. */
export const draw = async (part: ReactNode, role: SessionView['role'] = 'operator') => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const page = document.body.appendChild(document.createElement('main'));
  const root = createRoot(page);
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  await act(async () =>
    root.render(
      <QueryClientProvider client={client}>
        <RoleProvider value={role}>{part}</RoleProvider>
      </QueryClientProvider>,
    ),
  );
  const end = async (): Promise<void> => {
    await act(async () => root.unmount());
    client.clear();
    page.remove();
  };
  return { page, end };
};

/** As a person types: React hears of it by the event. */
export const type = (at: HTMLInputElement | HTMLTextAreaElement, text: string): Promise<void> =>
  act(async () => {
    Object.getOwnPropertyDescriptor(Object.getPrototypeOf(at), 'value')?.set?.call(at, text);
    at.dispatchEvent(new Event('input', { bubbles: true }));
  });

/** Presses the button or tab of this name. Throws when there is none. */
export const press = (name: string): Promise<void> =>
  act(async () => {
    const buttons = [...document.querySelectorAll('button')];
    const found = buttons.find((each) => (each.ariaLabel ?? each.textContent).trim() === name);
    if (found === undefined) throw new Error(`no button ${name}`);
    found.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, button: 0 }));
    found.click();
  });
