import type { Role } from './caller.ts';

/** Answered to everybody: whether the API lives, and the ways in. */
const OPEN: ReadonlySet<string> = new Set([
  'GET /health',
  'GET /api/health',
  'POST /api/auth/link',
  'POST /api/auth/sign-in',
  'POST /api/auth/code',
]);
/** What everyone who is signed in does to their own sign-in. */
const OWN = /^\/api\/auth\/(?:session|password|totp(?:\/confirm)?)$/;
/** Shows who may do what. */
const CONFIDENTIAL = /^\/api\/(?:auth|credentials|codec)(?:\/|$)/;

/**
 * The role that a call needs; null when it needs none. Whatever is not named here needs an operator
 * to change something and a viewer to read, so that a new route is never open by oversight.
 */
export const requiredRole = (method: string, path: string): Role | null => {
  const read = method === 'GET' || method === 'HEAD';
  if (OPEN.has(`${read ? 'GET' : method} ${path}`)) return null;
  if (OWN.test(path)) return 'viewer';
  if (CONFIDENTIAL.test(path)) return 'operator';
  return read ? 'viewer' : 'operator';
};
