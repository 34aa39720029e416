/** The page at `/docs`: the service's OpenAPI document for people. */
import { escapeHTML } from '../table';
import { htmlOf, type Page } from './html';
import type { OpenAPI, OpenAPIOperation } from './openapi';
import type { Schema } from './schemas';

const style = `
h2 { font-size: 1.1rem; margin: 2.2rem 0 0; } code, pre { font-family: ui-monospace, monospace; } pre { font-size: .9em; }
pre { background: #8881; border: 1px solid var(--line); border-radius: 6px; padding: .6rem; overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .92rem; margin: .5rem 0; }
th:first-child, td:first-child { width: 8rem; }
th:nth-child(2):not(:last-child) { width: 45%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); }
`;

/** The page of a document; `url` is where the service answers, for the examples. */
export function descriptionOf(document: OpenAPI, url: string): Page {
  const sections = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => sectionOf(`${method.toUpperCase()} ${path}`, operation, url)),
  );
  return htmlOf({
    title: document.info.title,
    style,
    main: sections.join('\n'),
    footer: `lstm-lab ${document.info.version}. For programs: <a href="/openapi.json">openapi.json</a>; to try it: <a href="/">the page</a>`,
  });
}

function sectionOf(name: string, { summary, security, requestBody, responses }: OpenAPIOperation, url: string): string {
  const [method, path] = name.split(' ');
  const body = requestBody?.content['application/json'].schema;
  const answer = responses[200].content?.['application/json'].schema;
  const call = [
    `curl ${method === 'POST' ? '-X POST ' : ''}${url}${path}`,
    ...(security?.length ? ["-H 'authorization: Bearer TOKEN'"] : []),
    ...(body ? ["-H 'content-type: application/json'", `-d '${JSON.stringify(exampleOf(body))}'`] : []),
  ].join(' \\\n  ');
  return [
    `<section><h2><code>${name}</code></h2><p>${escapeHTML(summary)}</p>`,
    body ? fieldsOf('Sent', body) : '',
    answer ? fieldsOf('Answered', answer) : '',
    `<pre>${escapeHTML(call)}</pre>`,
    table(
      ['Status', 'When'],
      Object.entries(responses).map(([status, { description }]) => [status, description]),
    ),
    '</section>',
  ].join('\n');
}

function fieldsOf(title: string, { properties = {}, required = [] }: Schema): string {
  const rows = Object.entries(properties).map(([name, schema]) => [
    name,
    [kindOf(schema), ...limitsOf(schema), ...(required.includes(name) ? [] : ['may be left out'])].join(', '),
    schema.description ?? '',
  ]);
  return table([title, 'Kind', 'What it is'], rows);
}

function kindOf({ type, anyOf, items, enum: values, properties }: Schema): string {
  if (anyOf) return anyOf.map(kindOf).join(' or ');
  if (type === 'array') return `list of ${items ? kindOf(items) : 'anything'}`;
  if (values) return values.join(' or ');
  return properties ? `{ ${Object.keys(properties).join(', ')} }` : (type ?? 'anything');
}

/** The limits of a schema in words; JSON Schema's names as keys. */
const limits: Record<string, (value: number) => string> = {
  minimum: (value) => `at least ${value}`,
  exclusiveMinimum: (value) => `above ${value}`,
  maximum: (value) => `at most ${value}`,
  minLength: (value) => (value === 1 ? 'not empty' : `at least ${value} characters`),
  maxLength: (value) => `at most ${value} characters`,
  minItems: (value) => `at least ${value}`,
};

const limitsOf = (schema: Schema): string[] =>
  Object.entries(limits).flatMap(([name, inWords]) => {
    const value = schema[name];
    return typeof value === 'number' ? [inWords(value)] : [];
  });

/** The smallest body that fits. */
function exampleOf({ properties = {}, required = [] }: Schema): object {
  return Object.fromEntries(required.map((name) => [name, properties[name].type === 'array' ? [0.1, 0.2, 0.3] : '…']));
}

const table = (head: string[], rows: string[][]): string =>
  `<table><thead><tr>${head.map((cell) => `<th>${cell}</th>`).join('')}</tr></thead>` +
  `<tbody>${rows.map((row) => `<tr>${row.map((cell) => `<td>${escapeHTML(cell)}</td>`).join('')}</tr>`).join('')}</tbody></table>`;
