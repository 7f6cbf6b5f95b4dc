import { describe, expect, test } from 'vitest';
import { createApp } from '../app.ts';
import { connectDatabase } from '#prisma/client.ts';
import { asked, testDeps } from '../testing.ts';
import { checkExposure } from './exposure.ts';

describe('beyond this machine', () => {
  test.each(['127.0.0.1', '127.8.8.8', '::1', 'localhost'])('%s needs no TLS', (host) => {
    expect(() => checkExposure(host, undefined)).not.toThrow();
  });

  test.each(['0.0.0.0', '::', '192.168.1.2', '127.0.0.1.evil.example', 'sniper.example', ''])(
    '%j needs a proxy that ends TLS',
    (host) => {
      expect(() => checkExposure(host, undefined)).toThrow(/without encryption/);
      expect(() => checkExposure(host, 'https://sniper.example')).not.toThrow();
    },
  );

  test('only what came by https is answered under the public name', async () => {
    const db = connectDatabase('postgresql://nobody:nothing@127.0.0.1:1/none');
    const publicUrl = new URL('https://sniper.example');
    const app = createApp(testDeps(db, { publicUrl }));
    const status = async (headers: Record<string, string>, method = 'GET') =>
      (await app.fetch(asked('/api/health', { method, headers }), {})).status;
    const host = { host: 'sniper.example' };
    expect(await status(host)).toBe(403);
    expect(await status({ ...host, 'x-forwarded-proto': 'http' })).toBe(403);
    const https = { ...host, 'x-forwarded-proto': 'https' };
    expect(await status(https)).toBe(200);
    expect(await status({ ...https, origin: 'http://sniper.example' }, 'POST')).toBe(403);
    expect(await status({ ...https, origin: 'https://sniper.example' }, 'POST')).toBe(404);
    await db.$disconnect();
  });
});
