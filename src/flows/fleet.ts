import { isFailure, type Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { throwIfInterrupted } from '../base/interruption.ts';
import { eachInParallel } from '../base/parallel.ts';
import { clip } from '../base/text.ts';
import {
  formatAnswer,
  parseAnswer,
  type FleetAnswer,
  type FleetFailure,
  type FleetReason,
} from '../model/fleet-answer.ts';
import type { FleetRepo } from '../model/fleet.ts';
import type { Clones } from '../ports/clones.ts';
import type { Journals } from '../ports/journal.ts';
import { inRepo, type RepoFetching } from './in-repo.ts';

export interface FleetOrder {
  readonly repos: readonly FleetRepo[];
  /** Absolute; undefined: nothing is kept. */
  readonly journal: string | undefined;
  /** What is asked, on one line, for the journal. */
  readonly question: string;
  /** Repositories that are fetched come with their history. */
  readonly history: boolean;
}

export interface FleetTools {
  readonly clones: Clones;
  readonly journals: Journals;
}

export interface FleetWatching {
  readonly signal: AbortSignal | undefined;
  /** Told once for each repository, as it ends. */
  readonly onEnd: (row: FleetRow, done: number, of: number) => void;
}

export type FleetRow = FleetAnswer | FleetFailure;

export interface FleetOutcome {
  /** In the order of the fleet. */
  readonly rows: readonly FleetRow[];
  /** How many of them an earlier run has answered. */
  readonly earlier: number;
}

/** Looks at the files of one repository. @throws Failure why it cannot be looked at; the others are */
export type AskRepo = (folder: string, repo: FleetRepo) => Promise<RepoAnswer>;

export interface RepoAnswer extends Pick<FleetAnswer, 'state' | 'counts' | 'lines' | 'change' | 'patch'> {
  /** Why a part of the repository could not be looked at: the answer holds, and another run asks again. */
  readonly unseen?: Failure | undefined;
}

/**
 * Asks each repository, at most so many at once. One that fails stops no other. With a journal what was answered is kept, so
 * that another run asks only the others.
 * @throws Failure `output-exists`, `disk-full`, `file-*` of the journal; `interrupted`
 */
export async function askFleet(
  { repos, journal: file, question, history }: FleetOrder,
  ask: AskRepo,
  { clones, journals }: FleetTools,
  { signal, onEnd }: FleetWatching,
): Promise<FleetOutcome> {
  const journal = file === undefined ? undefined : await journals.open(file, question);
  const rows = new Map<string, FleetRow>();
  for (const line of journal?.lines ?? []) {
    const answer = parseAnswer(line);
    if (answer !== undefined && repos.some(({ name }) => name === answer.repo)) rows.set(answer.repo, answer);
  }
  const earlier = rows.size;
  const waiting = repos.filter(({ name }) => !rows.has(name));
  await eachInParallel(waiting, limits.fleetAtOnceMax, async (repo) => {
    throwIfInterrupted(signal);
    const row = await answerOf(repo, ask, { clones, whole: history, signal });
    if (row.state !== 'failed' && row.unseen === undefined) await journal?.add(formatAnswer(row));
    rows.set(repo.name, row);
    onEnd(row, rows.size, repos.length);
  });
  return { rows: repos.flatMap(({ name }) => rows.get(name) ?? []), earlier };
}

async function answerOf(repo: FleetRepo, ask: AskRepo, fetching: RepoFetching): Promise<FleetRow> {
  const { name } = repo;
  try {
    return answered(name, await inRepo(repo, (folder) => ask(folder, repo), fetching));
  } catch (error) {
    throwIfInterrupted(fetching.signal);
    if (!isFailure(error)) throw error;
    return failed(name, error);
  }
}

function answered(repo: string, { lines, unseen, ...answer }: RepoAnswer): FleetAnswer {
  // A line of the journal has to hold all of them.
  const clipped = lines.map((line) => clip(line, limits.fleetLineCharsMax));
  return { repo, ...answer, lines: clipped, ...(unseen !== undefined && { unseen: reasonOf(unseen) }) };
}

function failed(repo: string, failure: Failure): FleetFailure {
  return { repo, state: 'failed', ...reasonOf(failure) };
}

function reasonOf({ code, message, retryable }: Failure): FleetReason {
  return { code, why: message, retryable };
}
