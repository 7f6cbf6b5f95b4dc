const QUIET = '--disable-warning=ExperimentalWarning';

/**
 * How Node runs a program of ours. Small young generations: idle processes give memory back instead
 * of growing into it. The API lives on some 100 MB; told that it may have ten times that, it collects
 * garbage instead of growing to 600 MB under load, at a tenth more processor time. Much less would be
 * no saving: with 192 MB it did little else than collect.
 */
export const nodeFlags = (program: string): readonly string[] =>
  program === 'api'
    ? [QUIET, '--max-semi-space-size=16', '--max-old-space-size=1024']
    : [QUIET, '--max-semi-space-size=4'];
