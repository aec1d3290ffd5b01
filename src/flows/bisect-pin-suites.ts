import { Failure } from '../base/failure.ts';
import type { GateAnswer } from '../model/bisection.ts';
import type { BisectionDocument } from '../model/bisection-document.ts';
import { standingOf, type MoveVerdict, type UnitStanding } from '../model/move-verdict.ts';
import type { Move } from '../model/move.ts';
import { formatPlatform, type Platform } from '../model/platform.ts';
import type { MovedReference } from '../stages/bisect/pin-moves.ts';
import { bisectMoves, type BisectBounds, type BisectTools } from './bisect.ts';
import { movedPins, type MovedPins, type PinRange } from './bisect-pins.ts';
import type { GateOutcome } from './command-pairs.ts';
import { ledgerFolder } from './ledger-folder.ts';
import type { Watching } from './tools.ts';
import { configFileIn, openBase, type BaseConfig } from './update/base.ts';
import { guardsOf, tryMove, type TrialsOrder } from './update/try-moves.ts';
import type { UpdateTools } from './update/update.ts';
import { whyOf } from './update/worst-verdict.ts';

export interface SuitesBisection {
  readonly range: PinRange;
  readonly bounds: BisectBounds;
  /** The platform of this machine: tried where lockkeeper.yaml names none. */
  readonly host: Platform;
  /** Where bundles may lie for a while; absolute. */
  readonly scratch: string;
}

/**
 * Which of the pins that moved between two commits the suites of lockkeeper.yaml reject, by the tests and the config of the
 * later commit. A suite sees one image, so each move is judged once, the image before against the one now, as an update
 * judges it; what holds for some moves is the worst that holds for one of them.
 * @throws Failure `usage` when no suite guards any of the moves
 */
export async function bisectPinsBySuites(
  order: SuitesBisection,
  tools: UpdateTools & BisectTools,
  watching: Watching,
): Promise<BisectionDocument> {
  const { range, bounds } = order;
  const found = await movedPins(range, tools);
  const { config } = await openBase(
    { directory: range.directory, commit: found.to, config: range.config },
    tools,
  );
  const free = [...found.pairs.entries()].filter(([, pairs]) =>
    pairs.every(({ to: { digest: _digest, ...name } }) => guardsOf(config?.config, { name }).length === 0),
  );
  requireGuard(found, free.length);
  await using sources = await tools.checkouts.make(found.root, found.to);
  const judge = judgeOf(order, { config, found, folder: sources.folder }, tools, watching);
  const judged = new Map<string, Promise<readonly MoveVerdict[]>>();
  const verdictsOf = async (name: string): Promise<readonly MoveVerdict[]> => {
    const known = judged.get(name) ?? inTurn(found.pairs.get(name) ?? [], judge);
    judged.set(name, known);
    return known;
  };
  return await bisectMoves(
    {
      ...found.told,
      notices: [...found.told.notices, ...free.map(([name]) => `no suite guards ${name}; it counts as good`)],
      rule: { repeat: 1 },
      judgedBy: { policy: config?.config.policy, platforms: platformsOf(order, config).map(formatPlatform) },
      base: 'assumed',
      // Each image is judged once, by as many runs as the judge asks for.
      asksAgain: false,
      gate: async (names) => outcomeOf(await inTurn(names, verdictsOf)),
    },
    bounds,
    tools,
    watching,
  );
}

function platformsOf({ host }: SuitesBisection, config: BaseConfig | undefined): readonly Platform[] {
  const named = config?.config.pins.platforms ?? [];
  return named.length > 0 ? named : [host];
}

function requireGuard({ told }: MovedPins, free: number): void {
  if (told.moves.length === 0 || free < told.moves.length) return;
  throw new Failure('usage', 'no suite of lockkeeper.yaml guards any of the pins that moved', {
    hint: 'Name a command with --run; or give an image of lockkeeper.yaml the name as its baseline, with `pinned: true`.',
  });
}

interface Judging {
  readonly config: BaseConfig | undefined;
  readonly found: MovedPins;
  /** Checkout of the later commit. */
  readonly folder: string;
}

function judgeOf(
  order: SuitesBisection,
  { config, found, folder }: Judging,
  tools: UpdateTools,
  watching: Watching,
): (pair: MovedReference) => Promise<readonly MoveVerdict[]> {
  if (config === undefined) return () => Promise.resolve([{ kind: 'unguarded' }]);
  const ledger = ledgerFolder(undefined, config.config, order.range.directory);
  const trials: TrialsOrder = {
    config: config.config,
    configFile: configFileIn(folder, config),
    commit: found.to,
    platforms: platformsOf(order, config),
    scratch: order.scratch,
    ledgerFolder: ledger,
    now: tools.clock.now().toISOString(),
    remembers: true,
  };
  const trialsTools = {
    gateProcess: tools.gateProcess,
    layouts: tools.layouts,
    registries: tools.registriesFor(config.config),
    ledger: ledger === undefined ? undefined : tools.ledgers.open(ledger),
  };
  return async ({ from, to: { digest, ...name } }) => {
    if (from.digest !== undefined && from.digest === digest) return [];
    if (from.digest === undefined || digest === undefined)
      return guardsOf(config.config, { name }).map((image) => cannotBeTried(image.name));
    const move: Move = { name, from: from.digest, to: digest, backwards: false, dead: false, entries: [] };
    return tryMove(move, trials, trialsTools, watching);
  };
}

/** A name without a digest stands for nothing certain that could be compared. */
function cannotBeTried(image: string): MoveVerdict {
  const failure = new Failure('no-earlier-digest', 'one of the two commits has its name without a digest');
  return { kind: 'untried', image, failure };
}

/** One after the other: trials have the machine to themselves. */
async function inTurn<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<readonly R[]>,
): Promise<readonly R[]> {
  const all: R[] = [];
  for (const item of items) all.push(...(await work(item)));
  return all;
}

const answers: Readonly<Record<UnitStanding, GateAnswer>> = { good: 'good', culprit: 'bad', waits: 'unsure' };

function outcomeOf(verdicts: readonly MoveVerdict[]): GateOutcome {
  return {
    answer: answers[standingOf(verdicts)],
    why: whyOf(verdicts) ?? 'no suite guards them',
    runs: [],
    log: Buffer.alloc(0),
  };
}
