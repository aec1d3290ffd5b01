import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import type { Digest } from '../model/digest.ts';
import type { ImageIndex, Manifest } from '../model/manifest.ts';
import { formatPlatform, type Platform } from '../model/platform.ts';
import type { Shipment } from '../ports/receiver.ts';
import type { Repository } from '../ports/repository.ts';
import { selectPlatform } from '../stages/resolve/platforms.ts';
import type { NamedMember } from './load-names.ts';

export interface MemberShipment {
  readonly member: NamedMember;
  readonly shipment: Shipment;
}

/**
 * The image of a member that fits a receiver, with the way to it.
 * @throws Failure `platform-unsupported`, `bundle-invalid`, and whatever reading throws
 */
export async function shipmentFor(
  from: Repository,
  member: NamedMember,
  receiver: { readonly name: string; readonly platform: Platform },
): Promise<MemberShipment> {
  const { image, digest } = member.candidate;
  const root = await from.resolve(digest);
  if (root === undefined)
    throw new Failure('bundle-invalid', `${from.name} does not hold ${digest} of ${image}`);
  const chosen = await selectPlatform(from, root, receiver.platform);
  if (chosen === undefined) {
    const wanted = formatPlatform(receiver.platform);
    throw new Failure(
      'platform-unsupported',
      `${image} has no image for ${wanted}, which ${receiver.name} is`,
      {
        hint: `It has ${member.candidate.platforms.map(({ platform }) => platform).join(', ')}.`,
      },
    );
  }
  const path = await pathTo(from, digest, chosen.manifest.digest, 0);
  const manifest = await from.manifest(chosen.manifest.digest);
  if (path === undefined || manifest.kind !== 'manifest')
    throw new Failure('bundle-invalid', `${digest} does not lead to ${chosen.manifest.digest}`);
  return { member, shipment: { from, manifest, platform: chosen.platform, indexes: path } };
}

/** The indexes from a manifest down to one of its children, without the child. */
async function pathTo(
  from: Repository,
  digest: Digest,
  wanted: Digest,
  depth: number,
): Promise<readonly ImageIndex[] | undefined> {
  if (digest === wanted) return [];
  const here: Manifest = await from.manifest(digest);
  if (here.kind !== 'index' || depth >= limits.indexDepthMax) return undefined;
  for (const child of here.manifests) {
    if (child.digest !== wanted && child.mediaType !== here.mediaType) continue;
    const below = await pathTo(from, child.digest, wanted, depth + 1);
    if (below !== undefined) return [here, ...below];
  }
  return undefined;
}
