import type { Survey } from '../../src/model/survey.ts';
import type { UserPattern } from '../../src/model/config-scan.ts';
import { compareFileNames } from '../../src/base/file-name.ts';
import type { Tree, TreeReading } from '../../src/ports/file-tree.ts';
import { scan } from '../../src/stages/scan/scan.ts';

type Content = string | Uint8Array | { readonly refused: string };

/** Files of a test's own, as a tree. */
export function memoryTree(files: Readonly<Record<string, Content>>): Pick<Tree, 'list' | 'read'> {
  return {
    list: () => Promise.resolve(Object.keys(files).toSorted(compareFileNames)),
    read: (names, { receive, bytesMax }: TreeReading) => {
      for (const path of names) {
        const content = files[path];
        if (content === undefined) continue;
        if (typeof content === 'object' && 'refused' in content) {
          receive({ kind: 'refused', path, why: content.refused });
          continue;
        }
        const bytes = Buffer.from(content);
        if (bytes.length > bytesMax)
          receive({ kind: 'refused', path, why: `it is larger than ${bytesMax} bytes` });
        else receive({ kind: 'bytes', path, bytes });
      }
      return Promise.resolve();
    },
  };
}

/** Scans files of a test's own, with all that `init` asks for as well. */
export function scanFiles(
  files: Readonly<Record<string, Content>>,
  patterns: readonly UserPattern[] = [],
): Promise<Survey> {
  return scan(memoryTree(files), { survey: true, patterns });
}
