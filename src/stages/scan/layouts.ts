import { posix } from 'node:path';
import { jsonOf, textAt } from '../../base/json-path.ts';
import { limits } from '../../base/limits.ts';
import { bundleDocument } from '../../model/bundle.ts';
import { promotionDocument } from '../../model/promotion.ts';
import type { Tree } from '../../ports/file-tree.ts';

const versionName = 'oci-layout';
const documents = new Set([versionName, 'index.json', bundleDocument, promotionDocument]);

/** The OCI layouts in a tree (image-spec, image-layout.md). To edit a name in one would make it wrong. */
export interface Layouts {
  /** With a slash at the end, in the order of the tree. */
  readonly folders: readonly string[];
  /** Whether a layout consists of it; whatever else lies in the folder is a file like all others. */
  readonly hold: (name: string) => boolean;
}

/** Only a folder whose `oci-layout` says so is one, and never the folder that is looked at itself. */
export async function layoutsIn(tree: Pick<Tree, 'read'>, names: readonly string[]): Promise<Layouts> {
  const found = new Set<string>();
  await tree.read(
    names.filter((name) => name.endsWith(`/${versionName}`)),
    {
      bytesMax: limits.layoutVersionBytesMax,
      receive: (file) => {
        if (file.kind === 'bytes' && saysVersion(file.bytes)) found.add(posix.dirname(file.path));
      },
    },
  );
  const hold = (name: string): boolean => {
    const folder = posix.dirname(name);
    if (found.has(folder)) return documents.has(posix.basename(name));
    const [, layout = ''] = /^(.+)\/blobs\/[^/]+$/.exec(folder) ?? [];
    return found.has(layout);
  };
  return { folders: [...found].map((folder) => `${folder}/`), hold };
}

function saysVersion(bytes: Buffer): boolean {
  return textAt(jsonOf(bytes.toString('utf8')), 'imageLayoutVersion') !== undefined;
}
