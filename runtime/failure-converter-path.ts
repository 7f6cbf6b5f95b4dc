import { join } from 'node:path';

/** Where what failures say becomes a payload; it is bundled with the workflows too. */
export const failureConverterPath = join(import.meta.dirname, 'failure-converter.ts');
