import { Failure, isFailure } from '../base/failure.ts';
import { throwIfInterrupted } from '../base/interruption.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Delivery, Reception } from '../model/delivery.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { ImageManifest } from '../model/manifest.ts';
import { formatReference, parseReference, tagOrDigest } from '../model/reference.ts';
import { copyImage } from '../ports/copy.ts';
import type { Layout, Layouts } from '../ports/layout.ts';
import type { Registries, Repository } from '../ports/repository.ts';
import { manifestTree } from '../ports/tree.ts';
import { leftOutFailure, type Lack } from './load-lacks.ts';
import { namesOf, type NamedMember, type NameOrder } from './load-names.ts';
import { readBundle } from './open-bundle.ts';
import type { Watching } from './tools.ts';

export interface LoadRegistryOrder extends NameOrder {
  /** Folder of the bundle. */
  readonly bundle: string;
}

export interface LoadRegistryTools {
  readonly layouts: Layouts;
  readonly registries: Registries;
}

/** A member on its way to a repository. */
interface Copying {
  readonly member: NamedMember;
  readonly layout: Layout;
  readonly to: Repository;
  /** All images below the member, of all platforms. */
  readonly images: readonly ImageManifest[];
  /** A repository of the same registry that holds what the bundle leaves out. */
  readonly mountFrom: string | undefined;
}

/**
 * Copies the images of a bundle to a registry, whole indexes with all platforms and the evidence about them, and moves
 * the tags last. This is no promotion: no verdict is asked for, so the names must be given.
 * @throws Failure `usage`, `blob-left-out`, and whatever opening and asking throws
 */
export async function loadIntoRegistry(
  order: LoadRegistryOrder,
  tools: LoadRegistryTools,
  watching: Watching,
): Promise<readonly Reception[]> {
  const layout = await tools.layouts.open(order.bundle);
  const bundle = await readBundle(layout);
  const members = namesOf(bundle, order);
  if (order.as.length < members.length) {
    throw new Failure(
      'usage',
      'what is loaded into a registry needs a name: which registry, which repository?',
      {
        hint: 'Give each image one with `--as IMAGE=REGISTRY/REPOSITORY:TAG`.',
      },
    );
  }
  const copies: Copying[] = [];
  const lacks: Lack[] = [];
  for (const member of members) {
    const to = tools.registries.open(member.name.registry, member.name.repository);
    const tree = await manifestTree(layout, member.candidate.digest);
    const images = tree.filter((each) => each.kind === 'manifest');
    const mountFrom = mountableFrom(bundle, member);
    copies.push({ member, layout, to, images, mountFrom });
    const mount =
      mountFrom === undefined ? undefined : tools.registries.open(member.name.registry, mountFrom);
    for (const blob of images.flatMap(({ layers }) => layers)) {
      if ((await layout.hasBlob(blob.digest)) || (await to.hasBlob(blob.digest))) continue;
      if ((await mount?.hasBlob(blob.digest)) !== true) lacks.push({ receiver: to.name, blob });
    }
  }
  if (lacks.length > 0) throw leftOutFailure(lacks, { bundle, bundleName: order.bundleName });
  const receptions: Reception[] = [];
  for (const copying of copies) receptions.push(await receive(copying, watching));
  return receptions;
}

async function receive(copying: Copying, watching: Watching): Promise<Reception> {
  const receiver = copying.to.name;
  try {
    return { receiver, state: 'loaded', deliveries: [await copyMember(copying, watching)] };
  } catch (failure) {
    throwIfInterrupted(watching.signal);
    if (!isFailure(failure)) throw failure;
    return { receiver, state: 'failed', deliveries: [], failure };
  }
}

async function copyMember(copying: Copying, { observe }: Watching): Promise<Delivery> {
  const { member, layout, to, mountFrom } = copying;
  const { image, digest } = member.candidate;
  const sent: Descriptor[] = [];
  let held = 0;
  const onBlob = (blob: Descriptor, result: 'present' | 'mounted' | 'stored'): void => {
    if (result === 'stored') sent.push(blob);
    else held += 1;
  };
  const mount = mountFrom === undefined ? {} : { mountFrom };
  const root = await copyImage(layout, to, digest, { onBlob, ...mount });
  for (const about of [digest, ...copying.images.map((each) => each.digest)])
    for (const { digest: evidence } of await layout.referrers(about)) await copyImage(layout, to, evidence);
  const bytes = sent.reduce((sum, { size }) => sum + size, 0);
  const step = { kind: 'delivery-step', receiver: to.name, image } as const;
  observe({ ...step, step: { kind: 'sent', layers: sent.length, bytes, held } });
  await to.putManifest(root, tagOrDigest(member.name));
  await proveCopy(copying);
  const name = formatReference(member.name);
  observe({ ...step, step: { kind: 'named', name } });
  const layers = { sent: sent.length, sentBytes: bytes, held };
  return { image, name, identity: { kind: 'manifest', digest }, layers, started: 'none' };
}

/** What the registry hands out under the name, read again: the same bytes, and every blob that they name. */
async function proveCopy({ member, to, images }: Copying): Promise<void> {
  const { digest } = member.candidate;
  const found = await to.resolve(tagOrDigest(member.name));
  if (found?.digest !== digest) {
    throw new Failure(
      'image-unloadable',
      `${formatReference(member.name)} stands for ${found?.digest ?? 'nothing'} and not for ${digest}`,
      { hint: 'Somebody else moves this name, or the registry does not do what it says; load it again.' },
    );
  }
  await to.manifest(digest);
  for (const image of images) {
    await to.manifest(image.digest);
    for (const blob of [image.config, ...image.layers]) {
      if (await to.hasBlob(blob.digest)) continue;
      throw new Failure('image-unloadable', `${to.name} took ${image.digest}, but it lacks ${blob.digest}`);
    }
  }
}

function mountableFrom(bundle: Bundle, { name }: NamedMember): string | undefined {
  for (const { sources } of bundle.leftOut) {
    for (const source of sources) {
      if (source.kind !== 'registry') continue;
      const { registry, repository } = parseReference(source.reference);
      if (registry === name.registry) return repository;
    }
  }
  return undefined;
}
