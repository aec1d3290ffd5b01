import { Failure, isFailure } from '../base/failure.ts';
import { shellWord } from '../base/shell-word.ts';
import { plural } from '../base/text.ts';
import { shortDigest } from '../model/digest.ts';
import type { Evidence } from '../model/evidence.ts';
import type { GateReport } from '../model/gate-report.ts';
import type { SetVerdict, Verdict } from '../model/verdict.ts';
import type { ProvenStandIn } from '../stages/promote/stand-in.ts';
import { allowedSet, type AllowedSet, type BundleInLayout } from './allowed-set.ts';
import type { GateOrder } from './gate.ts';
import { examinePairs, type ComparedPair } from './gate-examine.ts';
import { gateReport } from './gate-report.ts';
import type { Contender } from './gate-unit.ts';
import { readBundle } from './open-bundle.ts';
import { proveStandIns } from './stand-in.ts';
import { keepStandIns } from './stand-in-evidence.ts';
import type { Tools, Watching } from './tools.ts';

/** A bundle that was tested before, as {@link GateOrder.equivalentTo} names it. */
export interface TestedBefore {
  /** Absolute. */
  readonly bundle: string;
  /** The same as the person wrote it. */
  readonly bundleName: string;
}

/** What an earlier verdict is worth for a rebuild: all of it, or nothing, and why. */
export type EarlierVerdict =
  | { readonly kind: 'stands'; readonly report: GateReport }
  | { readonly kind: 'does not stand'; readonly why: string };

export interface EarlierVerdictOrder {
  readonly gate: GateOrder;
  readonly rebuilt: BundleInLayout;
  readonly contenders: readonly Contender[];
}

/**
 * Asks whether the verdict on another bundle is good for this one, so that nothing has to be tried again: it allows a
 * promotion under the configuration in force, the images in use are those that it compared with, and each image here is
 * proven to be the same as the one that was tested. Undefined: nobody asked.
 * @throws Failure `bundle-missing`, `registry-*` and what else says nothing about the two bundles
 */
export async function earlierVerdict(
  { gate, rebuilt, contenders }: EarlierVerdictOrder,
  tools: Tools,
  watching: Watching,
): Promise<EarlierVerdict | undefined> {
  const before = gate.equivalentTo;
  if (before === undefined) return undefined;
  const layout = await tools.layouts.open(before.bundle);
  const tested = { layout, bundle: await readBundle(layout) };
  try {
    const { config, madeBy } = gate;
    const { stored } = await allowedSet({ config, approval: undefined, targets: [] }, tested);
    checkBaselines({ stored }, contenders);
    const order = { tested, stored, rebuilt, noise: config.noise };
    const standIns = await proveStandIns(order, watching);
    await keepStandIns({
      standIns,
      tested: layout,
      stored,
      rebuilt: rebuilt.layout,
      comparedBy: madeBy,
    });
    const { layerCache } = tools;
    const proof = { stored, standIns, before };
    const report = await reportOf({ gate, rebuilt, contenders }, proof, {
      layerCache,
      signal: watching.signal,
    });
    return { kind: 'stands', report };
  } catch (error) {
    if (!isFailure(error, ...saysOfBundles)) throw error;
    const why = `the suites ran, since the verdict in ${before.bundleName} does not count for this bundle: ${error.message}`;
    return { kind: 'does not stand', why };
  }
}

/** What may be wrong with a bundle that somebody else hands in; trying the images here is right then. */
const saysOfBundles = [
  'verdict-missing',
  'verdict-differs',
  'verdict-forbids',
  'rebuild-differs',
  'baseline-moved',
  'content-mismatch',
  'content-refused',
  'bundle-invalid',
  'manifest-missing',
  'blob-missing',
  'blob-left-out',
] as const;

function checkBaselines({ stored }: Pick<AllowedSet, 'stored'>, contenders: readonly Contender[]): void {
  for (const { definition, baseline } of contenders) {
    const member = stored.document.record.members.find(({ image }) => image === definition.name);
    const [was, is] = [member?.baseline, baseline.descriptor?.digest];
    if (member !== undefined && was === is) continue;
    const [then, now] = [was, is].map((digest) => (digest === undefined ? 'nothing' : shortDigest(digest)));
    throw new Failure(
      'baseline-moved',
      `${definition.name} was compared with ${then}, and its name stands at ${now} now`,
    );
  }
}

interface Proof {
  readonly stored: AllowedSet['stored'];
  readonly standIns: readonly ProvenStandIn[];
  readonly before: TestedBefore;
}

/** The earlier verdict, with what differs between the images in use and the rebuild, and the command for both bundles. */
async function reportOf(
  { gate, rebuilt, contenders }: EarlierVerdictOrder,
  { stored, standIns, before }: Proof,
  tools: Pick<Tools, 'layerCache'> & Pick<Watching, 'signal'>,
): Promise<GateReport> {
  const { document, evidences } = stored;
  const pairs = evidences.map((evidence) => comparedAs(evidence, { contenders, standIns, rebuilt }));
  const { changes, notices } = await examinePairs(pairs, gate.config, tools);
  return gateReport({
    path: gate.bundleName,
    record: document.record,
    setVerdict: promotingBoth(document.setVerdict, before),
    evidences,
    changes,
    notices: [...standIns.map((standIn) => standInNotice(standIn, before)), ...notices],
  });
}

function comparedAs(
  { image, platform, baseline }: Evidence,
  {
    contenders,
    standIns,
    rebuilt,
  }: Pick<EarlierVerdictOrder, 'contenders' | 'rebuilt'> & Pick<Proof, 'standIns'>,
): ComparedPair {
  const contender = contenders.find(({ definition }) => definition.name === image);
  const stands = standIns
    .find((each) => each.image === image)
    ?.platforms.find((each) => each.platform === platform);
  return {
    image,
    platform,
    baseline:
      contender === undefined || baseline === undefined
        ? undefined
        : { repository: contender.baseline.repository, manifest: baseline },
    candidate: stands === undefined ? undefined : { repository: rebuilt.layout, manifest: stands.rebuilt },
    change: undefined,
  };
}

/** The next command names both bundles. */
function promotingBoth(verdict: SetVerdict, { bundleName }: TestedBefore): SetVerdict {
  const both = (each: Verdict): Verdict => ({
    ...each,
    next: each.next.replace('promote DIR', `promote DIR --equivalent-to ${shellWord(bundleName)}`),
  });
  return {
    verdict: both(verdict.verdict),
    members: verdict.members.map((member) => ({ ...member, verdict: both(member.verdict) })),
  };
}

function standInNotice(
  { image, tested, rebuilt, platforms }: ProvenStandIn,
  { bundleName }: TestedBefore,
): string {
  const files = platforms
    .flatMap(({ noise }) => noise.map((each) => each.files))
    .reduce((sum, count) => sum + count, 0);
  const how = files === 0 ? 'hold the same' : `differ in known noise alone, in ${plural(files, 'file')}`;
  return `nothing was tried now: the verdict is on ${image} ${shortDigest(tested)} in ${bundleName}, and the rebuild ${shortDigest(rebuilt)} stands in for it; the two ${how}`;
}
