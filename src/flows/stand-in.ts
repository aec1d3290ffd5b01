import { Failure } from '../base/failure.ts';
import { shellWord } from '../base/shell-word.ts';
import type { Candidate } from '../model/candidate.ts';
import { shortDigest } from '../model/digest.ts';
import type { NoiseRule } from '../model/noise.ts';
import { equivalence } from '../stages/examine/equivalence.ts';
import { proveStandIn, sameCommit, type Comparison, type ProvenStandIn } from '../stages/promote/stand-in.ts';
import type { BundleInLayout } from './allowed-set.ts';
import { examineImages } from './examine-images.ts';
import { checkPlatforms } from './gate-unit.ts';
import { openImage } from './image-contents.ts';
import { proofCache } from './proof-cache.ts';
import type { StoredVerdict } from './read-verdict.ts';
import type { Watching } from './tools.ts';
import { verdictsOf } from './verdicts.ts';

export interface StandInsOrder {
  readonly tested: BundleInLayout;
  /** The verdict on it. */
  readonly stored: StoredVerdict;
  readonly rebuilt: BundleInLayout;
  /** Rules beyond those that are always known. */
  readonly noise: readonly NoiseRule[];
}

/**
 * Proves that each image of a rebuild is the same as the one of that name which was tested: of one commit, for the same
 * platforms, with the same settings, and files that differ in nothing but known noise. Every byte that the answer depends
 * on is read and hashed here, on both sides: what earlier commands kept of layers is not believed.
 * @throws Failure `rebuild-differs`, `verdict-forbids` (the rebuild has a verdict of its own), and whatever reading throws
 */
export async function proveStandIns(
  { tested, stored, rebuilt, noise }: StandInsOrder,
  watching: Watching,
): Promise<readonly ProvenStandIn[]> {
  await refuseOwnVerdict(tested, rebuilt);
  const commit = sameCommit(stored.document.record.source, rebuilt.bundle.source);
  checkMembers(tested, rebuilt);
  const standIns: ProvenStandIn[] = [];
  const cache = proofCache();
  for (const candidate of rebuilt.bundle.members) {
    const before = tested.bundle.members.find(({ image }) => image === candidate.image);
    if (before === undefined) continue;
    await checkPlatforms(candidate, rebuilt.layout);
    const comparisons: Comparison[] = [];
    for (const { platform, manifest } of candidate.platforms) {
      const other = before.platforms.find((each) => each.platform === platform);
      if (other === undefined) continue;
      const { change } = await examineImages(
        {
          baseline: await openImage({ repository: tested.layout, manifest: other.manifest }),
          candidate: await openImage({ repository: rebuilt.layout, manifest }),
          reach: 'proof',
          noise,
        },
        cache,
        watching.signal,
      );
      comparisons.push({
        platform,
        tested: other.manifest,
        rebuilt: manifest,
        equivalence: equivalence(change, noise),
      });
    }
    const showAll = diffCommand(candidate, tested, rebuilt);
    const standIn = proveStandIn({ tested: before, rebuilt: candidate, commit, comparisons, showAll });
    watching.observe({ kind: 'stood-in', standIn });
    standIns.push(standIn);
  }
  return standIns;
}

/**
 * A verdict on the rebuild itself is the last word on it, whatever another image was found to be.
 * @throws Failure `verdict-forbids`
 */
export async function refuseOwnVerdict(tested: BundleInLayout, rebuilt: BundleInLayout): Promise<void> {
  const tried = new Set(tested.bundle.members.map(({ digest }) => digest));
  const others = rebuilt.bundle.members.filter(({ digest }) => !tried.has(digest));
  const [own] = await verdictsOf(rebuilt.layout, others);
  if (own === undefined) return;
  const image = own.subject === undefined ? 'the rebuild' : shortDigest(own.subject.digest);
  throw new Failure('verdict-forbids', `${image} in ${rebuilt.layout.path} has a verdict of its own`, {
    hint: 'That one counts, and no other. Promote without --equivalent-to.',
  });
}

function checkMembers(tested: BundleInLayout, rebuilt: BundleInLayout): void {
  const [before, after] = [tested, rebuilt].map(({ bundle }) =>
    bundle.members
      .map(({ image }) => image)
      .toSorted()
      .join(', '),
  );
  if (before === after) return;
  throw new Failure('rebuild-differs', `the rebuild holds ${after}, and ${before} was tested`, {
    hint: 'A set is tested and promoted whole: build the same images.',
  });
}

function diffCommand({ image }: Candidate, tested: BundleInLayout, rebuilt: BundleInLayout): string {
  const [before, after] = [tested, rebuilt].map(({ layout }) => shellWord(`oci:${layout.path}:${image}`));
  return `lockkeeper diff --equivalent ${before} ${after}`;
}
