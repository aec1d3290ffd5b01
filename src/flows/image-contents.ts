import { Failure } from '../base/failure.ts';
import { invariant } from '../base/invariant.ts';
import { limits } from '../base/limits.ts';
import type { Digest } from '../model/digest.ts';
import type { ImageConfig, ImageManifest } from '../model/manifest.ts';
import { isForeignLayerType } from '../model/media-type.ts';
import type { Repository } from '../ports/repository.ts';
import { imageConfigOf } from '../ports/tree.ts';
import type { ExaminedContents } from '../stages/examine/compare-contents.ts';
import { FileTree } from '../stages/examine/layers/file-tree.ts';
import type { LayerReader } from './layer-reader.ts';

/** One image of one platform, in the place where it lies. */
export interface ImagePlace {
  readonly repository: Repository;
  readonly manifest: Digest;
}

/** Its manifest and config, both verified. */
export interface OpenedImage {
  readonly repository: Repository;
  readonly manifest: ImageManifest;
  readonly config: ImageConfig;
}

/** @throws Failure `content-refused`, `content-mismatch`, `manifest-missing`, `registry-*` */
export async function openImage({ repository, manifest: digest }: ImagePlace): Promise<OpenedImage> {
  const manifest = await repository.manifest(digest);
  const config = manifest.kind === 'manifest' ? await imageConfigOf(repository, manifest) : undefined;
  if (manifest.kind !== 'manifest' || config === undefined)
    throw new Failure('content-refused', `${repository.name}: ${digest} is no image of one platform`);
  const [layers, diffIds] = [manifest.layers.length, config.diffIds.length];
  if (layers === diffIds) return { repository, manifest, config };
  throw new Failure(
    'content-mismatch',
    `${repository.name}: ${digest} has ${layers} layers, and its config speaks of ${diffIds}`,
  );
}

export interface ContentsOptions {
  /** Layers at the bottom that are left out. */
  readonly sharedUnread?: number;
  /** Has some of the layers, too: where one place lacks a layer, as thin bundles do, the other one may have it. */
  readonly other?: OpenedImage;
}

/**
 * Reads the layers of an image, and puts them one over the other.
 * @throws Failure `content-refused` (more than can be held), and as {@link LayerReader.read}
 */
export async function imageContents(
  { repository, manifest, config }: OpenedImage,
  reader: Pick<LayerReader, 'read'>,
  { sharedUnread = 0, other }: ContentsOptions = {},
): Promise<ExaminedContents> {
  const tree = new FileTree();
  const findings: string[] = [];
  const unread: Digest[] = [];
  const elsewhere = new Set(other?.manifest.layers.map(({ digest }) => digest));
  let [bytes, files, names] = [0, 0, 0];
  for (const [at, layer] of manifest.layers.entries()) {
    if (at < sharedUnread) continue;
    const diffId = config.diffIds[at];
    invariant(diffId !== undefined, 'an image that was opened has a diff id for each layer');
    if (isForeignLayerType(layer.mediaType) && !(await repository.hasBlob(layer.digest))) {
      unread.push(layer.digest);
      findings.push(`layer ${layer.digest} lies elsewhere by its licence and was not read`);
      continue;
    }
    const also = other !== undefined && elsewhere.has(layer.digest) ? other.repository : undefined;
    const contents = await reader.read({ from: repository, also, layer, diffId });
    files += contents.entries.length;
    for (const { path } of contents.entries) names += path.length;
    if (files > limits.imageEntriesMax || names > limits.imageNamesCharsMax)
      throw new Failure(
        'content-refused',
        `${repository.name}: an image has more than ${limits.imageEntriesMax} files, or longer names than ${limits.imageNamesCharsMax} characters`,
      );
    tree.add(contents, at);
    bytes += contents.bytes;
    findings.push(...contents.findings.map((finding) => `layer ${at + 1}: ${finding}`));
  }
  const layers = manifest.layers.map(({ digest }, at) => ({ digest, line: config.history[at] }));
  return { tree, layers, bytes, sharedUnread, findings, unread };
}
