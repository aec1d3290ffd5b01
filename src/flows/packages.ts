import { Failure } from '../base/failure.ts';
import type { ImageSource } from '../model/image-source.ts';
import type { PackageList, PlatformPackages } from '../model/package-list.ts';
import { formatPlatform, type Platform } from '../model/platform.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import { listPackages } from '../stages/examine/list-packages.ts';
import { imageContents, openImage } from './image-contents.ts';
import { LayerReader } from './layer-reader.ts';
import { openImages, platformImages, type OpenTools } from './open-images.ts';
import type { Watching } from './tools.ts';

export interface PackagesOrder {
  readonly source: ImageSource;
  /** Undefined: all. */
  readonly platform: Platform | undefined;
}

export interface PackagesTools extends OpenTools {
  readonly layerCache: LayerCache;
}

/** What is installed in an image, platform by platform. @throws Failure as opening and reading images does */
export async function packagesOf(
  { source, platform: wanted }: PackagesOrder,
  tools: PackagesTools,
  watching: Watching,
): Promise<PackageList> {
  const [opened] = await openImages([source], tools, watching);
  if (opened === undefined) throw new Failure('manifest-missing', 'the image could not be opened');
  const { name, repository, descriptor } = opened;
  const reader = new LayerReader(tools.layerCache, watching.signal);
  const platforms: PlatformPackages[] = [];
  for (const { platform, manifest } of await platformImages(opened, wanted)) {
    const image = await openImage({ repository, manifest: manifest.digest });
    const listed = listPackages(await imageContents(image, reader));
    platforms.push({ platform: formatPlatform(platform), manifest: manifest.digest, ...listed });
  }
  return { name, digest: descriptor.digest, platforms, notices: reader.faults };
}
