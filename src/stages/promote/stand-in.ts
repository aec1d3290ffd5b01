import { Failure } from '../../base/failure.ts';
import { invariant } from '../../base/invariant.ts';
import { plural } from '../../base/text.ts';
import type { Candidate } from '../../model/candidate.ts';
import type { Equivalence, FileChange } from '../../model/change.ts';
import { shortDigest, type Digest } from '../../model/digest.ts';
import type { SourceState } from '../../model/evidence.ts';
import type { StandIn } from '../../model/stand-in.ts';

/** A stand-in whose files were compared. Made here and nowhere else, as moves are by `allowMoves`. */
export type ProvenStandIn = StandIn & { readonly __brand: 'ProvenStandIn' };

export interface StandInOrder {
  /** What the verdict is on. */
  readonly tested: Candidate;
  readonly rebuilt: Candidate;
  readonly commit: string;
  /** Of each platform, what a comparison for a proof found. */
  readonly comparisons: readonly Comparison[];
  /** A command that shows all that differs. */
  readonly showAll: string;
}

export interface Comparison {
  readonly platform: string;
  readonly tested: Digest;
  readonly rebuilt: Digest;
  readonly equivalence: Equivalence;
}

/** @throws Failure `rebuild-differs`, with the files and settings that differ */
export function proveStandIn(order: StandInOrder): ProvenStandIn {
  const { tested, rebuilt, commit, comparisons } = order;
  checkPlatforms(tested, rebuilt);
  const platforms = rebuilt.platforms.map(({ platform, manifest }) => {
    const before = tested.platforms.find((each) => each.platform === platform)?.manifest;
    const compared = comparisons.find(
      (each) => each.platform === platform && each.tested === before && each.rebuilt === manifest,
    );
    invariant(compared !== undefined, 'every platform of a rebuild was compared');
    const { equivalence } = compared;
    if (!equivalence.equivalent) throw differs(order, platform, equivalence);
    return { platform, tested: compared.tested, rebuilt: compared.rebuilt, noise: equivalence.noise };
  });
  const standIn = { image: rebuilt.image, tested: tested.digest, rebuilt: rebuilt.digest, commit, platforms };
  proven.add(standIn);
  invariant(isProven(standIn), 'a stand-in that was made here is known here');
  return standIn;
}

/**
 * The commit that two bundles were made of.
 * @throws Failure `rebuild-differs` where it is not one and the same, or nobody can tell
 */
export function sameCommit(tested: SourceState, rebuilt: SourceState): string {
  for (const [side, { commit, dirty }] of [
    ['the tested images were', tested],
    ['the rebuild was', rebuilt],
  ] as const) {
    if (commit !== undefined && !dirty) continue;
    const why = dirty ? 'files that differed from their commit' : 'a source without a commit';
    throw new Failure('rebuild-differs', `${side} made of ${why}`, {
      hint: 'Build both from a clean checkout; `bundle create --commit` names the commit of images that something else built.',
    });
  }
  const { commit } = rebuilt;
  if (commit !== undefined && commit === tested.commit) return commit;
  throw new Failure(
    'rebuild-differs',
    `the rebuild is of commit ${commit}, and the tested images are of ${tested.commit}`,
    { hint: 'Build the commit that was tested, or run `lockkeeper gate` on the rebuild.' },
  );
}

/** True for what {@link proveStandIn} made; a copy of it, however alike, is something else. */
export function isProven(standIn: StandIn): standIn is ProvenStandIn {
  return proven.has(standIn);
}

const proven = new WeakSet<StandIn>();

function checkPlatforms(tested: Candidate, rebuilt: Candidate): void {
  const [before, after] = [tested, rebuilt].map(({ platforms }) =>
    platforms
      .map(({ platform }) => platform)
      .toSorted()
      .join(', '),
  );
  if (before === after) return;
  throw new Failure(
    'rebuild-differs',
    `the rebuild of ${rebuilt.image} is for ${after}, and what was tested is for ${before}`,
    { hint: 'Build the same platforms, or run `lockkeeper gate` on the rebuild.' },
  );
}

// Enough to know where to look; the command in the hint shows all.
const namedMax = 5;

function differs(
  { tested, rebuilt, showAll }: StandInOrder,
  platform: string,
  { files, settings, unread }: Equivalence,
): Failure {
  const more = files.length - namedMax;
  const parts = [
    ...files.slice(0, namedMax).map(fileText),
    ...(more > 0 ? [plural(more, 'more file')] : []),
    ...settings.map(({ setting }) => `the setting ${setting}`),
    ...unread.map((layer) => `layer ${shortDigest(layer)}, which nobody could read`),
  ];
  const images = `${shortDigest(rebuilt.digest)} is not what was tested as ${shortDigest(tested.digest)}`;
  return new Failure(
    'rebuild-differs',
    `the rebuild of ${rebuilt.image} for ${platform}, ${images}; it differs in ${parts.join('; ')}`,
    { hint: `\`${showAll}\` shows all of it. Or run \`lockkeeper gate\` on the rebuild itself.` },
  );
}

/** `opt/app/main.txt (content), of layer 3f2a…`. Foreign text. */
function fileText({ path, kind, aspects, owner }: FileChange): string {
  const how = kind === 'changed' ? aspects.join(', ') : kind;
  const whose = owner.kind === 'package' ? `${owner.ecosystem} ${owner.name}` : shortDigest(owner.digest);
  return `${path} (${how}), of ${owner.kind} ${whose}`;
}
