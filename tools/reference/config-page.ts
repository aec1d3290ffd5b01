import { configSchemaNode, type SchemaNode } from '../../src/model/config-json-schema.ts';
import { code, table } from './markdown.ts';

/** A whole config, as the page shows it; a test reads it. */
export const exampleConfig = `version: 1

images:
  ci:
    baseline: registry.example.org/team/ci:latest
    build:
      dockerfile: docker/ci.Dockerfile
      context: .
      args: { PYTHON: 3.12 }
    suites: [unit]

  tools:
    baseline: registry.example.org/team/tools:stable
    image: registry.example.org/team/tools:nightly   # built by somebody else
    promote: [registry.example.org/team/tools:stable, registry.example.org/team/tools:latest]

suites:
  unit:
    command: pytest -q --junitxml=out/junit.xml
    results: { format: junit, files: out/*.xml }
    rerun: { command: "pytest --junitxml=out/junit.xml {tests}", test: "{file}::{name}" }
    timeout: 20m
    must-pass: ["*::test_boot"]

  smoke:
    command: [node, --test, --test-reporter=tap]
    results: { format: tap, stdout: true }
    network: default

gate:
  screen: 3
  memory: 4g
  cpus: 2
`;

/** docs/reference/config.md */
export function configPage(): string {
  const schema = configSchemaNode();
  return [
    '# lockkeeper.yaml',
    '',
    `${schema.description ?? ''} It lies at the root of the repository; commands find it from any folder below. \`lockkeeper init\` writes a first one, \`lockkeeper doctor\` checks it. An unknown key is an error that names the nearest known one. Editors check it with [lockkeeper.schema.json](lockkeeper.schema.json).`,
    '',
    '```yaml',
    exampleConfig.trimEnd(),
    '```',
    '',
    'YAML 1.2, read strictly: one document, no key twice, no tags, no merge keys (`<<`); anchors and aliases work. Where a text is wanted, what YAML would take for a number or a boolean stays as it is written. Paths are relative to the file and written with `/`; they may lead to a repository beside this one.',
    '',
    ...group(schema, 'Top level'),
    '',
  ].join('\n');
}

/** A heading and a table for a group of keys, then the groups within it. */
function group(node: SchemaNode, title: string, path: string = ''): readonly string[] {
  const properties = Object.entries(node.properties ?? {});
  const rows = properties.map(([key, each]) => [
    code(key),
    typeText(each),
    defaultText(each, node.required?.includes(key) === true),
    each.description ?? '',
    (each.examples ?? []).map((example) => code(exampleText(example))).join(', '),
  ]);
  const inner = properties.flatMap(([key, each]) => {
    const place = path === '' ? key : `${path}.${key}`;
    const named = each.additionalProperties;
    if (each.properties !== undefined) return ['', ...group(each, code(place), place)];
    const isNamed = named !== undefined && named !== false && named.properties !== undefined;
    return isNamed ? ['', ...group(named, code(`${place}.NAME`), `${place}.NAME`)] : [];
  });
  return [`## ${title}`, '', ...table(['key', 'value', 'default', 'meaning', 'example'], rows), ...inner];
}

function typeText(node: SchemaNode): string {
  if (node.const !== undefined) return code(JSON.stringify(node.const));
  if (node.enum !== undefined) return node.enum.map((value) => code(String(value))).join(' or ');
  if (node.anyOf !== undefined) return node.anyOf.map(typeText).join(' or ');
  if (node.type === 'array')
    return `list of ${node.items === undefined ? 'values' : plural(typeText(node.items))}`;
  if (node.type === 'object') return node.properties === undefined ? namedText(node) : 'group';
  if (node.type === 'integer' || node.type === 'number') return numberText(node);
  if (node.type === 'boolean') return '`true` or `false`';
  return 'text';
}

function namedText({ additionalProperties }: SchemaNode): string {
  const inner =
    additionalProperties === undefined || additionalProperties === false
      ? 'values'
      : plural(typeText(additionalProperties));
  return `${inner} by name`;
}

function plural(type: string): string {
  return type === 'text' || type === 'group' ? `${type}s` : type;
}

function numberText({ type, minimum, maximum }: SchemaNode): string {
  const name = type === 'integer' ? 'whole number' : 'number';
  const isOpen =
    minimum === undefined || maximum === undefined || Math.abs(minimum) === Number.MAX_SAFE_INTEGER;
  return isOpen ? name : `${name}, ${minimum} to ${maximum}`;
}

function defaultText(node: SchemaNode, required: boolean): string {
  if (required) return 'needed';
  if (node.default === undefined) return '';
  return isEmpty(node.default) ? 'none' : code(exampleText(node.default));
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}

/** A value as one would write it on one line of YAML. */
function exampleText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(exampleText).join(', ')}]`;
  if (typeof value === 'object' && value !== null) {
    return `{ ${Object.entries(value)
      .map(([key, each]) => `${key}: ${exampleText(each)}`)
      .join(', ')} }`;
  }
  if (typeof value !== 'string') return String(value);
  return /^[\w./][\w ./:=@-]*$/.test(value) && !/^[\d.]*\d[\d.]*$|^(?:true|false|null)$|: /.test(value)
    ? value
    : JSON.stringify(value);
}
