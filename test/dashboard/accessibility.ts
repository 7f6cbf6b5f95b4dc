import axe from 'axe-core';
import type { Page } from 'playwright-core';

interface Found {
  readonly id: string;
  readonly nodes: readonly {
    readonly target: readonly string[];
    readonly failureSummary: string;
  }[];
}

/** Everything of WCAG 2.2 A and AA that a program can judge, and what axe calls good practice. */
const ALL = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What another theme can change. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/**
 * A sentence for each thing that somebody would stumble over who sees little or nothing. `part`: of
 * the page that is judged, a selector. `colours`: only what another theme can change.
 */
export const violationsOn = async (
  page: Page,
  { part = 'html', colours = false }: { part?: string; colours?: boolean } = {},
): Promise<readonly string[]> => {
  if (!(await page.evaluate('typeof axe === "object"'))) await page.evaluate(axe.source);
  const options = { runOnly: colours ? COLOURS : ALL, resultTypes: ['violations'] };
  const { violations } = (await page.evaluate(
    `axe.run('${part}', ${JSON.stringify(options)})`,
  )) as { violations: readonly Found[] }; // what axe documents
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) =>
        `${id}: ${target.join(' ')}: ${failureSummary.split('\n').slice(1).join(' ').trim()}`,
    ),
  );
};
