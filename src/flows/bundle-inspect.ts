import type { Bundle } from '../model/bundle.ts';
import type { Candidate, CandidatePlatform } from '../model/candidate.ts';
import type { Digest } from '../model/digest.ts';
import { imageNameIn } from '../model/layout-entry.ts';
import type { Manifest } from '../model/manifest.ts';
import { mediaTypes } from '../model/media-type.ts';
import type { Verdict } from '../model/verdict.ts';
import { parseVerdictDocument } from '../model/verdict-document.ts';
import { readArtifactLayer } from '../ports/artifact.ts';
import type { Layout, Layouts } from '../ports/layout.ts';
import { manifestTree } from '../ports/tree.ts';
import { readBundle } from './open-bundle.ts';
import { createdAtOf, verdictsOf } from './verdicts.ts';

/** What a bundle says of itself, and what of it is there. Nothing is verified but what was read for it. */
export interface InspectedBundle extends Omit<Bundle, 'members'> {
  readonly members: readonly InspectedMember[];
  /** Of all layers and configs that the members name, each once. */
  readonly bytesHere: number;
  readonly bytesLeftOut: number;
}

export interface InspectedMember extends Omit<Candidate, 'platforms'> {
  readonly imageName: string | undefined;
  readonly platforms: readonly InspectedPlatform[];
  /** Sets of observations that lie with the image. */
  readonly evidence: number;
  /** The newest verdict on it; undefined: it was not judged. */
  readonly verdict: (Pick<Verdict, 'kind' | 'sentence'> & { readonly createdAt: string }) | undefined;
}

export interface InspectedPlatform extends CandidatePlatform {
  /** Of config and layers, packed. */
  readonly bytes: number;
  /** Of these, what is not here. */
  readonly bytesLeftOut: number;
}

/** @throws Failure `bundle-missing`, `bundle-invalid`, `manifest-missing`, `content-*` */
export async function inspectBundle(place: string, layouts: Layouts): Promise<InspectedBundle> {
  const layout = await layouts.open(place);
  const bundle = await readBundle(layout);
  const sizes = new Map<Digest, number>();
  const members: InspectedMember[] = [];
  for (const member of bundle.members) members.push(await inspectMember(member, { layout, bundle, sizes }));
  const leftOut = new Set(bundle.leftOut.map(({ digest }) => digest));
  let [bytesHere, bytesLeftOut] = [0, 0];
  for (const [digest, size] of sizes) {
    if (leftOut.has(digest) && !(await layout.hasBlob(digest))) bytesLeftOut += size;
    else bytesHere += size;
  }
  return { ...bundle, members, bytesHere, bytesLeftOut };
}

interface Inspection {
  readonly layout: Layout;
  readonly bundle: Bundle;
  /** Of all blobs that were met. */
  readonly sizes: Map<Digest, number>;
}

async function inspectMember(member: Candidate, inspection: Inspection): Promise<InspectedMember> {
  const { layout } = inspection;
  const tree = new Map((await manifestTree(layout, member.digest)).map((each) => [each.digest, each]));
  const platforms: InspectedPlatform[] = [];
  for (const each of member.platforms)
    platforms.push({ ...each, ...(await bytesOf(tree.get(each.manifest), inspection)) });
  return {
    ...member,
    imageName: imageNameIn(await layout.entries(), member.digest),
    platforms,
    ...(await judgement(layout, member)),
  };
}

async function bytesOf(
  manifest: Manifest | undefined,
  { layout, bundle, sizes }: Inspection,
): Promise<Pick<InspectedPlatform, 'bytes' | 'bytesLeftOut'>> {
  const blobs = manifest?.kind === 'manifest' ? [manifest.config, ...manifest.layers] : [];
  const listed = new Set(bundle.leftOut.map(({ digest }) => digest));
  let [bytes, bytesLeftOut] = [0, 0];
  for (const { digest, size } of new Map(blobs.map((blob) => [blob.digest, blob])).values()) {
    sizes.set(digest, size);
    bytes += size;
    if (listed.has(digest) && !(await layout.hasBlob(digest))) bytesLeftOut += size;
  }
  return { bytes, bytesLeftOut };
}

/** What the newest verdict in the bundle says; whether it follows from its evidence, `promote` and `verdict` find out. */
async function judgement(
  layout: Layout,
  member: Candidate,
): Promise<Pick<InspectedMember, 'evidence' | 'verdict'>> {
  const verdicts = await verdictsOf(layout, [member]);
  const newest = verdicts.toSorted((left, right) => (createdAtOf(left) < createdAtOf(right) ? 1 : -1))[0];
  if (newest === undefined) return { evidence: 0, verdict: undefined };
  const document = parseVerdictDocument(await readArtifactLayer(layout, newest, mediaTypes.verdict));
  const { members, verdict: ofSet } = document.setVerdict;
  const own = members.find(({ image, candidate }) => image === member.image && candidate === member.digest);
  const { kind, sentence } = own?.verdict ?? ofSet;
  return {
    evidence: newest.layers.filter(({ mediaType }) => mediaType === mediaTypes.evidence).length,
    verdict: { kind, sentence, createdAt: document.record.createdAt },
  };
}
