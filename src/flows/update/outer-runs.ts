import { Failure, isFailure } from '../../base/failure.ts';
import type { Check } from '../../model/check.ts';
import type { NotedRun, OuterLoop, OuterLoopTarget, OuterRun } from '../../model/outer-loop.ts';
import type { ForgeId } from '../../model/forge-id.ts';
import type { OuterLoops } from '../../ports/outer-loops.ts';

/** An outer loop on one commit: its run, or why there is none. */
export type OuterStanding =
  | { readonly kind: 'runs'; readonly loop: OuterLoop; readonly run: OuterRun }
  /** Nobody saw it start. `why`: a clause; foreign text. */
  | { readonly kind: 'not seen'; readonly loop: OuterLoop; readonly why: string };

export interface OuterRunsOrder {
  readonly loops: readonly OuterLoop[];
  readonly target: OuterLoopTarget;
  /** What earlier runs of the update noted. */
  readonly noted: readonly NotedRun[];
}

/** Follows what was noted on this commit, and starts what was not. One that fails never stops the others. */
export async function outerRuns(
  { loops, target, noted }: OuterRunsOrder,
  port: OuterLoops,
): Promise<readonly OuterStanding[]> {
  const standings: OuterStanding[] = [];
  for (const loop of loops) {
    const others = loops.filter((each) => each !== loop && sourceOf(each) === sourceOf(loop));
    const notes = runNotes(standings, target.commit, noted);
    const taken = notes.filter((note) => others.some(({ name }) => name === note.loop)).map(({ id }) => id);
    const own = notes.find((note) => note.loop === loop.name)?.id;
    try {
      standings.push(await standingOf({ loop, target, own, taken }, port));
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
      standings.push({ kind: 'not seen', loop, why: error.message });
    }
  }
  return standings;
}

interface Followed {
  readonly loop: OuterLoop;
  readonly target: OuterLoopTarget;
  readonly own: ForgeId | undefined;
  /** Runs of other loops, which a listing shows as well. */
  readonly taken: readonly ForgeId[];
}

async function standingOf({ loop, target, own, taken }: Followed, port: OuterLoops): Promise<OuterStanding> {
  if (own !== undefined) {
    try {
      return { kind: 'runs', loop, run: await port.look(loop, own, target) };
    } catch (error) {
      if (!isFailure(error, 'forge-missing')) throw error;
    }
  }
  const started = await port.start(loop, target, taken);
  return started.kind === 'started'
    ? { kind: 'runs', loop, run: started.run }
    : { kind: 'not seen', loop, why: started.why };
}

/** Loops of one source start the same runs, but for their inputs, which nobody can list. A command lists none. */
function sourceOf({ name, by }: OuterLoop): string {
  switch (by.kind) {
    case 'github':
      return `github ${by.workflow}`;
    case 'gitlab':
      return 'gitlab';
    case 'azure':
      return `azure ${by.organization}/${by.project}/${by.pipeline}`;
    case 'comment':
      return `comment ${by.check}`;
    case 'command':
      return `command ${name}`;
  }
}

/** What is noted for the next run: a run that could not be looked at this time is not forgotten. */
export function runNotes(
  standings: readonly OuterStanding[],
  commit: string,
  noted: readonly NotedRun[],
): readonly NotedRun[] {
  const seen = standings.flatMap((each): readonly NotedRun[] =>
    each.kind === 'runs' ? [{ loop: each.loop.name, commit, id: each.run.id }] : [],
  );
  const isNew = (note: NotedRun): boolean => !seen.some(({ loop }) => loop === note.loop);
  return [...seen, ...noted.filter((note) => note.commit === commit && isNew(note))];
}

/** Of a loop that waits for its pull request. */
export function notAskedYet(loop: OuterLoop): OuterStanding {
  return { kind: 'not seen', loop, why: 'it was not asked for yet' };
}

/** Runs of required loops, as checks: what they say counts as much. One that nobody saw start has not answered. */
export function asChecks(standings: readonly OuterStanding[]): readonly Check[] {
  return standings
    .filter(({ loop }) => loop.required)
    .map((each) => {
      const { state, url } =
        each.kind === 'runs' ? each.run : ({ state: 'running', url: undefined } as const);
      return { name: outerName(each.loop), by: '', state, url };
    });
}

/** Whether a required one has not answered. Many are no check of the branch, so that nothing but a draft keeps it from being merged. */
export function awaitsOuterRun(standings: readonly OuterStanding[]): boolean {
  return standings.some((each) => each.loop.required && (each.kind === 'not seen' || !hasAnswered(each.run)));
}

export function hasAnswered({ state }: OuterRun): boolean {
  return state !== 'running' && state !== 'errored';
}

function outerName({ name }: OuterLoop): string {
  return `outer loop ${name}`;
}
