import { Failure } from '../base/failure.ts';
import { digestHex, digestOf } from '../model/digest.ts';
import type { ParityReport } from '../model/parity-report.ts';
import {
  formatWatchState,
  type Ceiling,
  type SeenOffer,
  type WatchChange,
  type WatchState,
} from '../model/parity-watch.ts';
import { formatPlatform } from '../model/platform.ts';
import type { FailedChannel } from '../model/platform-profile.ts';
import { runtimes, type Runtime } from '../model/runtime-pin.ts';
import type { Ledgers } from '../ports/ledger.ts';
import { ceilingsOf } from '../stages/parity/ceilings.ts';
import { readPins } from '../stages/parity/read-pins.ts';
import { watchChange } from '../stages/parity/watch-change.ts';
import { watchState } from '../stages/parity/watch-state.ts';
import {
  platformJudge,
  type CheckedAgainst,
  type ParityTools,
  type PlatformJudge,
} from './platform-judge.ts';
import type { Watching } from './tools.ts';
import { readWatchState, watchFolder } from './watch-states.ts';

export interface WatchOrder extends CheckedAgainst {
  /** Folders of applications: `path` is the name that the report uses, `directory` absolute. */
  readonly repos: readonly { readonly path: string; readonly directory: string }[];
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
  /** Folders that could not be read; the others were. */
  readonly failed: readonly { readonly path: string; readonly failure: Failure }[];
  /** Channels that could not be looked at, or not wholly: what they last told still counts. */
  readonly failedChannels: readonly FailedChannel[];
  /** A deploying channel is among them, so that the ceilings may be too few. */
  readonly isPartial: boolean;
}

/**
 * Asks about every repository again, and tells what the platform's move changed since the last look. A repository that
 * fails stops no other, and keeps what was known of it.
 * @throws Failure `document-*`, of the registry where no channel can be looked up, and of the disk
 */
export async function parityWatch(
  order: WatchOrder,
  tools: ParityTools & { readonly ledgers: Ledgers },
  watching: Watching,
): Promise<WatchOutcome> {
  const ledger = tools.ledgers.open(order.ledger);
  const file = `${digestHex(digestOf(JSON.stringify([order.name, formatPlatform(order.platform)])))}.json`;
  const before = await readWatchState(ledger, file);
  const judge = await platformJudge(order, tools, watching);
  const [first] = judge.failed();
  if (judge.channels.length === 0 && first !== undefined) throw first.failure;
  const { reports, failed } = await readReports(order, judge, tools);
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
  if (!order.dryRun) await ledger.write(watchFolder, file, Buffer.from(formatWatchState(state)));
  return {
    change: watchChange(before, state),
    isFirst: before === undefined,
    ceilings: ceilingsOf(state, today),
    reports,
    failed,
    failedChannels,
    isPartial: failedChannels.some(({ name }) => judge.deploys.includes(name)),
  };
}

async function readReports(
  { repos }: WatchOrder,
  judge: PlatformJudge,
  { trees }: ParityTools,
): Promise<Pick<WatchOutcome, 'reports' | 'failed'>> {
  const reports: { readonly path: string; readonly report: ParityReport }[] = [];
  const failed: { readonly path: string; readonly failure: Failure }[] = [];
  for (const { path, directory } of repos) {
    try {
      reports.push({ path, report: await judge.judge(await readPins(await trees.open(directory))) });
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
      failed.push({ path, failure: error });
    }
  }
  return { reports, failed };
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
    const told = (await judge.offersOf(runtime)).filter(({ series }) => series.length > 0);
    offers.push(...told.map((offer) => ({ ...offer, runtime, toldOn })));
  }
  return offers;
}
