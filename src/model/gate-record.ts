import type { CandidatePlatform } from './candidate.ts';
import type { Digest } from './digest.ts';
import type { SourceState } from './evidence.ts';

/** What a gate judged. With the evidence of its members' suites it is all that the verdict follows from. */
export interface GateRecord {
  /** When the judgement began, or just after the last one on these candidates; ISO 8601, UTC. */
  readonly createdAt: string;
  readonly durationMs: number;
  /** Program and version, such as `lockkeeper 0.1.0`. */
  readonly madeBy: string;
  /** The engine that ran the trials, for people. */
  readonly engine: string;
  /** What people should know beside the verdict. Sentences. */
  readonly notices: readonly string[];
  /** Digest over all of the configuration that can change a verdict. */
  readonly policy: Digest;
  /** The set that the bundle names, and the source that its candidates were made of. */
  readonly set: string;
  readonly source: SourceState;
  readonly members: readonly RecordedMember[];
}

export interface RecordedMember {
  readonly image: string;
  /** The name that is asked to move, and where it stood when the gate looked; undefined: it did not exist. */
  readonly baselineReference: string;
  readonly baseline: Digest | undefined;
  /** Index or manifest that is to be promoted. */
  readonly candidate: Digest;
  /** The images of each platform that the two stand for. */
  readonly baselinePlatforms: readonly CandidatePlatform[];
  readonly candidatePlatforms: readonly CandidatePlatform[];
}
