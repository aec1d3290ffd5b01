import type { LayerFile } from '../../src/stages/examine/packages/facts-reader.ts';
import { noFacts } from '../../src/stages/examine/packages/facts-reader.ts';
import { packageReaders } from '../../src/stages/examine/packages/readers.ts';
import type { FileFacts } from '../../src/model/package.ts';

/** What the readers make of one file, handed over in pieces that fall anywhere. */
export function readFacts(
  path: string,
  content: string | Uint8Array,
  { pieceBytes = 7_919, ...header }: Partial<LayerFile> & { readonly pieceBytes?: number } = {},
): FileFacts {
  const bytes = Buffer.from(content);
  const reader = packageReaders.open({ path, size: bytes.length, executable: false, ...header });
  if (reader === undefined) return noFacts;
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.push(bytes.subarray(at, at + pieceBytes));
  return reader.end();
}
