import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Says that a restore is under way, or was cut off; nothing starts on such a folder. */
export const PROGRESS = 'restore.json';

/** Whether a restore of this folder was cut off. */
export const isHalfRestored = (dataDir: string): boolean => existsSync(resolve(dataDir, PROGRESS));
