import { exitStatus, type ExitStatus } from '../base/failure.ts';
import type { Change } from './change.ts';
import type { Digest } from './digest.ts';
import type { Evidence, SourceState } from './evidence.ts';
import type { Lead } from './lead.ts';
import type { SetVerdict, SuiteVerdict, VerdictKind } from './verdict.ts';

/** All that was seen and concluded in one judgement of a set; every report is a view of this value. */
export interface GateReport {
  readonly schemaVersion: 1;
  /** When the judgement began; ISO 8601, UTC. */
  readonly createdAt: string;
  readonly durationMs: number;
  /** Program and version, such as `lockkeeper 0.1.0`. */
  readonly madeBy: string;
  readonly origin: ReportOrigin;
  readonly verdict: SetVerdict;
  /** {@link exitOfVerdict} of the set's verdict. */
  readonly exit: ExitStatus;
  /** Where it was read back: the files that it stands on, which were found to follow from the evidence among them. */
  readonly kept?: readonly KeptFile[];
  /** One for each image, suite and platform, in the order of the config. */
  readonly units: readonly GateUnit[];
  /** What people should know beside the verdict: waivers that are expired or unused, holds, records that cannot be read. Sentences. */
  readonly notices: readonly string[];
}

/** A file that is stored with a candidate. */
export interface KeptFile {
  readonly image: string;
  readonly name: string;
  readonly mediaType: string;
  /** Of an in-toto statement. */
  readonly predicateType: string | undefined;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

/** Where the observations come from. */
export type ReportOrigin =
  /** Trials that were run now, on the candidates of a bundle. `engine` is for people: name, version, runtime. */
  | { readonly kind: 'bundle'; readonly path: string; readonly source: SourceState; readonly engine: string }
  /** Two sets of result files that somebody else made; nothing could be run again. Both are paths. */
  | { readonly kind: 'results'; readonly baseline: string; readonly candidate: string };

/** One suite on one pair of images: what was seen, what was concluded, what differs between the images. */
export interface GateUnit {
  readonly evidence: Evidence;
  readonly verdict: SuiteVerdict;
  /** Undefined: there is no baseline, or the images were not at hand. */
  readonly change: Change | undefined;
  /** For tests that got worse, by their ids: what changed and is nearest to what they say; absent where no layer was read. */
  readonly leads?: ReadonlyMap<string, readonly Lead[]>;
}

const exits: Readonly<Record<VerdictKind, ExitStatus>> = {
  promote: exitStatus.yes,
  'promote with waiver': exitStatus.yes,
  'hold: needs approval': exitStatus.notProven,
  'hold: newly flaky': exitStatus.notProven,
  'hold: no evidence': exitStatus.notProven,
  'hold: infrastructure': exitStatus.notProven,
  'reject: regression': exitStatus.no,
  'reject: must-pass': exitStatus.no,
};

/** The exit status that a verdict ends a command with. */
export function exitOfVerdict(kind: VerdictKind): ExitStatus {
  return exits[kind];
}
