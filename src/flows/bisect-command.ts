import path from 'node:path';
import { withoutRepository } from '../base/git-command.ts';
import type { BisectedMove, BisectionDocument } from '../model/bisection-document.ts';
import type { Layouts } from '../ports/layout.ts';
import type { WorkClones } from '../ports/work-clone.ts';
import type { Shell } from '../ports/shell.ts';
import { bisectMoves, type BisectBounds, type BisectTools, type BisectWork } from './bisect.ts';
import { movedPins, type PinRange, type PinRangeTools } from './bisect-pins.ts';
import { commandGate } from './command-gate.ts';
import type { CommandGate, CommandRule, TrialPlace } from './command-run.ts';
import { readBundle } from './open-bundle.ts';
import type { Watching } from './tools.ts';

/** What may have moved. Folders are absolute. */
export type BisectSubject =
  | ({ readonly kind: 'pins' } & PinRange)
  /** Images of a bundle; the command finds it in `LOCKKEEPER_BUNDLE`. */
  | { readonly kind: 'bundle'; readonly bundle: string; readonly directory: string }
  /** Whatever the command makes of these names. */
  | { readonly kind: 'moves'; readonly moves: readonly string[]; readonly directory: string };

export interface CommandBisection {
  readonly subject: BisectSubject;
  readonly rule: CommandRule;
  /** Environment of the command, without what tells it the moves. */
  readonly env: Readonly<Record<string, string>>;
  readonly bounds: BisectBounds;
}

export interface CommandTools extends BisectTools, PinRangeTools {
  readonly clones: WorkClones;
  readonly shell: Shell;
  readonly layouts: Layouts;
}

interface Ground extends Pick<BisectWork, 'subject' | 'moves' | 'apart' | 'notices'> {
  readonly place: (moved: readonly string[]) => Promise<AsyncDisposable & { readonly folder: string }>;
  /** What the command gets, out of the environment of the person. */
  readonly env: (theirs: Variables) => Variables;
}

type Variables = Readonly<Record<string, string>>;

/** Bisects by a command of the person's own. @throws what its parts throw */
export async function bisectByCommand(
  { subject, rule, env, bounds }: CommandBisection,
  tools: CommandTools,
  watching: Watching,
): Promise<BisectionDocument> {
  const ground = await groundOf(subject, tools);
  const gate: CommandGate = {
    rule,
    places: async (moved) => trialPlace(ground, env, moved),
    shell: tools.shell,
    clock: tools.clock,
    signal: watching.signal,
    onLine: (line) => watching.observe({ kind: 'command-output', line }),
  };
  const work: BisectWork = {
    subject: ground.subject,
    rule,
    moves: ground.moves,
    apart: ground.apart,
    notices: ground.notices,
    base: rule.repeat === 1 ? 'asked' : 'assumed',
    asksAgain: true,
    gate: (moved) => commandGate(gate, moved),
  };
  return bisectMoves(work, bounds, tools, watching);
}

async function groundOf(subject: BisectSubject, tools: CommandTools): Promise<Ground> {
  switch (subject.kind) {
    case 'pins': {
      const { root, to, told, filesWith } = await movedPins(subject, tools);
      const place: Ground['place'] = async (moved) => {
        const clone = await tools.clones.make({ root, commit: to, files: filesWith(moved) });
        return {
          folder: path.join(clone.folder, told.subject.folder),
          [Symbol.asyncDispose]: () => clone[Symbol.asyncDispose](),
        };
      };
      return { ...told, place, env: withoutRepository };
    }
    case 'bundle': {
      const { members, set } = await readBundle(await tools.layouts.open(subject.bundle));
      const moves = members.map(({ image, digest }) => ({ name: image, to: digest }));
      return {
        ...plainGround({ kind: 'bundle', set }, moves, subject.directory),
        env: (theirs) => ({ ...theirs, LOCKKEEPER_BUNDLE: subject.bundle }),
      };
    }
    default:
      return plainGround(
        { kind: 'moves' },
        [...new Set(subject.moves)].map((name) => ({ name })),
        subject.directory,
      );
  }
}

/** The command itself makes the moves, where the person is. */
function plainGround(
  subject: BisectionDocument['subject'],
  moves: readonly BisectedMove[],
  folder: string,
): Ground {
  const place: Ground['place'] = () =>
    Promise.resolve({ folder, [Symbol.asyncDispose]: () => Promise.resolve() });
  return { subject, moves, apart: [], notices: [], place, env: (theirs) => theirs };
}

async function trialPlace(
  { moves, place, env: envOf }: Ground,
  env: Variables,
  moved: readonly string[],
): Promise<TrialPlace> {
  const made = new Set(moved);
  const others = moves.filter(({ name }) => !made.has(name)).map(({ name }) => name);
  const at = await place(moved);
  return {
    folder: at.folder,
    env: {
      ...envOf(env),
      LOCKKEEPER_MOVED: moved.join('\n'),
      LOCKKEEPER_NOT_MOVED: others.join('\n'),
    },
    [Symbol.asyncDispose]: () => at[Symbol.asyncDispose](),
  };
}
