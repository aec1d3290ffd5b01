import { parseSync, Visitor, type Node, type Program } from 'oxc-parser';
import { impureUses } from './impure-uses.ts';
import { placesIn, type Place, type PlaceOf } from './place.ts';

/** What the guards need to know of one TypeScript file. Lines count from 1. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly Import[];
  /** Exports of what another file declares. */
  readonly reExports: readonly Place[];
  /** Uses of clock, chance, network, process or terminal that are not handed in. */
  readonly impure: readonly Place[];
  /** Type assertions, `as const` excepted. */
  readonly casts: readonly Cast[];
  /** Types of this file that carry a brand. */
  readonly brands: readonly string[];
}

export interface Import {
  readonly line: number;
  /** Undefined where it is computed, so that nobody can tell what it loads. */
  readonly specifier: string | undefined;
  /** What is taken: names, `default`, or `*` for all of it. */
  readonly names: readonly string[];
}

export interface Cast extends Place {
  /** The name of the type; undefined where the type is not a plain name. */
  readonly type: string | undefined;
}

/** Parses TypeScript. @throws Error when it is not TypeScript */
export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text, { lang: 'ts', sourceType: 'module' });
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path}: ${error.message}`);
  const place = placesIn(text);
  return {
    path,
    imports: importsOf(program, place),
    reExports: reExportsOf(program, place),
    impure: impureUses(program, place),
    casts: castsOf(program, place),
    brands: brandsOf(program),
  };
}

/** True when nothing is left of the file at run time: types, interfaces and imports of them. */
export function isErased(text: string): boolean {
  const { program } = parseSync('erased.ts', text, { lang: 'ts', sourceType: 'module' });
  return program.body.every(isErasedStatement);
}

function isErasedStatement(statement: Program['body'][number]): boolean {
  switch (statement.type) {
    case 'TSTypeAliasDeclaration':
    case 'TSInterfaceDeclaration':
      return true;
    case 'ImportDeclaration':
      return statement.importKind === 'type';
    case 'ExportNamedDeclaration':
      return statement.exportKind === 'type';
    default:
      return false;
  }
}

function importsOf(program: Program, place: PlaceOf): readonly Import[] {
  const found: Import[] = [];
  const add = (node: Node, source: Node | null, names: readonly string[]): void => {
    if (source === null) return;
    found.push({ line: place(node).line, specifier: literalText(source), names });
  };
  new Visitor({
    ImportDeclaration: (node) => add(node, node.source, node.specifiers.map(importedName)),
    ExportNamedDeclaration: (node) => add(node, node.source, ['*']),
    ExportAllDeclaration: (node) => add(node, node.source, ['*']),
    ImportExpression: (node) => add(node, node.source, ['*']),
    TSImportType: (node) => add(node, node.source, ['*']),
    TSExternalModuleReference: (node) => add(node, node.expression, ['*']),
    CallExpression(node) {
      const { callee } = node;
      if (callee.type === 'Identifier' && callee.name === 'require')
        add(node, node.arguments[0] ?? callee, ['*']);
    },
  }).visit(program);
  return found;
}

function importedName(specifier: Extract<Node, { type: `Import${string}Specifier` }>): string {
  switch (specifier.type) {
    case 'ImportSpecifier':
      return specifier.imported.type === 'Literal' ? specifier.imported.value : specifier.imported.name;
    case 'ImportDefaultSpecifier':
      return 'default';
    case 'ImportNamespaceSpecifier':
      return '*';
  }
}

function literalText(node: Node): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  const [only] = node.type === 'TemplateLiteral' && node.expressions.length === 0 ? node.quasis : [];
  return only?.value.cooked ?? undefined;
}

function reExportsOf(program: Program, place: PlaceOf): readonly Place[] {
  const imported = new Set<string>();
  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration') continue;
    for (const specifier of statement.specifiers) imported.add(specifier.local.name);
  }
  const isImported = (node: Node): boolean => node.type === 'Identifier' && imported.has(node.name);
  return program.body
    .filter((statement) => {
      if (statement.type === 'ExportAllDeclaration') return true;
      if (statement.type !== 'ExportNamedDeclaration') return false;
      return statement.source !== null || statement.specifiers.some(({ local }) => isImported(local));
    })
    .map(place);
}

function castsOf(program: Program, place: PlaceOf): readonly Cast[] {
  const casts: Cast[] = [];
  const add = (node: Node, type: Node): void => {
    const name =
      type.type === 'TSTypeReference' && type.typeName.type === 'Identifier' ? type.typeName.name : undefined;
    if (name !== 'const') casts.push({ ...place(node), type: name });
  };
  new Visitor({
    TSAsExpression: (node) => add(node, node.typeAnnotation),
    TSTypeAssertion: (node) => add(node, node.typeAnnotation),
    TSNonNullExpression: (node) => casts.push({ ...place(node), type: undefined }),
  }).visit(program);
  return casts;
}

/** A brand: `type Digest = string & { readonly __brand: 'Digest' }`, or with a unique symbol as the key. */
function brandsOf(program: Program): readonly string[] {
  const brands: string[] = [];
  new Visitor({
    TSTypeAliasDeclaration(node) {
      const type = node.typeAnnotation;
      if (type.type === 'TSIntersectionType' && type.types.some(isBrandMark)) brands.push(node.id.name);
    },
  }).visit(program);
  return brands;
}

function isBrandMark(type: Node): boolean {
  if (type.type !== 'TSTypeLiteral') return false;
  return type.members.some(
    (member) =>
      member.type === 'TSPropertySignature' &&
      (member.computed || (member.key.type === 'Identifier' && /brand/iu.test(member.key.name))),
  );
}
