import { digestOf } from '../../src/model/digest.ts';
import type { ExaminedContents } from '../../src/stages/examine/compare-contents.ts';
import { FileTree } from '../../src/stages/examine/layers/file-tree.ts';
import { layerOf, type RawMember } from './layers.ts';

/** Layers as an image has them; the lowest `sharedUnread` of them are not looked at. */
export async function contentsOfLayers(
  layers: readonly (readonly RawMember[])[],
  sharedUnread = 0,
): Promise<ExaminedContents> {
  const tree = new FileTree();
  const findings: string[] = [];
  let bytes = 0;
  for (const [at, members] of layers.entries()) {
    if (at < sharedUnread) continue;
    const layer = await layerOf(members);
    tree.add(layer, at);
    findings.push(...layer.findings);
    bytes += layer.bytes;
  }
  return {
    tree,
    layers: layers.map((members, at) => ({ digest: digestOf(JSON.stringify(members)), line: `step ${at}` })),
    bytes,
    sharedUnread,
    findings,
    unread: [],
  };
}
