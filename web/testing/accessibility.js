// Read by test/dashboard.test.ts and run inside a page: answers a sentence for each thing that a
// person who sees little, or sees nothing, would stumble over. It stands in for a whole checker
// such as axe: names, references, headings, lists, sizes, contrast of text as it is drawn.
(() => {
  const problems = [];
  const say = (element, problem) => {
    const words = (element.textContent ?? '').trim().replaceAll(/\s+/g, ' ').slice(0, 40);
    problems.push(`${element.tagName.toLowerCase()} "${words}": ${problem}`);
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const isShown = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    element.closest('[aria-hidden="true"]') === null;

  const byIds = (ids) =>
    (ids ?? '')
      .split(/\s+/)
      .map((id) => document.querySelector(`[id="${id}"]`)?.textContent ?? '')
      .join('');
  const nameOf = (element) =>
    [
      byIds(element.getAttribute('aria-labelledby')),
      element.getAttribute('aria-label') ?? '',
      [...(element.labels ?? [])].map((label) => label.textContent).join(''),
      ['INPUT', 'SELECT', 'TEXTAREA'].includes(element.tagName) ? '' : (element.textContent ?? ''),
    ]
      .join('')
      .trim();
  for (const element of all('a, button, input, select, textarea, summary, dialog, nav, [role=img]'))
    if (isShown(element) && nameOf(element) === '') say(element, 'has no name');

  const ids = all('[id]').map((element) => element.id);
  for (const id of new Set(ids.filter((each, n) => ids.indexOf(each) !== n)))
    problems.push(`two elements have the id ${id}`);
  for (const name of ['aria-labelledby', 'aria-describedby', 'aria-controls', 'for'])
    for (const element of all(`[${name}]`)) {
      const gone = element
        .getAttribute(name)
        .split(/\s+/)
        .find((id) => !ids.includes(id));
      if (gone !== undefined) say(element, `${name} names ${gone}, which is not there`);
    }

  const headings = all('h1, h2, h3, h4').filter(
    (each) => isShown(each) && each.closest('dialog') === null,
  );
  const firsts = headings.filter((each) => each.tagName === 'H1').length;
  if (firsts !== 1) problems.push(`${firsts} headings of the first level`);
  headings.reduce((before, each) => {
    const level = Number(each.tagName.slice(1));
    if (level > before + 1) say(each, `jumps from level ${before} to ${level}`);
    return level;
  }, 1);
  for (const item of all('ul > :not(li), ol > :not(li)')) say(item, 'is no item, but in a list');
  for (const cell of all('th')) if (cell.textContent.trim() === '') say(cell, 'heads nothing');
  for (const element of all('[tabindex]'))
    if (element.tabIndex > 0) say(element, 'comes before others by its tabindex');
  if (document.documentElement.lang === '') problems.push('the page has no language');

  // WCAG 2.2, target size: 24 px, but for links inside a sentence or a cell of text.
  for (const element of all('button, input, select, summary')) {
    const { width, height } = element.getBoundingClientRect();
    if (!isShown(element) || width <= 1 || element.type === 'checkbox') continue;
    if (width < 24 || height < 24) say(element, `is small: ${width} × ${height}`);
  }

  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const known = new Map();
  /** Any colour of CSS as red, green, blue (0 to 255) and alpha (0 to 1). */
  const rgba = (colour) => {
    const before = known.get(colour);
    if (before !== undefined) return before;
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    const read = [r, g, b, a / 255];
    known.set(colour, read);
    return read;
  };
  const over = (top, below) =>
    [0, 1, 2].map((n) => top[n] * top[3] + below[n] * (1 - top[3])).concat(1);
  const backgroundOf = (element) => {
    if (element === null) return [255, 255, 255, 1];
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, backgroundOf(element.parentElement));
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].toSorted((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const judged = new Set();
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    const isText = texts.currentNode.textContent.trim() !== '';
    if (!isText || judged.has(element) || !isShown(element)) continue;
    judged.add(element);
    // What cannot be pressed may be faint.
    if (element.closest('[aria-disabled="true"], :disabled, option, .sr-only, noscript')) continue;
    const style = getComputedStyle(element);
    const below = backgroundOf(element);
    const ratio = contrast(over(rgba(style.color), below), below);
    const isLarge = Number.parseFloat(style.fontSize) >= 24;
    if (ratio < (isLarge ? 3 : 4.5)) say(element, `has a contrast of ${ratio.toFixed(2)}`);
  }
  return problems;
})();
