import { invariant } from '../base/invariant.ts';
import type { Change } from '../model/change.ts';
import type { Evidence } from '../model/evidence.ts';
import type { GateRecord } from '../model/gate-record.ts';
import { exitOfVerdict, type GateReport } from '../model/gate-report.ts';
import type { SetVerdict } from '../model/verdict.ts';
import { leadsOf } from './gate-examine.ts';

export interface GateReportOrder {
  /** The bundle as the person wrote it. */
  readonly path: string;
  readonly record: GateRecord;
  readonly setVerdict: SetVerdict;
  readonly evidences: readonly Evidence[];
  /** In the order of the evidence; undefined where nobody compared the images. */
  readonly changes: readonly (Change | undefined)[];
  /** Sentences beside those of the record. */
  readonly notices?: readonly string[];
}

/** What a gate saw and concluded, as reports show it: right after it, or from what it stored. */
export function gateReport({
  path,
  record,
  setVerdict,
  evidences,
  changes,
  notices = [],
}: GateReportOrder): GateReport {
  const verdicts = setVerdict.members.flatMap(({ suites }) => suites);
  return {
    schemaVersion: 1,
    createdAt: record.createdAt,
    durationMs: record.durationMs,
    madeBy: record.madeBy,
    origin: { kind: 'bundle', path, source: record.source, engine: record.engine },
    notices: [...record.notices, ...notices],
    verdict: setVerdict,
    exit: exitOfVerdict(setVerdict.verdict.kind),
    units: evidences.map((evidence, index) => {
      const verdict = verdicts.find(
        ({ image, suite, platform }) =>
          image === evidence.image && suite === evidence.suite && platform === evidence.platform,
      );
      invariant(verdict !== undefined, 'each piece of evidence has a verdict');
      const change = changes[index];
      return { evidence, verdict, change, leads: leadsOf(verdict, change) };
    }),
  };
}
