import { canonicalJson } from '../../base/canonical-json.ts';
import { Failure } from '../../base/failure.ts';
import type { Bundle, BundledBaseline } from '../../model/bundle.ts';
import type { Candidate, CandidateOrigin, PlatformBuild } from '../../model/candidate.ts';
import type { Descriptor } from '../../model/descriptor.ts';
import { digestOf, type Digest } from '../../model/digest.ts';
import type { SourceState } from '../../model/evidence.ts';
import { isIndexType } from '../../model/media-type.ts';

/** One of the bundles that are put together. */
export interface Part {
  /** For people. */
  readonly place: string;
  readonly bundle: Bundle;
  /** All manifests that its members name, by digest. */
  readonly manifests: ReadonlyMap<Digest, Descriptor>;
}

export interface MergeRules {
  /** Every member has to be there for each of these; empty: for each platform that any member is there for. */
  readonly platforms: readonly string[];
  /** Bundles of different commits may be put together; the result then belongs to none. */
  readonly anyCommit: boolean;
}

export interface Merged {
  readonly members: readonly MergedMember[];
  readonly source: SourceState;
  readonly baselines: readonly BundledBaseline[];
}

export interface MergedMember {
  /** Its digest is that of the first part; where an index is to be made of the parts, that index's comes in its place. */
  readonly candidate: Candidate;
  /** What to copy: the manifests of the index to be made, in the order of their platforms, or the image as it is. */
  readonly manifests: readonly Descriptor[];
  /** An index has to be made. */
  readonly isIndex: boolean;
}

/**
 * What comes out when bundles are put together. @throws Failure `bundle-conflict` when a platform is missing, or there
 * twice with different digests; when commits differ; when baselines do
 */
export function merge(parts: readonly Part[], rules: MergeRules): Merged {
  const names = [...new Set(parts.flatMap(({ bundle }) => bundle.members.map(({ image }) => image)))];
  const members = names.map((name) => mergeMember(name, parts));
  checkComplete(members, rules.platforms);
  return { members, source: commonSource(parts, rules), baselines: commonBaselines(parts) };
}

interface Piece {
  readonly part: Part;
  readonly member: Candidate;
}

function mergeMember(name: string, parts: readonly Part[]): MergedMember {
  const pieces = parts.flatMap((part) =>
    part.bundle.members.filter(({ image }) => image === name).map((member): Piece => ({ part, member })),
  );
  const platforms = new Map<string, { readonly manifest: Digest; readonly place: string }>();
  for (const { part, member } of pieces) {
    for (const { platform, manifest } of member.platforms) {
      const before = platforms.get(platform);
      if (before !== undefined && before.manifest !== manifest) {
        throw conflict(
          `${name} is there twice for ${platform}: ${before.manifest} in ${before.place}, ${manifest} in ${part.place}`,
          'Leave one of the two bundles out.',
        );
      }
      platforms.set(platform, before ?? { manifest, place: part.place });
    }
  }
  const sorted = [...platforms].toSorted(([left], [right]) => (left < right ? -1 : 1));
  const listed = sorted.map(([platform, { manifest }]) => ({ platform, manifest }));
  const [first] = pieces;
  if (first === undefined) throw conflict(`${name} is in none of them`, 'Name the bundle that holds it.');
  const origin = mergedOrigin(name, pieces);
  // The same image several times, or one that one bundle holds for all platforms: it stays what it is.
  const whole = pieces.find(({ member }) => member.platforms.length === platforms.size)?.member;
  if (whole !== undefined) {
    checkSame(name, whole, pieces);
    const { digest, mediaType } = whole;
    return {
      candidate: { ...whole, origin },
      manifests: [{ digest, mediaType, size: 0 }],
      isIndex: false,
    };
  }
  return {
    candidate: { ...first.member, platforms: listed, origin },
    manifests: listed.map(({ manifest }) => descriptorIn(parts, manifest)),
    isIndex: true,
  };
}

/** An index in one bundle and the same images under another index in the next: nobody can tell which one is meant. */
function checkSame(name: string, whole: Candidate, pieces: readonly Piece[]): void {
  const other = pieces.find(
    ({ member }) =>
      member.digest !== whole.digest && isIndexType(member.mediaType) && isIndexType(whole.mediaType),
  );
  if (other === undefined) return;
  throw conflict(
    `${name} is there twice: as the index ${whole.digest}, and as ${other.member.digest} in ${other.part.place}`,
    'Leave one of the two bundles out.',
  );
}

function descriptorIn(parts: readonly Part[], digest: Digest): Descriptor {
  const found = parts.map(({ manifests }) => manifests.get(digest)).find((each) => each !== undefined);
  if (found !== undefined) return found;
  throw conflict(`no bundle holds the manifest ${digest}`, 'Have the bundles made again.');
}

/** What one image was made of, from what its parts were made of. */
function mergedOrigin(name: string, pieces: readonly Piece[]): CandidateOrigin {
  const origins = pieces.map(({ member }) => member.origin);
  const [first, ...others] = origins;
  const built = origins.filter((origin) => origin.kind === 'built');
  const ready = origins.filter((origin) => origin.kind === 'ready');
  const onPlatform = origins.filter((origin) => origin.kind === 'platform');
  const ways = [built, ready, onPlatform].filter((each) => each.length > 0);
  if (first === undefined || ways.length > 1)
    throw conflict(`${name} was built for one platform and taken ready for another`, 'Make both in one way.');
  if (others.length === 0) return first;
  if (ready.length > 0) {
    const references = [...new Set(ready.map(({ reference }) => reference))];
    const resolvedAt = ready.map((each) => each.resolvedAt).toSorted()[0] ?? '';
    return { kind: 'ready', reference: references.join(' + ').slice(0, 1000), resolvedAt };
  }
  const [platformBuild] = onPlatform;
  if (platformBuild !== undefined) return mergedPlatform(platformBuild, onPlatform);
  const inputs = built.map((each) => each.inputs).toSorted();
  return {
    kind: 'built',
    inputs: new Set(inputs).size === 1 ? (inputs[0] ?? digestOf('')) : digestOf(canonicalJson(inputs)),
    builtBy: [...new Set(built.map(({ builtBy }) => builtBy))].join(', ').slice(0, 200),
    startedAt: built.map(({ startedAt }) => startedAt).toSorted()[0] ?? '',
  };
}

/** One for each processor, in the same channel's builder for each. */
function mergedPlatform(first: PlatformBuild, all: readonly PlatformBuild[]): PlatformBuild {
  const joined = (texts: readonly string[]): string => [...new Set(texts)].join(' + ').slice(0, 1000);
  return {
    ...first,
    builder: joined(all.map(({ builder }) => builder)),
    runImage: joined(all.map(({ runImage }) => runImage)),
    inputs: digestOf(canonicalJson(all.map(({ inputs }) => inputs).toSorted())),
  };
}

function checkComplete(members: readonly MergedMember[], wanted: readonly string[]): void {
  const all = new Set(
    wanted.length > 0
      ? wanted
      : members.flatMap(({ candidate }) => candidate.platforms.map(({ platform }) => platform)),
  );
  for (const { candidate } of members) {
    const missing = [...all].find(
      (platform) => !candidate.platforms.some((each) => each.platform === platform),
    );
    if (missing === undefined) continue;
    throw conflict(
      `${candidate.image} is not there for ${missing}`,
      'Name the bundle that holds it too, or say with --platform which platforms there have to be.',
    );
  }
}

function commonSource(parts: readonly Part[], { anyCommit }: MergeRules): SourceState {
  const sources = new Map(parts.map((part) => [canonicalJson(sourceJson(part.bundle.source)), part]));
  const [first, second] = [...sources.values()];
  if (first !== undefined && second === undefined) return first.bundle.source;
  if (first !== undefined && second !== undefined && !anyCommit) {
    throw conflict(
      `${first.place} was made from ${sourceWords(first.bundle.source)}, and ${second.place} from ${sourceWords(second.bundle.source)}`,
      'Make them from one commit, or let them differ with --any-commit; the result then belongs to none.',
    );
  }
  return { commit: undefined, tree: undefined, dirty: true };
}

function sourceJson({ commit, tree, dirty }: SourceState): Readonly<Record<string, string | boolean>> {
  return { commit: commit ?? '', tree: tree ?? '', dirty };
}

function sourceWords({ commit, dirty }: SourceState): string {
  return `${commit?.slice(0, 12) ?? 'no commit'}${dirty ? ' with local changes' : ''}`;
}

/** Looked up at different times is no conflict; found at different places is one. */
function commonBaselines(parts: readonly Part[]): readonly BundledBaseline[] {
  const found = new Map<string, BundledBaseline>();
  for (const baseline of parts.flatMap(({ bundle }) => bundle.baselines)) {
    const before = found.get(baseline.image);
    if (
      before !== undefined &&
      (before.digest !== baseline.digest || before.reference !== baseline.reference)
    ) {
      throw conflict(
        `the baseline of ${baseline.image} is ${before.digest ?? 'nothing'} in one and ${baseline.digest ?? 'nothing'} in another`,
        'Look the baselines up after the merge, with `lockkeeper resolve`.',
      );
    }
    found.set(baseline.image, before ?? baseline);
  }
  return [...found.values()];
}

function conflict(why: string, hint: string): Failure {
  return new Failure('bundle-conflict', `the bundles do not fit together: ${why}`, { hint });
}
