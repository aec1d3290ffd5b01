import { isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import {
  contradictionsFolder,
  contradictionsIn,
  contradictionsName,
  formatContradictions,
  isRecent,
  knownFlaky,
  parseContradictions,
  type Contradictions,
} from '../model/contradiction.ts';
import type { Evidence, LastRun } from '../model/evidence.ts';
import { runItself } from '../model/observation.ts';
import {
  formatRun,
  lastRunOf,
  parseRun,
  reuseOf,
  runKeyOf,
  runName,
  runPrefix,
  sameRunPrefix,
  runsFolder,
  runToRemember,
  type RememberedRun,
} from '../model/remembered-run.ts';
import type { Side, Trial } from '../model/trial.ts';
import { allowsPromotion, type SetVerdict, type SuiteVerdict } from '../model/verdict.ts';
import type { Ledger } from '../ports/ledger.ts';

/** What a gate knows from earlier ones, and what it leaves for later ones. A ledger that is broken never stops a gate. */
export class Memory {
  readonly #ledger: Ledger | undefined;
  readonly #now: string;
  readonly #faults: string[] = [];
  #records: Promise<readonly Contradictions[]> | undefined;

  /** @param now ISO 8601, UTC */
  constructor(ledger: Ledger | undefined, now: string) {
    this.#ledger = ledger;
    this.#now = now;
  }

  /** Sentences: what could not be read or written. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** Evidence that has no trials yet, with what is known of it, and the baseline's screen where one may be used again. */
  async recall(evidence: Evidence, ageMsMax: number): Promise<Evidence> {
    if (this.#ledger === undefined) return evidence;
    this.#records ??= this.#readRecords(this.#ledger);
    const flaky = knownFlaky(await this.#records, evidence, this.#now);
    const runs = await this.#runsLike(evidence, this.#ledger);
    const trials = this.#reusable(runs, evidence, ageMsMax);
    return { ...evidence, known: { flaky, last: newest(runs) }, trials };
  }

  /** Keeps contradictions, the baseline's run, and that of a candidate which is about to become a baseline. */
  async remember(evidences: readonly Evidence[], { verdict, members }: SetVerdict): Promise<void> {
    const ledger = this.#ledger;
    if (ledger === undefined) return;
    const suites = members.flatMap((member) => member.suites);
    await this.#noting(ledger, async () => {
      for (const evidence of evidences) {
        const suite = suites.find(
          (each) =>
            each.image === evidence.image &&
            each.suite === evidence.suite &&
            each.platform === evidence.platform,
        );
        for (const side of ['baseline', 'candidate'] as const) {
          await this.#rememberContradictions(evidence, side, ledger);
          const isKept = side === 'candidate' ? allowsPromotion(verdict) : isWhole(suite);
          const run = isKept ? runToRemember(evidence, side) : undefined;
          if (run !== undefined) await keepRun(run, ledger, this.#now);
        }
      }
      await this.#prune(ledger);
    });
  }

  /** Keeps what runs of an image in use contradict each other in. */
  async rememberBaselines(evidences: readonly Evidence[]): Promise<void> {
    const ledger = this.#ledger;
    if (ledger === undefined) return;
    await this.#noting(ledger, async () => {
      for (const evidence of evidences) await this.#rememberContradictions(evidence, 'baseline', ledger);
      await this.#prune(ledger);
    });
  }

  async #rememberContradictions(evidence: Evidence, side: Side, ledger: Ledger): Promise<void> {
    const record = contradictionsIn(evidence, side, this.#now);
    if (record === undefined) return;
    await ledger.write(contradictionsFolder, contradictionsName(record), formatContradictions(record));
  }

  async #readRecords(ledger: Ledger): Promise<readonly Contradictions[]> {
    const records: Contradictions[] = [];
    await this.#noting(ledger, async () => {
      const files = (await ledger.list(contradictionsFolder)).filter(({ name }) =>
        isRecentName(name, this.#now),
      );
      for (const { name } of files.slice(-limits.ledgerRecordsMax)) {
        const record = await this.#read(ledger, {
          folder: contradictionsFolder,
          name,
          bytesMax: limits.ledgerRecordBytesMax,
          parse: parseContradictions,
        });
        if (record !== undefined) records.push(record);
      }
    });
    return records;
  }

  /** Of the same suite and source on the same baseline, wherever they ran. */
  async #runsLike(evidence: Evidence, ledger: Ledger): Promise<readonly RememberedRun[]> {
    const key = runKeyOf(evidence, 'baseline');
    if (key === undefined) return [];
    const runs: RememberedRun[] = [];
    await this.#noting(ledger, async () => {
      const files = (await ledger.list(runsFolder)).filter(({ name }) => name.startsWith(runPrefix(key)));
      for (const { name } of files.slice(0, limits.ledgerRunsMax)) {
        const run = await this.#read(ledger, {
          folder: runsFolder,
          name,
          bytesMax: limits.ledgerRunBytesMax,
          parse: parseRun,
        });
        if (run !== undefined && run.of.image === key.image && run.of.what === key.what) runs.push(run);
      }
    });
    return runs;
  }

  /** The newest that may be. */
  #reusable(runs: readonly RememberedRun[], evidence: Evidence, ageMsMax: number): readonly Trial[] {
    for (const run of runs.toSorted(byAge)) {
      const trials = reuseOf(run, evidence, { now: this.#now, ageMsMax });
      if (trials !== undefined) return trials;
    }
    return [];
  }

  async #read<T>(ledger: Ledger, { folder, name, bytesMax, parse }: Reading<T>): Promise<T | undefined> {
    try {
      const bytes = await ledger.read(folder, name, bytesMax);
      return bytes === undefined ? undefined : parse(bytes);
    } catch (error) {
      if (!isFailure(error)) throw error;
      this.#faults.push(`${ledger.name}/${folder}/${name} is left out: ${error.message}`);
      return undefined;
    }
  }

  async #prune(ledger: Ledger): Promise<void> {
    for (const { name } of await ledger.list(contradictionsFolder)) {
      if (isOutdatedName(name, this.#now)) await ledger.remove(contradictionsFolder, name);
    }
    const oldest = Date.parse(this.#now) - limits.reuseMsMax;
    for (const { name, writtenMs } of await ledger.list(runsFolder)) {
      if (writtenMs < oldest) await ledger.remove(runsFolder, name);
    }
  }

  async #noting(ledger: Ledger, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isFailure(error)) throw error;
      this.#faults.push(`the ledger ${ledger.name} cannot be used: ${error.message}`);
    }
  }
}

interface Reading<T> {
  readonly folder: string;
  readonly name: string;
  readonly bytesMax: number;
  readonly parse: (bytes: Uint8Array) => T;
}

/** The name begins with the day, and the day has a time zone's width of room on either side. */
function isRecentName(name: string, now: string): boolean {
  const day = name.slice(0, 10);
  if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return true;
  return isRecent(`${day}T23:59:59.999Z`, now) || isRecent(`${day}T00:00:00.000Z`, now);
}

/** What a clock that ran ahead has left is not looked at, and is not taken away either: it may be this one that is wrong. */
function isOutdatedName(name: string, now: string): boolean {
  return !isRecentName(name, now) && name.slice(0, 10) < now.slice(0, 10);
}

/** In place of those of the same suite, image and environment that were there before this gate began. */
async function keepRun(run: RememberedRun, ledger: Ledger, now: string): Promise<void> {
  const own = runName(run);
  await ledger.write(runsFolder, own, formatRun(run));
  for (const { name, writtenMs } of await ledger.list(runsFolder)) {
    // Never those of a gate that runs beside this one, which might take away this one's at the same time.
    const isEarlier = writtenMs < Date.parse(now) && name !== own;
    if (isEarlier && name.startsWith(sameRunPrefix(run.of))) await ledger.remove(runsFolder, name);
  }
}

function byAge({ trials: [one] }: RememberedRun, { trials: [other] }: RememberedRun): number {
  return (other?.startedAt ?? '') < (one?.startedAt ?? '') ? -1 : 1;
}

/** A baseline that ran too few tests must not become the yardstick of later ones. */
function isWhole(suite: SuiteVerdict | undefined): boolean {
  return (
    suite !== undefined &&
    !suite.findings.some(({ test, kind }) => test === runItself && kind === 'not-comparable')
  );
}

function newest(runs: readonly RememberedRun[]): LastRun | undefined {
  return runs
    .map(lastRunOf)
    .filter((run) => run !== undefined)
    .reduce<LastRun | undefined>(
      (last, each) => (last === undefined || each.at > last.at ? each : last),
      undefined,
    );
}
