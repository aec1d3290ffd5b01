import path from 'node:path';
import type { MoveVerdict } from '../../model/move-verdict.ts';
import type { Move, MoveUnit } from '../../model/move.ts';
import type { Platform } from '../../model/platform.ts';
import { shortKey, type ShortKey } from '../../model/short-key.ts';
import type { Checkouts } from '../../ports/checkout.ts';
import type { GateProcess } from '../../ports/gate-process.ts';
import type { Ledger } from '../../ports/ledger.ts';
import { copyLedger } from '../copy-ledger.ts';
import type { DiffTools } from '../diff.ts';
import type { Reach } from '../examine-images.ts';
import type { Listed } from '../listed.ts';
import type { PinTools } from '../pins.ts';
import type { Watching } from '../tools.ts';
import { assess } from './assess.ts';
import { configFileIn, type BaseConfig } from './base.ts';
import { examineMoves } from './examine-moves.ts';
import type { UpdatePlan } from './plan-update.ts';
import type { ReportedUnit } from './report.ts';
import { guardsOf, recallMove, tryMove, type TrialsOrder, type TrialsTools } from './try-moves.ts';

export interface ProposeOrder {
  /** How far images are compared for the report; `none`: they are not. */
  readonly reach: Reach | 'none';
  /** The platform of this machine. */
  readonly host: Platform;
  /** Where bundles may lie for a while; absolute. */
  readonly scratch: string;
  /** Root of the repository; undefined: a plain folder, whose files are as they are. */
  readonly root: string | undefined;
  /** ISO 8601, UTC. */
  readonly now: string;
  /** The last day of the hold that a culprit gets. */
  readonly holdUntil: string;
  /** What is learned is not kept. */
  readonly dryRun: boolean;
  /** Units that our branch says it moves upon this very base: they are not tried again. */
  readonly onBranch: readonly ShortKey[];
  /** Undefined: the repository is the person's own, and is updated by itself. */
  readonly listed: Listed | undefined;
}

export interface ProposeTools extends PinTools, Omit<DiffTools, 'registries'> {
  readonly gateProcess: GateProcess;
  readonly checkouts: Checkouts;
}

/** Compares the images of units and tries those that suites guard; in the order of the units. */
export async function proposeUnits(
  { base, pins }: UpdatePlan,
  units: readonly MoveUnit[],
  order: ProposeOrder,
  { tools, watching }: { readonly tools: ProposeTools; readonly watching: Watching },
): Promise<readonly ReportedUnit[]> {
  const config = base.config?.config;
  const moves = units.flatMap((unit) => unit.moves);
  const known = new Set(
    units.filter(({ key }) => order.onBranch.includes(shortKey(key))).flatMap((unit) => unit.moves),
  );
  const counting = pins.order.policy.platforms;
  const platforms = counting.length > 0 ? counting : [order.host];
  const change = await examineMoves(
    moves,
    { reach: order.reach, noise: config?.noise ?? [], platforms },
    { ...tools, registries: pins.registries },
    watching,
  );
  const verdicts = await tryMoves(moves, base.config, {
    known,
    base,
    pins,
    platforms,
    order,
    tools,
    watching,
  });
  return units.map((unit) => assess(unit, { change, holdUntil: order.holdUntil, verdicts }));
}

interface Trying extends Pick<UpdatePlan, 'base' | 'pins'> {
  /** They are on our branch. */
  readonly known: ReadonlySet<Move>;
  readonly platforms: readonly Platform[];
  readonly order: ProposeOrder;
  readonly tools: ProposeTools;
  readonly watching: Watching;
}

/** One after the other: trials have the machine to themselves. */
async function tryMoves(
  moves: readonly Move[],
  found: BaseConfig | undefined,
  trying: Trying,
): Promise<(move: Move) => readonly MoveVerdict[]> {
  const verdicts = new Map<Move, readonly MoveVerdict[]>();
  const tell = (move: Move): readonly MoveVerdict[] => verdicts.get(move) ?? [{ kind: 'unguarded' }];
  const guarded = moves.filter((move) => guardsOf(found?.config, move).length > 0);
  if (found !== undefined && guarded.length > 0) {
    const { base, known, pins, order, tools, platforms, watching } = trying;
    const ledger = pins.ledger === undefined ? undefined : tools.ledgers.open(pins.ledger);
    const { gateProcess, layouts } = tools;
    const trialsTools: TrialsTools = { gateProcess, layouts, ledger, registries: pins.registries };
    const rules = { config: found.config, commit: base.commit, platforms };
    for (const move of guarded.filter((each) => known.has(each)))
      verdicts.set(move, await recallMove(move, rules, trialsTools));
    const untold = guarded.filter((move) => !known.has(move));
    if (untold.length === 0) return tell;
    await using sources = await sourcesOf(trying, found);
    const trials: TrialsOrder = {
      ...rules,
      configFile: sources.configFile,
      bounds: order.listed && { within: sources.folder, network: order.listed.network },
      scratch: order.scratch,
      ledgerFolder: order.dryRun && ledger !== undefined ? await ledgerAside(ledger, trying) : pins.ledger,
      now: order.now,
      remembers: !order.dryRun,
    };
    for (const move of untold) verdicts.set(move, await tryMove(move, trials, trialsTools, watching));
  }
  return tell;
}

/** Gates note what they see; those of a dry run do so in a copy. */
async function ledgerAside(ledger: Ledger, { order, tools }: Trying): Promise<string> {
  const folder = path.join(order.scratch, 'ledger');
  await copyLedger(ledger, tools.ledgers.open(folder));
  return folder;
}

interface Sources extends AsyncDisposable {
  readonly configFile: string;
  /** What holds it and all that it may name, where it may be somebody else's; absolute. */
  readonly folder: string;
}

/** The tests of the base's own commit judge, not those of a work tree that somebody edits. */
async function sourcesOf({ base, order, tools }: Trying, config: BaseConfig): Promise<Sources> {
  if (config.isOutside || order.root === undefined || base.commit === undefined) {
    return {
      configFile: configFileIn(undefined, config),
      folder: order.root ?? config.config.directory,
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  }
  const checkout = await tools.checkouts.make(order.root, base.commit);
  return {
    configFile: configFileIn(checkout.folder, config),
    folder: checkout.folder,
    [Symbol.asyncDispose]: () => checkout[Symbol.asyncDispose](),
  };
}
