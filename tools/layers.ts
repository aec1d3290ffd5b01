import { isBuiltin } from 'node:module';
import { join } from 'node:path/posix';
import {
  builtinParts,
  holdsCredentials,
  layers,
  layersThatExist,
  packageParts,
  pureBuiltins,
  pureLayers,
  hermeticWiring,
  untrustedStarts,
  type Layer,
} from './layer-rules.ts';
import { parseSource, type Import, type SourceFile } from './source-file.ts';

export interface Violation {
  /** The number in ARCHITECTURE.md, or the name of an invariant there. */
  readonly rule: number | 'place' | 'pure' | 'credentials';
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/**
 * Holds the tree against the rules of ARCHITECTURE.md. Type-only imports count. Tests beside the files are not
 * held: they may put any two parts together.
 * @param texts the files of the project by path from its root; those outside of `src` and `bin` are ignored
 * @param dependencies the packages that the lock names for the project itself
 */
export function checkLayers(
  texts: ReadonlyMap<string, string>,
  dependencies: readonly string[],
): readonly Violation[] {
  const held = [...texts].filter(([path]) => isHeld(path));
  const misplaced = held.filter(([path]) => partOf(path) === undefined);
  const files = held
    .filter(([path]) => partOf(path) !== undefined)
    .map(([path, text]) => parseSource(path, text));
  return [
    ...misplaced.map(([path]) => violation('place', path, 1, 'lies in no layer, or is not TypeScript')),
    ...missingLayers(files),
    ...partsWithoutPackage(dependencies),
    ...files.flatMap((file) => file.imports.flatMap((one) => checkImport(file, one))),
    ...files.flatMap((file) =>
      file.reExports.map((at) => violation(7, file.path, at.line, `re-exports: ${at.text}`)),
    ),
    ...files.filter(isPure).flatMap((file) => file.impure.map((at) => impure(file, at))),
    ...credentialPaths(files),
  ];
}

export function formatViolation({ rule, path, line, message }: Violation): string {
  return `${path}:${line} ${typeof rule === 'number' ? `rule ${rule}` : rule}: ${message}`;
}

/** Every script of `src` and `bin` is held, whatever its ending, so that nothing escapes by its name. */
export function isHeld(path: string): boolean {
  return /^(?:src|bin)\//u.test(path) && /\.[cm]?[jt]sx?$/u.test(path) && !path.endsWith('.test.ts');
}

interface Part {
  readonly layer: Layer;
  /** The stage or port; undefined in layers that have no folders of their own. */
  readonly own: string | undefined;
}

function partOf(path: string): Part | undefined {
  if (!path.endsWith('.ts')) return undefined;
  const [top, second, third, ...rest] = path.split('/');
  if (top === 'bin') return { layer: 'bin', own: undefined };
  if (second === undefined || third === undefined || !isLayer(second) || second === 'bin') return undefined;
  if (second !== 'stages' && second !== 'adapters') return { layer: second, own: undefined };
  return rest.length === 0 ? undefined : { layer: second, own: third };
}

function isLayer(name: string): name is Layer {
  return Object.hasOwn(layers, name);
}

function violation(rule: Violation['rule'], path: string, line: number, message: string): Violation {
  return { rule, path, line, message };
}

function missingLayers(files: readonly SourceFile[]): readonly Violation[] {
  const there = new Set(files.map((file) => partOf(file.path)?.layer));
  return layersThatExist
    .filter((layer) => !there.has(layer))
    .map((layer) => violation('place', layer === 'bin' ? 'bin' : `src/${layer}`, 1, 'is not there'));
}

function partsWithoutPackage(dependencies: readonly string[]): readonly Violation[] {
  return Object.keys(packageParts)
    .filter((name) => !dependencies.includes(name))
    .map((name) => violation(6, 'package.json', 1, `${name} has a part but is not a dependency`));
}

function checkImport(file: SourceFile, { specifier, line, names }: Import): readonly Violation[] {
  const at = (rule: Violation['rule'], message: string): readonly Violation[] => [
    violation(rule, file.path, line, message),
  ];
  if (specifier === undefined)
    return at('place', 'imports what nobody can tell: the name must be a plain string');
  if (specifier.startsWith('.')) return checkRelative(file, join(file.path, '..', specifier), at);
  if (isBuiltin(specifier)) return checkBuiltin(file, specifier, names, at);
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const parts = packageParts[name];
  if (parts === undefined) return at(6, `imports ${name}, which no part may import`);
  return parts.some((part) => file.path.startsWith(part))
    ? []
    : at(6, `imports ${name}, which only ${parts.join(', ')} may`);
}

type At = (rule: Violation['rule'], message: string) => readonly Violation[];

function checkRelative(file: SourceFile, target: string, at: At): readonly Violation[] {
  if (target.endsWith('.json')) return [];
  const from = partOf(file.path);
  const to = partOf(target);
  if (to === undefined || from === undefined) return at('place', `imports ${target}, which lies in no layer`);
  const { rule, from: allowed }: { rule: number; from: readonly string[] } = layers[from.layer];
  if (allowed.includes(to.layer)) return [];
  if (allowed.includes('own') && to.layer === from.layer && to.own === from.own) return [];
  // Adapters are nobody's but the wiring's: whoever else reaches for one breaks rule 4, besides its own.
  return at(to.layer === 'adapters' && rule === 5 ? 4 : rule, `${from.layer} may not import ${target}`);
}

function checkBuiltin(
  file: SourceFile,
  specifier: string,
  names: readonly string[],
  at: At,
): readonly Violation[] {
  const parts = builtinParts[specifier];
  if (parts !== undefined && !parts.includes(file.path))
    return at(6, `imports ${specifier}, which only ${parts.join(', ')} may`);
  if (!specifier.startsWith('node:')) return at(6, `imports ${specifier} without node:`);
  if (!isPure(file)) return [];
  const pure = pureBuiltins[specifier];
  if (pure === '*') return [];
  const impureNames = names.filter((name) => pure?.includes(name) !== true);
  return impureNames.length === 0 ? [] : at('pure', `imports ${impureNames.join(', ')} of ${specifier}`);
}

function isPure(file: SourceFile): boolean {
  const layer = partOf(file.path)?.layer;
  return layer !== undefined && pureLayers.includes(layer);
}

function impure(
  file: SourceFile,
  { line, text }: { readonly line: number; readonly text: string },
): Violation {
  return violation('pure', file.path, line, `uses ${text}, which must be handed in`);
}

/** Shortest paths of imports from what works on untrusted code to what holds credentials. */
function credentialPaths(files: readonly SourceFile[]): readonly Violation[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const starts = untrustedStarts.map((start) => files.filter((file) => start.test(file.path)));
  const unproven = untrustedStarts
    .filter((_, index) => starts[index]?.length === 0)
    .map((start) =>
      violation('credentials', String(start), 1, 'matches no file, so nothing is proven about it'),
    );
  const users = files.filter(({ path, imports }) =>
    imports.some(
      ({ specifier }) => specifier !== undefined && join(path, '..', specifier) === hermeticWiring,
    ),
  );
  return [
    ...unproven,
    ...new Set([...starts.flat(), ...users].flatMap((file) => credentialPath(byPath, file.path))),
  ];
}

function credentialPath(byPath: ReadonlyMap<string, SourceFile>, start: string): readonly Violation[] {
  const cameFrom = new Map<string, string | undefined>([[start, undefined]]);
  for (const path of cameFrom.keys()) {
    if (holdsCredentials(path)) {
      return [
        violation('credentials', start, 1, `reaches credentials: ${trail(cameFrom, path).join(' → ')}`),
      ];
    }
    for (const { specifier } of byPath.get(path)?.imports ?? []) {
      if (specifier?.startsWith('.') !== true) continue;
      const target = join(path, '..', specifier);
      if (!cameFrom.has(target)) cameFrom.set(target, path);
    }
  }
  return [];
}

function trail(cameFrom: ReadonlyMap<string, string | undefined>, end: string): readonly string[] {
  const steps: string[] = [];
  for (let step: string | undefined = end; step !== undefined; step = cameFrom.get(step)) steps.unshift(step);
  return steps;
}
