import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PrismaPg } from '@prisma/adapter-pg';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg';
import type { SchemaEngine } from '@prisma/schema-engine-wasm';

// Prisma's migration engine as WebAssembly: the same files and the same _prisma_migrations table
// as `prisma migrate deploy`, without the download of its binary.

/** The part of the runtime's WebAssembly that is used here; the compiler's library has it with the DOM only. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

/** What the generated bindings export beside the engine; their types leave it out. */
interface Bindings {
  __wbg_set_wasm(exports: Record<string, unknown>): void;
  SchemaEngine: typeof SchemaEngine;
}

const PACKAGES = join(import.meta.dirname, '..', '..', 'node_modules');
const ENGINE = join(PACKAGES, '@prisma', 'schema-engine-wasm', 'schema_engine_bg.wasm');

/**
 * The bindings hold one engine per process: loading a second one pulls the first from under its
 * callers. A test runner loads this module several times, so the engine is kept beside it.
 */
const shared = globalThis as { schemaEngine?: Promise<typeof SchemaEngine> };

const load = async (): Promise<typeof SchemaEngine> => {
  const glue = bindings as unknown as Bindings; // the package's own module, see its .js
  const { instance } = await WebAssembly.instantiate(await readFile(ENGINE), {
    './schema_engine_bg.js': bindings,
  });
  glue.__wbg_set_wasm(instance.exports);
  const start = instance.exports['__wbindgen_start'];
  if (typeof start === 'function') start();
  return glue.SchemaEngine;
};

/** Runs `use` with an engine connected to the database. */
export const withSchemaEngine = async <T>(
  databaseUrl: string,
  use: (engine: SchemaEngine) => Promise<T>,
): Promise<T> => {
  const factory = new PrismaPg({ connectionString: databaseUrl, max: 1 });
  const adapters: { dispose(): Promise<void> }[] = [];
  const connectScripted = async () => {
    const adapter = await factory.connect();
    adapters.push(adapter);
    // The stock adapter splits a script at every ";", also inside a function's body. One query
    // runs it whole and in one transaction.
    adapter.executeScript = async (script: string) => {
      await adapter.underlyingDriver().query(script);
    };
    return adapter;
  };
  const bound = bindMigrationAwareSqlAdapterFactory({
    provider: factory.provider,
    adapterName: factory.adapterName,
    connect: connectScripted,
    connectToShadowDb: connectScripted,
  });
  shared.schemaEngine ??= load();
  const Engine = await shared.schemaEngine;
  const engine = await Engine.new({ datamodels: undefined }, () => undefined, bound);
  try {
    return await use(engine);
  } finally {
    engine.free();
    await Promise.all(adapters.map((adapter) => adapter.dispose())); // it leaves them connected
  }
};
