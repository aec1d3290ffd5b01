import type { YamlEntry, YamlNode } from '../../../base/yaml-node.ts';

/** A key and its value, with the keys and indices above them. */
export interface Visited {
  readonly entry: YamlEntry;
  readonly map: YamlNode;
  /** From the root down, the key itself last: `['spec', 'containers', '0', 'image']`. */
  readonly path: readonly string[];
}

// What hangs below several aliases is seen once; this bounds what anchors within anchors can still ask for.
const visitsMax = 1_000_000;

/** Every key of a tree once, in the order of the file; `see` answers false to leave out what is below it. */
export function walkYaml(root: YamlNode, see: (visited: Visited) => boolean): void {
  const done = new Set<YamlNode>();
  const waiting: { readonly node: YamlNode; readonly path: readonly string[] }[] = [{ node: root, path: [] }];
  for (let visits = 0; visits < visitsMax; visits += 1) {
    const next = waiting.pop();
    if (next === undefined) return;
    if (done.has(next.node)) continue;
    done.add(next.node);
    const { node, path } = next;
    const below: { readonly node: YamlNode; readonly path: readonly string[] }[] = [];
    if (node.kind === 'map') {
      for (const entry of node.entries) {
        const at = [...path, entry.key];
        if (see({ entry, map: node, path: at })) below.push({ node: entry.value, path: at });
      }
    } else if (node.kind === 'list') {
      for (const [index, item] of node.items.entries())
        below.push({ node: item, path: [...path, String(index)] });
    }
    for (const each of below.toReversed()) waiting.push(each);
  }
}
