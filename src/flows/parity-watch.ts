import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { throwIfInterrupted } from '../base/interruption.ts';
import { eachInParallel } from '../base/parallel.ts';
import { isNumbered } from '../model/buildpack-knowledge.ts';
import { digestHex, digestOf } from '../model/digest.ts';
import type { FleetRepo } from '../model/fleet.ts';
import type { ParityReport } from '../model/parity-report.ts';
import type { Ceiling, SeenOffer, WatchChange, WatchState } from '../model/parity-watch.ts';
import { formatPlatform } from '../model/platform.ts';
import type { FailedChannel } from '../model/platform-profile.ts';
import { runtimes, type Runtime } from '../model/runtime-pin.ts';
import type { Clones } from '../ports/clones.ts';
import type { Ledgers } from '../ports/ledger.ts';
import { ceilingsOf } from '../stages/parity/ceilings.ts';
import { fittingState } from '../stages/parity/fitting-state.ts';
import { withHeard } from '../stages/parity/heard.ts';
import { readPins } from '../stages/parity/read-pins.ts';
import { watchChange } from '../stages/parity/watch-change.ts';
import { watchState } from '../stages/parity/watch-state.ts';
import {
  platformJudge,
  type CheckedAgainst,
  type ParityTools,
  type PlatformJudge,
} from './platform-judge.ts';
import type { ChannelListener } from './hear-channels.ts';
import { inRepo } from './in-repo.ts';
import type { Watching } from './tools.ts';
import { readWatchState, watchFolder } from './watch-states.ts';

export interface WatchOrder extends CheckedAgainst {
  /** By the names that reports and the next look know them by. */
  readonly repos: readonly FleetRepo[];
  /** Folder of the ledger, absolute. */
  readonly ledger: string;
  /** Tells one watch from another in the same ledger, such as the platform's name. */
  readonly name: string;
  readonly dryRun: boolean;
}

export interface WatchOutcome {
  readonly change: WatchChange;
  readonly isFirst: boolean;
  readonly ceilings: readonly Ceiling[];
  readonly reports: readonly { readonly path: string; readonly report: ParityReport }[];
  /** Those that could not be read, or whose builders could not be asked or told nothing; the others were. */
  readonly failed: readonly { readonly path: string; readonly failure: Failure }[];
  /** Channels that could not be looked at, or not wholly: what they last told still counts. */
  readonly failedChannels: readonly FailedChannel[];
  /** Repositories that the next look will not remember, since the state has become too large. */
  readonly left: readonly string[];
  /** A deploying channel is among those that failed, so that the ceilings may be too few. */
  readonly isPartial: boolean;
}

export interface WatchTools extends ParityTools {
  readonly ledgers: Ledgers;
  readonly clones: Clones;
  /** Asks the builders themselves (level L3), where that is wanted. */
  readonly listener: ChannelListener | undefined;
}

/**
 * Asks about every repository again, and tells what the platform's move changed since the last look. A repository that
 * fails stops no other, and keeps what was known of it.
 * @throws Failure `document-*`, of the registry where no channel can be looked up, and of the disk
 */
export async function parityWatch(
  order: WatchOrder,
  tools: WatchTools,
  watching: Watching,
): Promise<WatchOutcome> {
  const ledger = tools.ledgers.open(order.ledger);
  const file = `${digestHex(digestOf(JSON.stringify([order.name, formatPlatform(order.platform)])))}.json`;
  const before = await readWatchState(ledger, file);
  const judge = await platformJudge(order, tools, watching);
  const [first] = judge.failed();
  if (judge.channels.length === 0 && first !== undefined) throw first.failure;
  const { reports, failed } = await readReports(order, judge, tools, watching.signal);
  const now = tools.clock.now().toISOString();
  const today = now.slice(0, 10);
  const pinned = pinnedRuntimes(reports, failed, before);
  const asked = runtimes.filter(
    (each) => pinned.has(each) || before?.offers.some(({ runtime }) => runtime === each) === true,
  );
  const offers = await offersOf(judge, asked, today);
  const failedChannels = judge.failed();
  const state = watchState(before, {
    seenAt: now,
    channels: judge.seen,
    failed: failedChannels.map(({ name }) => name),
    deploys: judge.deploys,
    offers,
    reports,
  });
  const kept = fittingState(state, limits.watchStateBytesMax);
  if (!order.dryRun) await ledger.write(watchFolder, file, Buffer.from(kept.text));
  return {
    change: watchChange(before, state),
    isFirst: before === undefined,
    ceilings: ceilingsOf(state, today),
    reports,
    failed,
    failedChannels,
    left: kept.left,
    isPartial: failedChannels.some(({ name }) => judge.deploys.includes(name)),
  };
}

type Read = Pick<WatchOutcome, 'reports' | 'failed'>;

/** Some at a time; a builder is asked by one after the other, since each build takes what the machine has. */
async function readReports(
  { repos }: WatchOrder,
  judge: PlatformJudge,
  tools: WatchTools,
  signal: AbortSignal | undefined,
): Promise<Read> {
  const found = new Map<FleetRepo, Read>();
  const atOnce = tools.listener === undefined ? limits.fleetAtOnceMax : 1;
  await eachInParallel(repos, atOnce, async (repo) => {
    throwIfInterrupted(signal);
    try {
      const read = await inRepo(repo, (folder) => readRepo(repo.name, folder, judge, tools), {
        clones: tools.clones,
        signal,
      });
      found.set(repo, read);
    } catch (error) {
      found.set(repo, { reports: [], failed: [{ path: repo.name, failure: expected(error) }] });
    }
  });
  const inOrder = repos.flatMap((repo) => found.get(repo) ?? []);
  return {
    reports: inOrder.flatMap(({ reports }) => reports),
    failed: inOrder.flatMap(({ failed }) => failed),
  };
}

/** Where the builders themselves cannot be asked, or tell nothing, data says what it can. */
async function readRepo(
  path: string,
  folder: string,
  judge: PlatformJudge,
  { trees, listener }: WatchTools,
): Promise<Read> {
  const report = await judge.judge(await readPins(await trees.open(folder)));
  if (listener === undefined || report.pins.length === 0) return { reports: [{ path, report }], failed: [] };
  try {
    const { heard, silent } = await listener.hear(folder);
    const failed = silent.map(({ channel, why }) => ({
      path,
      failure: new Failure('program-failed', `${channel} tells nothing of it: ${why}`),
    }));
    return { reports: [{ path, report: withHeard(report, heard) }], failed };
  } catch (error) {
    return { reports: [{ path, report }], failed: [{ path, failure: expected(error) }] };
  }
}

function expected(error: unknown): Failure {
  if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
  return error;
}

/** By the folders that were read, and by what was known of those that were not. */
function pinnedRuntimes(
  reports: WatchOutcome['reports'],
  failed: WatchOutcome['failed'],
  before: WatchState | undefined,
): ReadonlySet<Runtime> {
  const known = (before?.repos ?? []).filter(({ path }) => failed.some((each) => each.path === path));
  return new Set([
    ...reports.flatMap(({ report }) => report.pins.map(({ pin }) => pin.runtime)),
    ...known.flatMap(({ pins }) => pins.map(({ runtime }) => runtime)),
  ]);
}

async function offersOf(
  judge: PlatformJudge,
  asked: readonly Runtime[],
  toldOn: string,
): Promise<readonly SeenOffer[]> {
  const offers: SeenOffer[] = [];
  for (const runtime of asked) {
    const told = (await judge.offersOf(runtime)).map((offer) => ({
      ...offer,
      series: offer.series.filter(isNumbered),
    }));
    for (const offer of told) if (offer.series.length > 0) offers.push({ ...offer, runtime, toldOn });
  }
  return offers;
}
