import type { ForgeId } from '../model/forge-id.ts';
import type { OuterLoop, OuterLoopTarget, OuterRun, StartedRun } from '../model/outer-loop.ts';

/** Starts runs of other CI systems and follows them. Throws as the forge port does, and `program-*` where a command starts them. */
export interface OuterLoops {
  /**
   * The run of this loop on this commit: one that is there already, else one that is started now and seen to start. So it
   * may be called again after whatever went wrong.
   * @param known runs that do not count, in order to have another one on the same commit
   */
  start(loop: OuterLoop, target: OuterLoopTarget, known: readonly ForgeId[]): Promise<StartedRun>;

  /** How a run stands that was started earlier. @throws Failure `forge-missing` when it is gone */
  look(loop: OuterLoop, id: ForgeId, target: OuterLoopTarget): Promise<OuterRun>;
}
