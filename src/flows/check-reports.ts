import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { collectBytes } from '../base/stream.ts';
import { readTar } from '../base/tar-read.ts';
import { annotationKeys } from '../model/artifact-manifest.ts';
import { digestHex, digestOf } from '../model/digest.ts';
import type { Evidence } from '../model/evidence.ts';
import type { ImageManifest } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import type { Repository } from '../ports/repository.ts';
import { folderOf } from './verdict-files.ts';

/**
 * The raw reports that lie beside evidence are those that it names. No verdict stands on them, but a person who looks into
 * them must not be told another story. Reports of a run that an earlier gate left may be absent.
 * @throws Failure `content-refused`, and whatever reading throws
 */
export async function checkReports(
  repository: Repository,
  artifact: ImageManifest,
  evidences: readonly Evidence[],
): Promise<void> {
  const left = new Map(evidences.map((evidence) => [`${folderOf(evidence)}/reports.tar`, evidence]));
  for (const layer of artifact.layers) {
    if (layer.mediaType !== mediaTypes.reports) continue;
    const title = layer.annotations?.[annotationKeys.title] ?? '';
    const evidence = left.get(title);
    if (evidence === undefined) throw refused(title, 'no evidence names it, or it is there twice');
    left.delete(title);
    const refuse = (why: string): Failure => refused(title, why);
    const named = new Set(
      evidence.trials.flatMap(({ reports }) => reports.map(({ digest }) => digestHex(digest))),
    );
    for await (const { name, kind, content } of readTar(repository.blob(layer), refuse)) {
      if (kind !== 'file' || !named.has(name)) throw refuse('it holds what the evidence does not name');
      const bytes = await collectBytes(content, limits.reportBytesMax, () => {
        throw refuse(`a report is larger than ${limits.reportBytesMax} bytes`);
      });
      if (digestHex(digestOf(bytes)) !== name) throw refuse('a report is not the one that it is called');
    }
  }
}

function refused(title: string, why: string): Failure {
  return new Failure('content-refused', `the raw reports ${JSON.stringify(title)} are refused: ${why}`);
}
