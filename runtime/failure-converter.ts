import { DefaultFailureConverter } from '@temporalio/common';

/** Puts message and stack of a failure into a payload, which the codec seals. Loaded by its name. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
