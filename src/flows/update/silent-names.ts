import type { Plan } from '../../model/plan.ts';
import type { Reference } from '../../model/reference.ts';

/** Names of which a registry told nothing in this run: what held of them before holds on. */
export function silentNames({ entries }: Plan): readonly Reference[] {
  return entries.flatMap(({ follows, decision }) =>
    follows !== undefined && decision.kind === 'stay' && decision.failure !== undefined ? [follows] : [],
  );
}
