const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

/**
 * Throws where the API would be reached from other machines in clear: it listens beyond loopback
 * only behind a proxy that ends TLS, whose https address is known.
 */
export const checkExposure = (host: string, publicUrl: string | undefined): void => {
  if (LOOPBACK.test(host) || publicUrl !== undefined) return;
  throw new Error(
    `API_HOST=${host} would let other machines reach the API without encryption. Keep it on 127.0.0.1, or put a proxy that ends TLS before it and set PUBLIC_URL to its https:// address (docs/security.md).`,
  );
};

/** An address as browsers write it. */
export const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);
