import { limits } from '../../../base/limits.ts';
import { readYamlDocuments, type YamlDocuments, type YamlFault } from '../../../base/yaml.ts';
import type { YamlNode } from '../../../base/yaml-node.ts';
import type { SourceText } from '../source-text.ts';
import { withoutTemplates, withTemplates } from './templates.ts';

/** YAML as it is found in repositories: broken, with templates in it, with a Helm chart's directives between its lines. */
export interface LooseYaml {
  readonly roots: readonly YamlNode[];
  /** What is wrong with the file, first things first. */
  readonly faults: readonly YamlFault[];
  /** Offsets of lines of which nothing could be read; only in broken files. */
  readonly lostLines: readonly { readonly start: number; readonly end: number }[];
}

const kept = new WeakMap<SourceText, LooseYaml>();

/** Reads a file once, however many finders want it. Spans fit the text as it is in the file. */
export function looseYaml(source: SourceText): LooseYaml {
  const known = kept.get(source);
  if (known !== undefined) return known;
  const made = readLoose(source.text);
  kept.set(source, made);
  return made;
}

const options = {
  merge: true,
  // CI files share much by anchors; what grows by powers still ends quickly.
  aliasesMax: 10_000,
  firstOfMany: true,
  anyTag: true,
  depthMax: 200,
  keepDoubles: true,
} as const;

// Lines that are left out, one after the other, to see whether more can be read without them.
const repairsMax = 12;
const repairCharsMax = 4 * 1024 * 1024;

function readLoose(text: string): LooseYaml {
  if (text.length > limits.scanTreeCharsMax) {
    const message = `it is longer than ${limits.scanTreeCharsMax} characters: only its lines were looked at`;
    return { roots: [], faults: [{ message, offset: 0 }], lostLines: linesOf(text) };
  }
  let masked = withoutTemplates(text);
  let reading = readYamlDocuments(masked, options);
  // Of two keys that a template chooses between, one is left when it has been filled in.
  const faults = reading.faults.filter(
    ({ message, breaks }) => breaks === true || masked === text || !message.endsWith('stands twice'),
  );
  const restored = (roots: readonly YamlNode[]): readonly YamlNode[] =>
    roots.map((root) => withTemplates(root, text, masked));
  if (!faults.some(({ breaks }) => breaks)) return { roots: restored(reading.roots), faults, lostLines: [] };
  const read: YamlNode[] = [...reading.roots];
  let seen = linesSeen(reading.roots, text);
  const rounds = Math.min(repairsMax, Math.floor(repairCharsMax / (text.length + 1)));
  const tried = new Set<number>();
  for (let round = 0; round < rounds; round += 1) {
    const line = suspectLine(reading, text, tried);
    if (line === undefined) break;
    tried.add(line);
    const without = blank(masked, line);
    const next = readYamlDocuments(without, options);
    const nextSeen = linesSeen(next.roots, text);
    if ([...nextSeen].every((start) => seen.has(start))) continue;
    // What the line itself held stays: the same place seen twice is one mention.
    read.push(...next.roots);
    [masked, reading, seen] = [without, next, new Set([...seen, ...nextSeen])];
  }
  return {
    roots: restored(read),
    faults,
    lostLines: linesOf(text).filter(({ start }) => !seen.has(start)),
  };
}

function linesOf(text: string): readonly { readonly start: number; readonly end: number }[] {
  return Array.from(text.matchAll(/[^\n]+/g), ({ 0: line, index }) => ({
    start: index,
    end: index + line.length,
  }));
}

/** Where the lines begin on which keys and scalars were read. */
function linesSeen(roots: readonly YamlNode[], text: string): ReadonlySet<number> {
  const offsets: number[] = [];
  visit(roots, (node, keyStart) => {
    if (keyStart !== undefined) offsets.push(keyStart);
    if (node.kind === 'scalar' && node.style !== 'block') offsets.push(node.span.start);
  });
  offsets.sort((left, right) => left - right);
  const seen = new Set<number>();
  let lineStart = 0;
  let nextLine = text.indexOf('\n') + 1;
  for (const offset of offsets) {
    while (nextLine !== 0 && nextLine <= offset) {
      lineStart = nextLine;
      nextLine = text.indexOf('\n', lineStart) + 1;
    }
    seen.add(lineStart);
  }
  return seen;
}

/** The line of the next fault, or the one where the text begins that swallowed the rest. */
function suspectLine(
  { roots, faults }: YamlDocuments,
  text: string,
  tried: ReadonlySet<number>,
): number | undefined {
  let last = 0;
  visit(roots, (node, keyStart) => {
    last = Math.max(last, keyStart ?? 0, node.kind === 'scalar' ? node.span.start : 0);
  });
  for (const { offset, breaks } of faults) {
    if (breaks !== true) continue;
    for (const at of [Math.min(offset, last), offset]) {
      const line = text.lastIndexOf('\n', Math.max(0, at - 1)) + 1;
      if (!tried.has(line)) return line;
    }
  }
  return undefined;
}

function blank(text: string, line: number): string {
  const end = text.indexOf('\n', line);
  const stop = end === -1 ? text.length : end;
  return text.slice(0, line) + ' '.repeat(stop - line) + text.slice(stop);
}

/** Every node once, also where aliases show it several times. */
function visit(
  roots: readonly YamlNode[],
  see: (node: YamlNode, keyStart: number | undefined) => void,
): void {
  const done = new Set<YamlNode>();
  const waiting: { readonly node: YamlNode; readonly key: number | undefined }[] = roots.map((node) => ({
    node,
    key: undefined,
  }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    see(next.node, next.key);
    if (done.has(next.node)) continue;
    done.add(next.node);
    if (next.node.kind === 'map')
      for (const { value, keySpan } of next.node.entries) waiting.push({ node: value, key: keySpan.start });
    else if (next.node.kind === 'list')
      for (const item of next.node.items) waiting.push({ node: item, key: undefined });
  }
}
