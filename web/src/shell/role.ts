import { createContext, useContext } from 'react';
import type { SessionView } from '../api/session.ts';

const RoleContext = createContext<SessionView['role'] | null>(null);
export const RoleProvider = RoleContext.Provider;

/** Why the one who is signed in may not change anything; null when they may. */
export const useForbidden = (): string | null =>
  useContext(RoleContext) === 'viewer' ? 'only an operator may: you are signed in as viewer' : null;
