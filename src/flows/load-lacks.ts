import { Failure } from '../base/failure.ts';
import { unreachable } from '../base/invariant.ts';
import { sizeText } from '../base/quantity.ts';
import type { BlobSource, Bundle } from '../model/bundle.ts';
import type { Descriptor } from '../model/descriptor.ts';

/** A blob that is neither in the bundle nor in a receiver. */
export interface Lack {
  readonly receiver: string;
  readonly blob: Descriptor;
}

/** Which blobs, who lacks them, where they can be had, and the command that brings them. */
export function leftOutFailure(
  lacks: readonly Lack[],
  { bundle, bundleName }: { readonly bundle: Bundle; readonly bundleName: string },
): Failure {
  const byBlob = new Map(lacks.map((lack) => [lack.blob.digest, lack.blob]));
  const lines = [...byBlob.values()].map((blob) => {
    const without = lacks.filter((lack) => lack.blob.digest === blob.digest);
    const who = [...new Set(without.map(({ receiver }) => receiver))].join(', ');
    const sources = bundle.leftOut.find(({ digest }) => digest === blob.digest)?.sources ?? [];
    const where = sources.map(sourceText).join(' or ') || 'nobody says where it can be had';
    return `${blob.digest} (${sizeText(blob.size)}), which ${who} lacks: ${where}`;
  });
  return new Failure(
    'blob-left-out',
    [`${bundleName} leaves out what the receiver does not hold either; nothing was changed`, ...lines].join(
      '\n',
    ),
    { hint: `Run \`lockkeeper bundle complete ${bundleName}\`, then load it again.` },
  );
}

function sourceText(source: BlobSource): string {
  switch (source.kind) {
    case 'registry':
      return `in ${source.reference}`;
    case 'bundle':
      return `in the bundle of set ${source.set}`;
    case 'cache':
      return `in the cache ${source.key}`;
    default:
      return unreachable(source);
  }
}
