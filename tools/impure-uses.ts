import { Visitor, type Node, type Program } from 'oxc-parser';
import type { Place, PlaceOf } from './place.ts';

/** Names of the global scope that reach clock, chance, network, process, terminal or storage. */
const impureGlobals = new Set([
  'process',
  'console',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'performance',
  'crypto',
  'navigator',
  'globalThis',
  'global',
  'require',
  'WebSocket',
  'EventSource',
  'XMLHttpRequest',
  'BroadcastChannel',
  'Worker',
  'localStorage',
  'sessionStorage',
  'eval',
]);

/** Members of otherwise pure globals that are not. */
const impureMembers = new Set(['Date.now', 'Math.random', 'AbortSignal.timeout', 'Temporal.Now']);

/**
 * Finds them by name wherever the name stands as a variable, shadowed or not: telling the two apart needs
 * scopes, and a parameter that is called `fetch` misleads readers too. Keys and members (`given.fetch`) are free.
 */
export function impureUses(program: Program, place: PlaceOf): readonly Place[] {
  const found: Place[] = [];
  const labels = new Set<Node>();
  const label = (node: { readonly computed?: boolean }, key: Node): void => {
    if (node.computed !== true) labels.add(key);
  };
  new Visitor({
    MemberExpression(node) {
      label(node, node.property);
      const name = memberName(node);
      if (name !== undefined && impureMembers.has(name)) found.push(place(node));
    },
    Property: (node) => label(node, node.key),
    MethodDefinition: (node) => label(node, node.key),
    PropertyDefinition: (node) => label(node, node.key),
    AccessorProperty: (node) => label(node, node.key),
    TSPropertySignature: (node) => label(node, node.key),
    TSMethodSignature: (node) => label(node, node.key),
    ImportSpecifier: (node) => labels.add(node.imported),
    ExportSpecifier: (node) => labels.add(node.exported),
    TSQualifiedName: (node) => labels.add(node.right),
    NewExpression(node) {
      if (isName(node.callee, 'Date') && node.arguments.length === 0) found.push(place(node));
    },
    CallExpression(node) {
      if (isName(node.callee, 'Date')) found.push(place(node));
    },
    Identifier(node) {
      if (!labels.has(node) && impureGlobals.has(node.name)) found.push(place(node));
    },
  }).visit(program);
  return found;
}

function isName(node: Node, name: string): boolean {
  return node.type === 'Identifier' && node.name === name;
}

function memberName(node: Extract<Node, { type: 'MemberExpression' }>): string | undefined {
  if (node.object.type !== 'Identifier') return undefined;
  const { property } = node;
  if (!node.computed && property.type === 'Identifier') return `${node.object.name}.${property.name}`;
  return property.type === 'Literal' ? `${node.object.name}.${String(property.value)}` : undefined;
}
