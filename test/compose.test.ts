import { readFile, readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiEnv, traderEnv } from '#runtime/env.ts';
import { nodeFlags } from '#scripts/setup/node-flags.ts';
import { NAMESPACE } from '#scripts/setup/temporal-server.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (...path: string[]) => readFile(join(ROOT, ...path), 'utf8');

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly network_mode?: string;
  readonly ports?: readonly string[];
  readonly restart?: string;
  readonly secrets?: readonly string[];
  readonly hostname?: string;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

// The parser that the API's documents are made with; it is no dependency of ours.
const { parse } = createRequire(import.meta.url)(join(ROOT, 'node_modules', 'yaml')) as {
  readonly parse: (text: string, options?: { merge: boolean }) => unknown;
};
const compose = parse(await read('docker-compose.yml'), { merge: true }) as Compose; // our own file
const services = Object.entries(compose.services);
const ours = services.filter(([, service]) => service.build !== undefined);
const named = (name: string): Service => {
  const service = compose.services[name];
  if (service === undefined) throw new Error(`docker-compose.yml has no ${name}`);
  return service;
};

/** Names a process sees: a NAME_FILE becomes NAME, see ops/entrypoint.sh. */
const namesOf = (service: Service): string[] =>
  Object.keys(service.environment ?? {})
    .map((name) => name.replace(/_FILE$/, ''))
    .sort();

/** Settings of a process; the sealing keys are where their default says, in the volume of DATA_DIR. */
const settingsOf = (shape: object): string[] =>
  Object.keys(shape).filter((name) => name !== 'SECRETS_KEY_FILE');

/** What Temporal's own loader of settings reads. */
const TEMPORAL = ['TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE'];

/** The entries of an object in the source of the embedded server's start. */
const entriesIn = (source: string, object: string): Record<string, string> => {
  const body = new RegExp(`const ${object}[^=]*= \\{([^}]*)\\}`).exec(source)?.[1] ?? '';
  return Object.fromEntries(
    [...body.matchAll(/'?([\w.]+)'?: '([^']+)'/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]),
  );
};

describe('docker-compose.yml', () => {
  it('gives each process exactly the settings it reads', () => {
    const trader = [...settingsOf(traderEnv.shape), ...TEMPORAL].sort();
    for (const name of ['worker', 'monitor', 'worker-spare', 'monitor-spare'])
      expect(namesOf(named(name))).toEqual(trader);
    expect(namesOf(named('api'))).toEqual([...settingsOf(apiEnv.shape), ...TEMPORAL].sort());
  });

  it('uses our namespace everywhere', () => {
    for (const [, { environment = {} }] of services)
      for (const [name, value] of Object.entries(environment))
        if (/^TEMPORAL_(DEFAULT_)?NAMESPACE$/.test(name) && value !== NAMESPACE)
          throw new Error(`${name} is ${value}`);
    expect(namesOf(named('temporal-namespace'))).toContain('TEMPORAL_NAMESPACE');
  });

  it('publishes on loopback only', () => {
    const published = services.flatMap(([, service]) => service.ports ?? []);
    expect(published.length).toBeGreaterThan(0);
    expect(published.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('pins every image of others to a version', () => {
    const others = services.filter(([, service]) => service.build === undefined);
    expect(others.filter(([, { image }]) => !/:v?\d+\.\d+[\w.-]*$/.test(image))).toEqual([]);
  });

  it('checks the health of what stays, and starts it again', () => {
    const staying = services.filter(([, service]) => service.restart === 'unless-stopped');
    expect(staying.length).toBeGreaterThan(8);
    expect(staying.filter(([, service]) => service.healthcheck === undefined)).toEqual([]);
    const once = services.filter(([, service]) => service.restart !== 'unless-stopped');
    expect(once.map(([name]) => name).sort()).toEqual([
      'migrate',
      'temporal-namespace',
      'temporal-schema',
    ]);
  });

  it('holds no secret: each is a file that make-secrets.sh makes and an image never sees', async () => {
    const made = await read('ops', 'make-secrets.sh');
    const missing = Object.entries(compose.secrets).filter(
      ([name, { file }]) => file !== `./ops/secrets/${name}` || !made.includes(`keep ${name} `),
    );
    expect(missing).toEqual([]);
    const used = new Set(services.flatMap(([, service]) => service.secrets ?? []));
    expect([...used].sort()).toEqual(Object.keys(compose.secrets).sort());
    expect((await read('.dockerignore')).split('\n')).toContain('ops/secrets');
  });

  it('gives processes on one network names, ports and programs of their own', async () => {
    const metered = ours.filter(([, service]) => service.environment?.['METRICS_PORT']);
    const ports = metered.map(([, service]) => service.environment?.['METRICS_PORT']);
    expect(new Set(ports).size).toBe(ports.length);
    const hosts = metered.map(([, service]) => service.hostname);
    expect(new Set(hosts).size).toBe(ports.length);
    for (const [, service] of ours)
      expect(await read(service.command?.[1] ?? 'no program')).not.toBe('');
  });

  it('runs processes as npm start does', async () => {
    const entrypoint = await read('ops', 'entrypoint.sh');
    const flagsOf = (name: string) => nodeFlags(name).filter((flag) => flag.includes('size='));
    expect(entrypoint).toContain(` ${flagsOf('api').join(' ')}" ;;`);
    expect(entrypoint).toContain(` ${flagsOf('worker').join(' ')}" ;;`);
  });

  it('is watched where its processes measure', async () => {
    const targets = await read('ops', 'prometheus', 'targets', 'sniper.yml');
    for (const name of ['worker', 'monitor', 'worker-spare', 'monitor-spare', 'api'])
      expect(targets).toContain(`127.0.0.1:${named(name).environment?.['METRICS_PORT']}`);
  });
});

describe("Temporal's settings", () => {
  it('are those of the embedded server, which our speed was measured with', async () => {
    const source = await read('scripts', 'setup', 'temporal-server.ts');
    const file = parse(await read('ops', 'temporal', 'dynamic-config.yaml')) as Record<
      string,
      readonly { readonly value: unknown }[]
    >; // our own file
    const values = Object.entries(file).map(([name, [first]]) => [name, String(first?.value)]);
    const embedded = entriesIn(source, 'DYNAMIC_CONFIG');
    expect(Object.keys(embedded).length).toBeGreaterThan(5);
    expect(Object.fromEntries(values)).toEqual(embedded);
  });

  it('find workflows by the same attributes and keep them as long', async () => {
    const source = await read('scripts', 'setup', 'temporal-server.ts');
    const script = await read('ops', 'temporal', 'namespace.sh');
    const made = [...script.matchAll(/^attribute (\w+) (\w+)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    expect(Object.fromEntries(made)).toEqual(entriesIn(source, 'SEARCH_ATTRIBUTES'));
    const retention = /const RETENTION = '(\w+)'/.exec(source)?.[1];
    expect(script).toContain(`RETENTION=${retention}\n`);
  });
});

describe('ops', () => {
  it('is mounted as it lies there', async () => {
    const text = await read('docker-compose.yml');
    const mounted = [...text.matchAll(/\.\/(ops\/[\w/.-]+):/g)].map(([, path = '']) => path);
    expect(mounted.length).toBeGreaterThan(4);
    const folders = new Set(await readdir(join(ROOT, 'ops'), { recursive: true }));
    expect(mounted.filter((path) => !folders.has(path.replace('ops/', '')))).toEqual([]);
  });
});
