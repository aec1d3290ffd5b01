import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { collectBytes } from '../base/stream.ts';
import type { Digest } from '../model/digest.ts';
import { parseImageConfig, type ImageConfig, type ImageManifest, type Manifest } from '../model/manifest.ts';
import { isImageConfigType } from '../model/media-type.ts';
import type { Repository } from './repository.ts';

/** A manifest or index with all manifests below it, each once, parents first. @throws Failure `content-refused`, and whatever reading throws */
export async function manifestTree(from: Repository, root: Digest): Promise<readonly Manifest[]> {
  const found = new Map<Digest, Manifest>();
  const walk = async (digest: Digest, depth: number): Promise<void> => {
    if (found.has(digest)) return;
    if (depth > limits.indexDepthMax || found.size >= limits.indexDescriptorsMax)
      throw new Failure(
        'content-refused',
        `${from.name}: ${root} is nested too deep, or holds too many manifests`,
      );
    const manifest = await from.manifest(digest);
    found.set(digest, manifest);
    if (manifest.kind === 'index')
      for (const child of manifest.manifests) await walk(child.digest, depth + 1);
  };
  await walk(root, 0);
  return [...found.values()];
}

/** What an image says of itself; undefined: it is no image but an artifact. @throws Failure `content-*`, and whatever reading throws */
export async function imageConfigOf(
  from: Pick<Repository, 'name' | 'blob'>,
  { config, digest }: ImageManifest,
): Promise<ImageConfig | undefined> {
  if (!isImageConfigType(config.mediaType)) return undefined;
  const tooLarge = (): never => {
    throw new Failure(
      'content-refused',
      `${from.name}: the config of ${digest} is larger than ${limits.imageConfigBytesMax} bytes`,
    );
  };
  if (config.size > limits.imageConfigBytesMax) tooLarge();
  const bytes = await collectBytes(from.blob(config), limits.imageConfigBytesMax, tooLarge);
  return parseImageConfig(bytes, config.digest);
}
