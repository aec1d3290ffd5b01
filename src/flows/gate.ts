import { Failure } from '../base/failure.ts';
import type { Bundle } from '../model/bundle.ts';
import type { Config } from '../model/definition.ts';
import { describeEngine } from '../model/engine.ts';
import type { Evidence } from '../model/evidence.ts';
import type { GateRecord, RecordedMember } from '../model/gate-record.ts';
import type { GateReport } from '../model/gate-report.ts';
import { hostPaths } from '../model/host-paths.ts';
import { formatReference } from '../model/reference.ts';
import type { SetVerdict } from '../model/verdict.ts';
import type { GateBounds } from '../ports/gate-process.ts';
import type { Layout } from '../ports/layout.ts';
import { judgeRecord } from '../stages/judge/judge-record.ts';
import { findBaseline } from './find-baseline.ts';
import {
  baselinePlatforms,
  comparedPair,
  preparePairs,
  type Contender,
  type GateWork,
  type Pair,
} from './gate-unit.ts';
import { examinePairs } from './gate-examine.ts';
import { recordVerdict } from './gate-record.ts';
import { gateReport } from './gate-report.ts';
import { digestsOf, openEvidence } from './gate-evidence.ts';
import { GateRun } from './gate-run.ts';
import { earlierVerdict, type TestedBefore } from './gate-stand-in.ts';
import { exceptionNotices } from './gate-notices.ts';
import { requireInside, requireNoNetwork } from './listed.ts';
import { Memory } from './memory.ts';
import { readBundle } from './open-bundle.ts';
import { selectByName, suitesOf } from './select.ts';
import { SourceSnapshots } from './snapshots.ts';
import type { Tools, Watching } from './tools.ts';

export interface GateOrder {
  readonly config: Config;
  /** Folder of the bundle. */
  readonly bundle: string;
  /** The same as the person wrote it, for the commands that the report proposes. */
  readonly bundleName: string;
  /** Members to judge; empty: all. Only a whole bundle gets a verdict that can be promoted. */
  readonly images: readonly string[];
  /** A bundle of the same commit that has a verdict: where the images here are the same, nothing is tried again. */
  readonly equivalentTo?: TestedBefore | undefined;
  /** Folder of the ledger, absolute; undefined: nothing is remembered. */
  readonly ledger: string | undefined;
  /** Undefined: it may have what it asks for. */
  readonly bounds?: GateBounds | undefined;
  /** Program and version, for the record. */
  readonly madeBy: string;
}

/**
 * Judges the candidates of a bundle against what their names stand for now, and writes evidence and verdict into the bundle.
 * Each name is resolved once; from then on the digest travels.
 * @throws Failure `usage` (an earlier verdict is asked for some of the images), `path-refused` and `network-refused` (bounds),
 * and whatever resolving and trying throw
 */
export async function gate(order: GateOrder, tools: Tools, watching: Watching): Promise<GateReport> {
  if (order.equivalentTo !== undefined && order.images.length > 0)
    throw new Failure('usage', 'an earlier verdict counts for all images of a bundle, and some are named', {
      hint: 'Leave out either the names or --equivalent-to.',
    });
  const { config, bounds } = order;
  if (bounds?.within !== undefined)
    await requireInside(hostPaths(config), bounds.within, config, tools.configFiles);
  const layout = await tools.layouts.open(order.bundle);
  return layout.exclusively(async () => {
    const started = tools.clock.monotonicMs();
    const createdAt = tools.clock.now().toISOString();
    const bundle = await readBundle(layout);
    const contenders = await findContenders(order, layout, bundle, tools);
    if (bounds?.network === 'none')
      for (const { definition } of contenders) requireNoNetwork(config, definition);
    tellResolved(contenders, watching);
    const rebuilt = { layout, bundle };
    const earlier = await earlierVerdict({ gate: order, rebuilt, contenders }, tools, watching);
    if (earlier?.kind === 'stands') return earlier.report;
    const notices = earlier === undefined ? [] : [earlier.why];
    const times = { started, createdAt };
    return tryAll({ order, layout, bundle, contenders, notices, ...times }, tools, watching);
  });
}

interface OpenedGate {
  readonly order: GateOrder;
  readonly layout: Layout;
  readonly bundle: Bundle;
  readonly contenders: readonly Contender[];
  /** Sentences for the report. */
  readonly notices: readonly string[];
  /** Milliseconds of the monotonic clock. */
  readonly started: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** Runs the suites on all of them. */
async function tryAll(opened: OpenedGate, tools: Tools, watching: Watching): Promise<GateReport> {
  const { order, layout, bundle, contenders, started, createdAt } = opened;
  const engine = await tools.engines.find(order.config.gate.engine, watching.signal);
  watching.observe({ kind: 'engine-found', engine: describeEngine(engine) });
  const pairs: Pair[] = [];
  const pairTools = { ...watching, layout, loader: tools.loaderOf(engine) };
  for (const contender of contenders) pairs.push(...(await preparePairs(contender, pairTools)));
  const works = pairs.flatMap((pair) => worksOf(order.config, pair));
  await using snapshots = new SourceSnapshots(order.config.directory, tools.worktrees, [
    order.bundle,
    order.ledger,
    order.equivalentTo?.bundle,
  ]);
  const memory = new Memory(
    order.ledger === undefined ? undefined : tools.ledgers.open(order.ledger),
    createdAt,
  );
  const begun: Evidence[] = [];
  for (const work of works) {
    const evidence = await openEvidence({ config: order.config, work, engine, snapshots, now: createdAt });
    begun.push(await memory.recall(evidence, order.config.gate.reuseMs));
  }
  tellReused(begun, watching);
  const run = new GateRun({
    config: order.config,
    works,
    snapshots,
    watching,
    runner: tools.runnerOf(engine),
    checkEngine: async () => void (await tools.engines.find(engine.kind, watching.signal)),
  });
  const evidences = await run.toTheEnd(begun);
  const begunRecord: GateRecord = {
    createdAt,
    durationMs: tools.clock.monotonicMs() - started,
    madeBy: order.madeBy,
    engine: describeEngine(engine),
    policy: order.config.policy,
    set: bundle.set,
    source: bundle.source,
    members: await Promise.all(contenders.map(recordedMember)),
    notices: [],
  };
  const setVerdict = judgeRecord(begunRecord, evidences);
  await memory.remember(evidences, setVerdict);
  const record = withNotices(begunRecord, { order, contenders, setVerdict, memory });
  await recordVerdict({ layout, record, setVerdict, evidences, reports: run.reports });
  const { layerCache } = tools;
  const compared = pairs.map((pair) => comparedPair(pair, layout));
  const examined = await examinePairs(compared, order.config, { layerCache, signal: watching.signal });
  const changes = works.map(({ pair }) => examined.changes[pairs.indexOf(pair)]);
  const notices = [...opened.notices, ...examined.notices];
  return gateReport({ path: order.bundleName, record, setVerdict, evidences, changes, notices });
}

async function findContenders(
  order: GateOrder,
  layout: Layout,
  bundle: Bundle,
  tools: Tools,
): Promise<readonly Contender[]> {
  const members = selectByName(bundle.members, order.images, ({ image }) => image, 'image in this bundle');
  const contenders: Contender[] = [];
  for (const candidate of members) {
    const [definition] = selectByName(
      order.config.images,
      [candidate.image],
      ({ name }) => name,
      `image in ${order.config.file}`,
    );
    if (definition === undefined) continue;
    const baseline = await findBaseline(definition, { bundle, layout }, tools);
    contenders.push({ definition, candidate, baseline });
  }
  return contenders;
}

function worksOf(config: Config, pair: Pair): readonly GateWork[] {
  return suitesOf(config, pair.contender.definition).map((suite) => ({ pair, suite }));
}

function tellResolved(contenders: readonly Contender[], { observe }: Watching): void {
  for (const { definition, baseline } of contenders) {
    const reference = formatReference(definition.baseline);
    observe({ kind: 'resolved', image: definition.name, reference, digest: baseline.descriptor?.digest });
  }
}

interface Concluded {
  readonly order: GateOrder;
  readonly contenders: readonly Contender[];
  readonly setVerdict: SetVerdict;
  readonly memory: Memory;
}

function withNotices(record: GateRecord, { order, contenders, setVerdict, memory }: Concluded): GateRecord {
  const notices = exceptionNotices({
    config: order.config,
    images: contenders.map(({ candidate }) => ({ image: candidate.image, digests: digestsOf(candidate) })),
    suites: setVerdict.members.flatMap(({ suites }) => suites),
    now: record.createdAt,
  });
  return { ...record, notices: [...notices, ...memory.faults] };
}

function tellReused(evidences: readonly Evidence[], { observe }: Watching): void {
  for (const { image, suite, platform, trials } of evidences) {
    const [first] = trials;
    if (first !== undefined)
      observe({ kind: 'baseline-reused', unit: { image, suite, platform }, ranAt: first.startedAt });
  }
}

async function recordedMember(contender: Contender): Promise<RecordedMember> {
  const { definition, candidate, baseline } = contender;
  return {
    image: definition.name,
    baselineReference: formatReference(definition.baseline),
    baseline: baseline.descriptor?.digest,
    candidate: candidate.digest,
    baselinePlatforms: await baselinePlatforms(contender),
    candidatePlatforms: candidate.platforms,
  };
}
