import type { Contract, MediaType, Operation, Parameter } from './contract.ts';
import type { JsonSchema } from './example.ts';

/** Text as HTML text; everything on the page goes through here. */
const text = (value: string): string =>
  value.replaceAll(/[&<>"']/g, (each) => `&#${each.charCodeAt(0)};`);

/** The reference as one page without scripts, so that it stands under the strictest policy. */
export const referencePage = (contract: Contract): string => {
  const groups = groupsOf(contract);
  const links = [...groups.keys()].map((tag) => `<a href="#${text(tag)}">${text(tag)}</a>`);
  const sections = [...groups].map(
    ([tag, operations]) =>
      `<section id="${text(tag)}"><h2>${text(tag)}</h2>${operations.join('')}</section>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(contract.info.title)} API</title>
<link rel="stylesheet" href="/api/docs/style.css">
</head>
<body>
<header>
<h1>${text(contract.info.title)} API ${text(contract.info.version)}</h1>
<p>${text(contract.info.description)} The same as <a href="/api/openapi.json">OpenAPI ${text(contract.openapi)}</a>.</p>
<nav>${links.join(' ')}</nav>
</header>
<main>${sections.join('\n')}</main>
</body>
</html>
`;
};

const groupsOf = (contract: Contract): Map<string, string[]> => {
  const groups = new Map<string, string[]>();
  for (const [path, methods] of Object.entries(contract.paths))
    for (const [method, operation] of Object.entries(methods)) {
      const tag = operation.tags?.[0] ?? 'other';
      groups.set(tag, [...(groups.get(tag) ?? []), operationHtml(method, path, operation)]);
    }
  return groups;
};

const operationHtml = (method: string, path: string, operation: Operation): string => `
<article>
<h3><b>${method.toUpperCase()}</b> <code>${text(path)}</code></h3>
<p>${text(operation.summary ?? '')}. <i>${text(operation['x-role'] ?? 'everyone')}</i></p>
${operation.description === undefined ? '' : `<p>${text(operation.description)}</p>`}
${parametersHtml(operation.parameters ?? [])}
${bodyHtml('Body', operation.requestBody?.content)}
${Object.entries(operation.responses)
  .map(([status, each]) => bodyHtml(`${status}: ${each.description ?? ''}`, each.content))
  .join('')}
</article>`;

const parametersHtml = (parameters: readonly Parameter[]): string =>
  parameters.length === 0
    ? ''
    : `<table><tr><th>Name</th><th>In</th><th>Value</th><th>Meaning</th></tr>${parameters
        .map(
          (each) =>
            `<tr><td><code>${text(each.name)}</code>${each.required === true ? ' *' : ''}</td><td>${text(each.in)}</td><td>${text(valuesOf(each.schema ?? {}))}</td><td>${text(each.description ?? each.schema?.description ?? '')}</td></tr>`,
        )
        .join('')}</table>`;

const valuesOf = (schema: JsonSchema): string => {
  if (schema.enum !== undefined) return schema.enum.join(' | ');
  const type = schema.format ?? (typeof schema.type === 'string' ? schema.type : 'text');
  const range =
    schema.minimum === undefined ? '' : ` ${schema.minimum} to ${schema.maximum ?? 'any'}`;
  return `${type}${range}${schema.default === undefined ? '' : `, ${JSON.stringify(schema.default)}`}`;
};

const bodyHtml = (title: string, content: Readonly<Record<string, MediaType>> = {}): string => {
  const media = content['application/json'];
  const types = Object.keys(content).filter((type) => type !== 'application/json');
  const example =
    media?.example === undefined
      ? types.map((type) => `<code>${text(type)}</code>`).join(' ')
      : `<pre>${text(JSON.stringify(media.example, null, 2))}</pre>`;
  return title === 'Body' && example === ''
    ? ''
    : `<details><summary>${text(title)}</summary>${example}</details>`;
};

export const referenceStyle = `:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav a { display: inline-block; padding: 0.3rem 0.5rem; }
article { border-top: 1px solid #8886; padding: 0.5rem 0 1rem; }
h3 { font-weight: 400; margin: 0.5rem 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; display: block; overflow-x: auto; }
th, td { border: 1px solid #8886; padding: 0.2rem 0.5rem; text-align: left; }
summary { cursor: pointer; padding: 0.3rem 0; }
pre { background: #8882; overflow-x: auto; padding: 0.5rem; }
`;
