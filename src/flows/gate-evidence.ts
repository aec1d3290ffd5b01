import { Failure } from '../base/failure.ts';
import type { Candidate } from '../model/candidate.ts';
import type { Config } from '../model/definition.ts';
import type { Digest } from '../model/digest.ts';
import type { Engine } from '../model/engine.ts';
import { nothingKnown, type Evidence, type SourceState, type TrialEnvironment } from '../model/evidence.ts';
import { suiteDigest, type Suite } from '../model/suite.ts';
import { waiverState, type Waiver } from '../model/waiver.ts';
import type { GateWork } from './gate-unit.ts';
import type { SourceSnapshots } from './snapshots.ts';

export interface EvidenceOrder {
  readonly config: Config;
  readonly work: GateWork;
  readonly engine: Engine;
  readonly snapshots: SourceSnapshots;
  /** ISO 8601, UTC. */
  readonly now: string;
}

/** The evidence of one suite on one pair, before its first trial. */
export async function openEvidence({
  config,
  work,
  engine,
  snapshots,
  now,
}: EvidenceOrder): Promise<Evidence> {
  const { pair, suite } = work;
  const { baseline, candidate } = pair.images;
  if (candidate === undefined)
    throw new Failure(
      'bundle-invalid',
      `the bundle holds no ${pair.platform} image of ${pair.contender.definition.name}`,
    );
  return {
    image: pair.contender.definition.name,
    suite: suite.name,
    platform: pair.platform,
    suiteDigest: suiteDigest(suite),
    baseline: baseline?.manifest,
    candidate: candidate.manifest,
    source: await sourceOf(suite.source, snapshots),
    environment: environmentOf(config, engine, suite),
    rule: config.gate.rule,
    oneBit: suite.results.format === 'exit-status',
    mustPass: suite.mustPass,
    preflight: suite.command.kind === 'shell',
    sentinel: suite.sentinel !== undefined,
    known: nothingKnown,
    waivers: waiversOf(config, work, now),
    trials: [],
  };
}

/** Those that count: a waiver that is expired or for another candidate is only told of. */
function waiversOf({ waivers }: Config, { pair, suite }: GateWork, now: string): readonly Waiver[] {
  const { candidate, definition } = pair.contender;
  const digests = digestsOf(candidate);
  return waivers.filter(
    (waiver) =>
      waiver.image === definition.name &&
      (waiver.suite === undefined || waiver.suite === suite.name) &&
      waiverState(waiver, now, digests) === 'in force',
  );
}

/** All digests by which a candidate is known: its own, and its images'. */
export function digestsOf({ digest, platforms }: Candidate): readonly Digest[] {
  return [digest, ...platforms.map(({ manifest }) => manifest)];
}

export function environmentOf({ gate }: Config, engine: Engine, { network }: Suite): TrialEnvironment {
  return {
    engine: engine.kind,
    engineVersion: engine.version,
    kernel: engine.kernel,
    cpus: gate.cpus ?? engine.cpus,
    memoryBytes: Math.min(gate.memoryBytes, engine.memoryBytes),
    network,
  };
}

export async function sourceOf(source: string | undefined, snapshots: SourceSnapshots): Promise<SourceState> {
  return source === undefined
    ? { commit: undefined, tree: undefined, dirty: false }
    : (await snapshots.of(source)).state;
}
