import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Ports looked at before giving up. */
const TRIES = 50;
/** Below the ports that systems give to outgoing connections, which may take one at any moment. */
const LOW = 12_000;
const HIGH = 32_000;

/** A port of loopback that is free now, and that no outgoing connection takes. */
export const freePort = async (): Promise<number> => {
  for (let n = 0; n < TRIES; n += 1) {
    const port = randomInt(LOW, HIGH);
    if (await isFree(port)) return port;
  }
  return bound(0);
};

/** Listens for a moment; 0: wherever the system likes. */
const bound = (wanted: number): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(wanted, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });

const isFree = (port: number): Promise<boolean> =>
  bound(port).then(
    () => true,
    () => false,
  );

export interface PortWish {
  /** The setting's name, e.g. API_PORT. */
  readonly name: string;
  readonly fallback: number;
  /** What a person set; undefined when nothing is set. */
  readonly set: string | undefined;
  /** Free ports needed in a row: the simulator's control follows its port. */
  readonly inARow?: number;
}

/**
 * The port to use. A default that is taken moves to the next free one; one that a person set is
 * never moved: taken or invalid, it is an error that says what to do. `taken` holds those already
 * promised to others.
 */
export const choosePort = async (wish: PortWish, taken: Set<number>): Promise<number> => {
  const inARow = wish.inARow ?? 1;
  const usable = async (port: number): Promise<boolean> => {
    for (let next = port; next < port + inARow; next += 1)
      if (taken.has(next) || !(await isFree(next))) return false;
    return true;
  };
  const promise = (port: number): number => {
    for (let next = port; next < port + inARow; next += 1) taken.add(next);
    return port;
  };
  if (wish.set !== undefined && wish.set !== '') {
    const port = Number(wish.set);
    if (!/^\d+$/.test(wish.set) || port < 1 || port > 65_535)
      throw new Error(`${wish.name} must be a port from 1 to 65535; it is "${wish.set}".`);
    if (await usable(port)) return promise(port);
    throw new Error(
      `${wish.name} is set to ${port}, but something else listens there. Stop that, set another port, or remove the setting to have a free one chosen.`,
    );
  }
  for (let port = wish.fallback; port < wish.fallback + TRIES; port += 1)
    if (await usable(port)) return promise(port);
  throw new Error(`${wish.name}: no free port from ${wish.fallback} to ${wish.fallback + TRIES}.`);
};

export interface Ports {
  readonly api: number;
  readonly simulator: number;
  readonly temporal: number;
  readonly temporalUi: number;
  readonly postgres: number;
  readonly metrics: number;
}

type PortSettings = Partial<
  Record<
    | 'API_PORT'
    | 'SIMULATOR_PORT'
    | 'TEMPORAL_PORT'
    | 'TEMPORAL_UI_PORT'
    | 'POSTGRES_PORT'
    | 'METRICS_PORT',
    string | undefined
  >
>;

/** Every port of one start; see `choosePort` for what happens to taken ones. */
export const choosePorts = async (settings: PortSettings): Promise<Ports> => {
  const taken = new Set<number>();
  const choose = (name: keyof PortSettings, fallback: number, inARow = 1) =>
    choosePort({ name, fallback, set: settings[name], inARow }, taken);
  return {
    api: await choose('API_PORT', 8080),
    simulator: await choose('SIMULATOR_PORT', 8090, 2),
    temporal: await choose('TEMPORAL_PORT', 7233),
    temporalUi: await choose('TEMPORAL_UI_PORT', 8233),
    postgres: await choose('POSTGRES_PORT', 55_432),
    metrics: await choose('METRICS_PORT', 9464, 3),
  };
};
