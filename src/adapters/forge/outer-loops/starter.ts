import type { ForgeId } from '../../../model/forge-id.ts';
import type {
  OuterLoop,
  OuterLoopStart,
  OuterLoopTarget,
  OuterRun,
  StartedRun,
} from '../../../model/outer-loop.ts';

/** What an outer loop of one kind is started with. */
export interface StartOrder<K extends OuterLoopStart['kind']> {
  readonly loop: OuterLoop;
  readonly by: Extract<OuterLoopStart, { readonly kind: K }>;
  readonly target: OuterLoopTarget;
}

/** One way of starting outer loops; the port, for one kind. */
export interface Starter<K extends OuterLoopStart['kind']> {
  start(order: StartOrder<K>, known: readonly ForgeId[]): Promise<StartedRun>;
  look(order: StartOrder<K>, id: ForgeId): Promise<OuterRun>;
}
