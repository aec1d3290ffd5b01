import { canonicalJson } from '../../base/canonical-json.ts';
import { Failure } from '../../base/failure.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { GateRecord, RecordedMember } from '../../model/gate-record.ts';

/**
 * Looks whether stored evidence can be judged at all: it is of the images that the record names, no run is there twice,
 * and all of it was gathered by one rule. What the gate gathers is so by construction; what was stored is hostile.
 * @throws Failure `content-refused`
 */
export function checkAdmissible(
  { members }: Pick<GateRecord, 'members'>,
  evidences: readonly Evidence[],
): void {
  const units = new Set<string>();
  const images = new Set<string>();
  for (const { image } of members) {
    if (images.has(image)) throw refused(`${image} is recorded twice`);
    images.add(image);
  }
  for (const evidence of evidences) {
    const unit = unitName(evidence);
    if (units.has(unit)) throw refused(`there are two pieces of evidence for ${unit}`);
    units.add(unit);
    checkImages(
      evidence,
      members.find(({ image }) => image === evidence.image),
    );
    checkTrials(evidence);
  }
  const rules = new Set(evidences.map(({ rule }) => canonicalJson({ ...rule })));
  if (rules.size > 1) throw refused('the evidence of one set was gathered by different rules');
}

function unitName({ image, suite, platform }: Pick<Evidence, 'image' | 'suite' | 'platform'>): string {
  return `${image}, ${suite}, ${platform}`;
}

function checkImages(evidence: Evidence, member: RecordedMember | undefined): void {
  const { platform, baseline, candidate } = evidence;
  if (member === undefined) throw refused(`${unitName(evidence)}: the gate recorded no such image`);
  const of = (platforms: RecordedMember['candidatePlatforms']): string | undefined =>
    platforms.find((each) => each.platform === platform)?.manifest;
  const [wantedBaseline, wantedCandidate] = [of(member.baselinePlatforms), of(member.candidatePlatforms)];
  if (candidate !== wantedCandidate) {
    throw refused(
      `${unitName(evidence)}: it is of the candidate ${candidate}, not of ${wantedCandidate ?? 'any of this platform'}`,
    );
  }
  if (baseline !== wantedBaseline) {
    throw refused(
      `${unitName(evidence)}: it is of the baseline ${baseline ?? 'none'}, not of ${wantedBaseline ?? 'none'}`,
    );
  }
}

function checkTrials(evidence: Evidence): void {
  const seen = new Set<string>();
  for (const { step, side, round, image, reused = false } of evidence.trials) {
    // A baseline that was asked again leaves both: what it said before, and what it says now.
    const run = `${step} ${side} ${round}${reused ? ' of an earlier gate' : ''}`;
    if (reused && (step !== 'screen' || side !== 'baseline'))
      throw refused(`${unitName(evidence)}: only the baseline's screen may be of an earlier gate`);
    if (seen.has(run)) throw refused(`${unitName(evidence)}: the run ${run} is there twice`);
    seen.add(run);
    if (image !== evidence[side]) throw refused(`${unitName(evidence)}: the run ${run} is of ${image}`);
  }
}

function refused(why: string): Failure {
  return new Failure('content-refused', `the evidence is refused: ${why}`);
}
