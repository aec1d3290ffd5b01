import { Failure } from '../../../base/failure.ts';
import type { ForgeId } from '../../../model/forge-id.ts';
import type {
  OuterLoop,
  OuterLoopStart,
  OuterLoopTarget,
  OuterRun,
  StartedRun,
} from '../../../model/outer-loop.ts';
import type { OuterLoops } from '../../../ports/outer-loops.ts';
import type { Starter } from './starter.ts';

type Kind = OuterLoopStart['kind'];

/** The ways that there are here; one that is not belongs to another forge, or lacks its token. */
export type Starters = { readonly [K in Kind]?: Starter<K> | undefined };

/** Outer loops of all kinds. */
export class StartedOuterLoops implements OuterLoops {
  readonly #starters: Starters;

  constructor(starters: Starters) {
    this.#starters = starters;
  }

  async start(loop: OuterLoop, target: OuterLoopTarget, known: readonly ForgeId[]): Promise<StartedRun> {
    const { by } = loop;
    switch (by.kind) {
      case 'github':
        return there(this.#starters.github, loop).start({ loop, by, target }, known);
      case 'gitlab':
        return there(this.#starters.gitlab, loop).start({ loop, by, target }, known);
      case 'azure':
        return there(this.#starters.azure, loop).start({ loop, by, target }, known);
      case 'comment':
        return there(this.#starters.comment, loop).start({ loop, by, target }, known);
      case 'command':
        return there(this.#starters.command, loop).start({ loop, by, target }, known);
    }
  }

  async look(loop: OuterLoop, id: ForgeId, target: OuterLoopTarget): Promise<OuterRun> {
    const { by } = loop;
    switch (by.kind) {
      case 'github':
        return there(this.#starters.github, loop).look({ loop, by, target }, id);
      case 'gitlab':
        return there(this.#starters.gitlab, loop).look({ loop, by, target }, id);
      case 'azure':
        return there(this.#starters.azure, loop).look({ loop, by, target }, id);
      case 'comment':
        return there(this.#starters.comment, loop).look({ loop, by, target }, id);
      case 'command':
        return there(this.#starters.command, loop).look({ loop, by, target }, id);
    }
  }
}

/** @throws Failure `forge-unknown` */
function there<T>(starter: T | undefined, { name, by }: OuterLoop): T {
  if (starter !== undefined) return starter;
  throw new Failure(
    'forge-unknown',
    `the outer loop ${name} is started by ${by.kind}, which cannot be reached from here`,
    {
      hint: 'A workflow needs GitHub, a pipeline GitLab, a comment either of them, each with its token.',
    },
  );
}
