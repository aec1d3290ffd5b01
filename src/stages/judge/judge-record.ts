import { plural } from '../../base/text.ts';
import type { Evidence } from '../../model/evidence.ts';
import type { GateRecord, RecordedMember } from '../../model/gate-record.ts';
import type { SetVerdict, Verdict } from '../../model/verdict.ts';
import { conclude, judgeSet } from './judge.ts';

/**
 * The verdict on a set, from what was recorded of it and from the evidence of its suites. The gate concludes by it, and so
 * does everybody who judges stored evidence again: same record and evidence, same verdict.
 */
export function judgeRecord(
  { members }: Pick<GateRecord, 'members'>,
  evidences: readonly Evidence[],
): SetVerdict {
  const suites = conclude(evidences, { canRerun: true });
  return judgeSet(
    members.map(({ image, baselineReference, baseline, candidate }) => ({
      image,
      baselineReference,
      baseline,
      candidate,
      suites: suites.filter((suite) => suite.image === image),
    })),
    members.flatMap(lostPlatforms),
  );
}

/** An index that serves fewer platforms takes the image away from somebody; no test on the others can see that. */
function lostPlatforms({ image, baselinePlatforms, candidatePlatforms }: RecordedMember): readonly Verdict[] {
  const kept = new Set(candidatePlatforms.map(({ platform }) => platform));
  const lost = baselinePlatforms.map(({ platform }) => platform).filter((platform) => !kept.has(platform));
  if (lost.length === 0) return [];
  const names = lost.join(', ');
  return [
    {
      kind: 'reject: regression',
      sentence: `${image} no longer serves ${plural(lost.length, 'platform')}: ${names}`,
      mover: 'image author',
      next: `build ${names} as well (images.${image}.build.platforms)`,
    },
  ];
}
