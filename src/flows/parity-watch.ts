import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { digestHex, digestOf } from '../model/digest.ts';
import { isHarmful } from '../model/parity-answer.ts';
import type { ParityReport } from '../model/parity-report.ts';
import {
  formatWatchState,
  parseWatchState,
  type Ceiling,
  type SeenPin,
  type SeenRepo,
  type WatchChange,
  type WatchState,
} from '../model/parity-watch.ts';
import { formatPlatform } from '../model/platform.ts';
import type { Runtime } from '../model/runtime-pin.ts';
import type { Ledger, Ledgers } from '../ports/ledger.ts';
import { ceilingOf } from '../stages/parity/ceilings.ts';
import { readPins } from '../stages/parity/read-pins.ts';
import { watchChange } from '../stages/parity/watch-change.ts';
import {
  platformJudge,
  type CheckedAgainst,
  type ParityTools,
  type PlatformJudge,
} from './platform-judge.ts';
import type { Watching } from './tools.ts';

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
  const before = await readState(ledger, file);
  const judge = await platformJudge(order, tools, watching);
  const [first] = judge.failed;
  if (judge.channels.length === 0 && first !== undefined) throw first.failure;
  const reports: { readonly path: string; readonly report: ParityReport }[] = [];
  const failed: { readonly path: string; readonly failure: Failure }[] = [];
  for (const { path, directory } of order.repos) {
    try {
      reports.push({ path, report: await judge.judge(await readPins(await tools.trees.open(directory))) });
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
      failed.push({ path, failure: error });
    }
  }
  const now = tools.clock.now().toISOString();
  const state = await stateOf({ judge, reports, before, now });
  const change = watchChange(before, state);
  const pinned = new Set(reports.flatMap(({ report }) => report.pins.map(({ pin }) => pin.runtime)));
  const ceilings = await ceilingsOf(judge, [...pinned], now.slice(0, 10));
  if (!order.dryRun) await ledger.write(folder, file, Buffer.from(formatWatchState(state)));
  return { change, isFirst: before === undefined, ceilings, reports, failed };
}

const folder = 'parity';

async function readState(ledger: Ledger, file: string): Promise<WatchState | undefined> {
  const bytes = await ledger.read(folder, file, limits.watchStateBytesMax);
  return bytes === undefined ? undefined : parseWatchState(bytes);
}

async function stateOf({
  judge,
  reports,
  before,
  now,
}: {
  readonly judge: PlatformJudge;
  readonly reports: WatchOutcome['reports'];
  readonly before: WatchState | undefined;
  readonly now: string;
}): Promise<WatchState> {
  const fresh = reports.map(({ path, report }): SeenRepo => ({ path, pins: seenPins(report) }));
  const others = (before?.repos ?? []).filter(({ path }) => fresh.every((repo) => repo.path !== path));
  const offers = [];
  for (const runtime of judge.runtimes) {
    const telling = (await judge.offersOf(runtime)).filter(({ series }) => series.length > 0);
    const series = (telling[0]?.series ?? []).filter((each) =>
      telling.every((offer) => offer.series.includes(each)),
    );
    if (series.length > 0) offers.push({ runtime, series });
  }
  return { seenAt: now, channels: judge.seen, offers, repos: [...fresh, ...others] };
}

function seenPins({ pins, channels }: ParityReport): readonly SeenPin[] {
  const deploying = new Set(channels.filter(({ deploys }) => deploys).map(({ name }) => name));
  return pins.map(({ pin: { runtime, text, field, place }, answers }) => ({
    file: place.file,
    field,
    runtime,
    text,
    harmed: answers.some(({ channel, answer }) => deploying.has(channel) && isHarmful(answer)),
  }));
}

async function ceilingsOf(
  judge: PlatformJudge,
  runtimes: readonly Runtime[],
  today: string,
): Promise<readonly Ceiling[]> {
  const ceilings: Ceiling[] = [];
  for (const runtime of runtimes) {
    const ceiling = ceilingOf(runtime, await judge.offersOf(runtime), today);
    if (ceiling !== undefined) ceilings.push(ceiling);
  }
  return ceilings;
}
