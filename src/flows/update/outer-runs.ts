import { Failure } from '../../base/failure.ts';
import type { Check } from '../../model/check.ts';
import type { OuterLoop, OuterLoopTarget, OuterRun } from '../../model/outer-loop.ts';
import type { OuterLoops } from '../../ports/outer-loops.ts';

/** An outer loop on one commit: its run, or why there is none. */
export type OuterStanding =
  | { readonly kind: 'runs'; readonly loop: OuterLoop; readonly run: OuterRun }
  /** Nobody saw it start. `why`: a clause; foreign text. */
  | { readonly kind: 'not seen'; readonly loop: OuterLoop; readonly why: string };

/** Starts what does not run yet on this commit, and looks at what does. One that fails never stops the others. */
export async function outerRuns(
  loops: readonly OuterLoop[],
  target: OuterLoopTarget,
  port: OuterLoops,
): Promise<readonly OuterStanding[]> {
  const standings: OuterStanding[] = [];
  for (const loop of loops) {
    try {
      const started = await port.start(loop, target, []);
      standings.push(
        started.kind === 'started'
          ? { kind: 'runs', loop, run: started.run }
          : { kind: 'not seen', loop, why: started.why },
      );
    } catch (error) {
      if (!(error instanceof Failure) || error.code === 'interrupted') throw error;
      standings.push({ kind: 'not seen', loop, why: error.message });
    }
  }
  return standings;
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

/** A required one that nobody saw start: nothing can be ready. */
export function lacksOuterRun(standings: readonly OuterStanding[]): boolean {
  return standings.some(({ kind, loop }) => kind === 'not seen' && loop.required);
}

function outerName({ name }: OuterLoop): string {
  return `outer loop ${name}`;
}
