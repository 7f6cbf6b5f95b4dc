import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { AccountRecord } from './account.ts';
import type { ListingPlan } from '../markets/listing-plan.ts';
import type { FillRecord, OrderRecord } from './order.ts';
import type { Switches } from './switches.ts';

/** What an operation changed, each thing in its new state. */
export interface Entry {
  readonly accounts?: readonly AccountRecord[];
  readonly orders?: readonly OrderRecord[];
  readonly fills?: readonly FillRecord[];
  readonly listings?: readonly ListingPlan[];
  readonly removedListings?: readonly string[];
  readonly switches?: Switches;
  readonly clock?: ClockSetting;
  /** State of the scenario: counters and the next planned act. */
  readonly scenario?: ScenarioState;
}

/** How wrong the clock was set, and since when (machine time). */
export interface ClockSetting {
  readonly skewMs: number;
  readonly driftPpm: number;
  readonly sinceMs: number;
}

export interface ScenarioState {
  readonly seed: string;
  /** How many names were handed out; never goes back. */
  readonly namesUsed: number;
  readonly nameOffset: number;
  readonly nextAnnounceMs: number | null;
}

/** Where booked things are kept. */
export interface Journal {
  append(entry: Entry): void;
}

export const memoryJournal: Journal = { append: () => undefined };

const bytesBeforeCompacting = 8_000_000;

/**
 * One line per operation, handed to the operating system before the operation is answered: a
 * killed process loses nothing that it acknowledged. A snapshot replaces the lines now and then.
 */
export class FileJournal implements Journal {
  readonly #folder: string;
  readonly #snapshot: () => Entry;
  #file: number | null = null;
  #bytes = 0;

  /** `snapshot` gives the whole state, for compacting. */
  constructor(folder: string, snapshot: () => Entry) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
    this.#snapshot = snapshot;
  }

  /** Everything kept so far, oldest first; applying it in order restores the state. */
  load(): Entry[] {
    const snapshot = readOrNull(join(this.#folder, 'state.json'));
    const lines = readOrNull(join(this.#folder, 'journal.ndjson')) ?? '';
    const entries: Entry[] = snapshot === null ? [] : [JSON.parse(snapshot) as Entry];
    for (const line of lines.split('\n')) {
      const entry = parseLine(line);
      if (entry !== null) entries.push(entry);
    }
    return entries;
  }

  append(entry: Entry): void {
    this.#file ??= openSync(join(this.#folder, 'journal.ndjson'), 'a');
    this.#bytes += writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    if (this.#bytes > bytesBeforeCompacting) this.compact();
  }

  /**
   * Writes the whole state beside the old one, then replaces it, then empties the journal. Killed
   * in between, the journal is applied again on top, which changes nothing.
   */
  compact(): void {
    const path = join(this.#folder, 'state.json');
    writeFileSync(`${path}.next`, JSON.stringify(this.#snapshot()));
    renameSync(`${path}.next`, path);
    this.close();
    writeFileSync(join(this.#folder, 'journal.ndjson'), '');
    this.#bytes = 0;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Null for the empty last line and for a line that the kill cut short. */
function parseLine(line: string): Entry | null {
  if (line === '') return null;
  try {
    // Lines are written by `append` alone.
    return JSON.parse(line) as Entry;
  } catch {
    return null;
  }
}
