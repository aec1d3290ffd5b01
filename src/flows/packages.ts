import { Failure } from '../base/failure.ts';
import type { ImageSource } from '../model/image-source.ts';
import type { PackageList, PlatformPackages } from '../model/package-list.ts';
import type { Platform } from '../model/platform.ts';
import type { LayerCache } from '../ports/layer-cache.ts';
import { listPackages } from '../stages/examine/list-packages.ts';
import { imageContents } from './image-contents.ts';
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
  const { name, descriptor } = opened;
  const reader = new LayerReader(tools.layerCache, watching.signal);
  const platforms: PlatformPackages[] = [];
  for (const { platform, open } of await platformImages(opened, wanted)) {
    const image = await open();
    const listed = listPackages(await imageContents(image, reader));
    platforms.push({ platform, manifest: image.manifest.digest, ...listed });
  }
  return { name, digest: descriptor.digest, platforms, notices: reader.faults };
}
