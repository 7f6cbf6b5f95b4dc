/** Viewers read; operators command, and see who may. */
export const roles = ['viewer', 'operator'] as const;
export type Role = (typeof roles)[number];

/** Who calls, proved. */
export interface Caller {
  /** Unique among callers: what is counted per caller is counted under it. */
  readonly id: string;
  /** As the audit names it. */
  readonly name: string;
  readonly role: Role;
  /** A browser's session, a token for programs, or the token file of this machine. */
  readonly via: 'session' | 'token' | 'tokenFile';
}

/** Whether a role includes another. */
export const includes = (role: Role, needed: Role): boolean =>
  role === 'operator' || needed === 'viewer';

/** The role of a row; the columns hold nothing else. */
export const roleOf = (text: string): Role => (text === 'operator' ? 'operator' : 'viewer');
