import path from 'node:path';
import { Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { parseDuration } from '../../base/units.ts';
import { bisectByCommand, type BisectSubject } from '../../flows/bisect-command.ts';
import type { BisectBounds } from '../../flows/bisect.ts';
import type { BisectionDocument } from '../../model/bisection-document.ts';
import { bisecting } from '../../wire/bisecting.ts';
import { configOption, type CommandDefinition, type CommandInput, type Context } from '../command.ts';
import { bisectionText } from '../print/bisection.ts';
import { watchProgress } from '../print/progress.ts';
import { programAndVersion } from '../version.ts';

// Fewer pairs cannot convict by the judge's level.
const repeatMin = 3;

export const bisectCommand: CommandDefinition = {
  name: 'bisect',
  summary: 'Find the fewest moved pins or images that explain a reject',
  description: `Asks gates with some of the moves made, and finds which of them are bad: one among n in about log2 n gates, several, and those that are bad only together. What it names is proven by a gate with it and one without it, and by another such pair, and what is left is gated as a whole. The moves are the pins that differ between two commits (--from, --to), the images of a bundle (--bundle), or names that you give (--move). With --run the gate is a command, run by \`sh -c\`: status 0 is good, 125 cannot be told, 126, 127, signals (also as a status from 129 to 192) and no end in time cannot be told either, all else is bad. For pins it runs in a temporary checkout of the later commit, with the pins that do not move as the earlier one has them; your own work tree is never touched. For the others it runs where you are. It finds the names that are moved in LOCKKEEPER_MOVED, the others in LOCKKEEPER_NOT_MOVED, one a line, and a bundle’s folder in LOCKKEEPER_BUNDLE. Without --run, the suites of lockkeeper.yaml judge: the images of a bundle, or the pins that they guard, each image before against the one now. With --out every gate is kept, and the same command goes on where it was interrupted. One search takes up to ${limits.bisectMovesMax} moves.`,
  arguments: [
    {
      name: 'DIR',
      description:
        'A folder of the repository, in which the command runs; the current one where none is named.',
      required: false,
    },
  ],
  options: [
    { long: '--from', value: 'REV', description: 'The commit whose pins were good.' },
    { long: '--to', value: 'REV', description: 'The commit whose files are tried; HEAD by default.' },
    { long: '--bundle', value: 'DIR', description: 'Bisect the images of this bundle.' },
    { long: '--move', value: 'NAME', description: 'Something that the command can move.', repeatable: true },
    { long: '--run', value: 'CMD', description: 'The gate, as a line for `sh`.' },
    {
      long: '--repeat',
      value: 'N',
      description: `For a command that fails now and then: a failure counts when it comes again, up to N times (${repeatMin} to ${limits.confirmRunsMax}), and never without the moves.`,
    },
    {
      long: '--timeout',
      value: 'DURATION',
      description: 'How long one run of the command may take, such as 90s or 1h; 30m by default.',
    },
    { long: '--runners', value: 'N', description: 'Run so many gates at once, and split so many ways.' },
    {
      long: '--gates',
      value: 'N',
      description: `Run at most so many gates, then say what is known; ${limits.bisectGatesDefault} by default.`,
    },
    { long: '--within', value: 'DURATION', description: 'Begin no gate later than this.' },
    { long: '--out', value: 'DIR', description: 'Keep each gate and its log here, and go on from there.' },
    configOption,
  ],
  examples: [
    {
      command: 'lockkeeper bisect --from v1.4 --to main --run "docker compose build && make test"',
      meaning: 'Which of the pins that moved since v1.4 breaks the tests?',
    },
    {
      command: 'lockkeeper bisect --from v1.4 --out trail',
      meaning: 'Which of them do the suites of lockkeeper.yaml reject? Keep the evidence.',
    },
    {
      command: 'lockkeeper bisect --bundle bundle',
      meaning: 'Which images of the bundle do the suites reject?',
    },
    {
      command: 'lockkeeper bisect --move gcc --move glibc --run ./try.sh --repeat 6 --out trail',
      meaning: 'Which of two things that the script can move is to blame, with a flaky script?',
    },
  ],
  exits: [
    '0  all moves are good together, or there are none',
    '3  culprits were found',
    '4  not proven: gates could not decide, the base is not good itself, or gates or time ran out',
    '5  interrupted, or the command cannot run; with --out the same command goes on',
  ],
  run: async (input, context) => {
    const subject = subjectOf(input, context);
    const bounds = boundsOf(input, context);
    const command = input.value('--run');
    if (command === undefined) refuseWithoutCommand(input, subject);
    if (command === undefined && subject.kind === 'bundle') {
      const { bundleBySuites } = await import('../bisect/bundle-by-suites.ts');
      return show(await bundleBySuites(subject.bundle, bounds, { input, context }), context);
    }
    if (command === undefined && subject.kind === 'pins') {
      const { pinsBySuites } = await import('../bisect/pins-by-suites.ts');
      return show(await pinsBySuites(subject, bounds, context), context);
    }
    if (command === undefined || command.trim() === '') {
      throw new Failure('usage', 'bisect needs a gate', { hint: 'Name a command with --run.' });
    }
    const timeout = input.value('--timeout');
    const rule = {
      command,
      repeat:
        input.value('--repeat') === undefined
          ? 1
          : count(input, '--repeat', repeatMin, limits.confirmRunsMax),
      timeoutMs: timeout === undefined ? limits.bisectTimeoutMsDefault : parseDuration(timeout),
    };
    if (rule.timeoutMs < 1 || rule.timeoutMs > limits.bisectTimeoutMsMax)
      throw new Failure('usage', `--timeout ${timeout} is out of range`, {
        hint: 'Name one from 1ms to 24h.',
      });
    const progress = watchProgress(context);
    const watching = { observe: progress.observe, signal: context.signal };
    const order = { subject, rule, env: plainEnvironment(context.env), bounds };
    return show(
      await progress.during(() => bisectByCommand(order, bisecting(context.env), watching)),
      context,
    );
  },
};

/** Suites have their own rule and their own limits of time, and find their files by lockkeeper.yaml. */
function refuseWithoutCommand(input: CommandInput, subject: BisectSubject): void {
  const named = (['--repeat', '--timeout'] as const).filter((long) => input.value(long) !== undefined);
  const idle = [...named, ...(subject.kind === 'bundle' ? input.arguments.map(() => 'DIR') : [])];
  if (idle.length === 0) return;
  throw new Failure('usage', `${idle.join(', ')} without --run has no effect`, {
    hint: 'Name a command with --run, or leave it out.',
  });
}

function show(document: BisectionDocument, { json, stdout }: Context): number {
  const { colour, columns } = stdout;
  stdout.write(
    json ? `${JSON.stringify(document, undefined, 2)}\n` : bisectionText(document, { colour, columns }),
  );
  return document.exit;
}

/** @throws Failure `usage` when none, or more than one, of the three is named */
function subjectOf(input: CommandInput, { cwd }: Context): BisectSubject {
  const [from, to, bundle, moves] = [
    input.value('--from'),
    input.value('--to'),
    input.value('--bundle'),
    input.values('--move'),
  ];
  const directory = path.resolve(cwd, input.arguments[0] ?? '.');
  const named = [from !== undefined || to !== undefined, bundle !== undefined, moves.length > 0];
  if (named.filter(Boolean).length === 1) {
    if (bundle !== undefined) return { kind: 'bundle', bundle: path.resolve(cwd, bundle), directory };
    if (moves.length > 0) return { kind: 'moves', moves: moves.map(moveName), directory };
    if (from !== undefined) {
      const file = input.value('--config');
      const config = file === undefined ? undefined : path.resolve(cwd, file);
      return { kind: 'pins', directory, from, to: to ?? 'HEAD', config };
    }
  }
  throw new Failure('usage', 'bisect needs one thing to look for a culprit in', {
    hint: 'Name the commit whose pins were good with --from, or a bundle with --bundle, or moves with --move.',
  });
}

function moveName(name: string): string {
  if (name !== '' && name.length <= nameCharsMax && !/[\0\n]/.test(name)) return name;
  throw new Failure('usage', `${JSON.stringify(name.slice(0, 60))} is no name of a move`, {
    hint: `Use one line of at most ${nameCharsMax} characters.`,
  });
}

// All names together have to fit into one variable of the environment: 128 KiB on Linux.
const nameCharsMax = 200;

function boundsOf(input: CommandInput, { cwd }: Context): BisectBounds {
  const [within, out] = [input.value('--within'), input.value('--out')];
  return {
    runners:
      input.value('--runners') === undefined ? 1 : count(input, '--runners', 1, limits.bisectRunnersMax),
    gatesMax:
      input.value('--gates') === undefined
        ? limits.bisectGatesDefault
        : count(input, '--gates', 1, limits.bisectGatesMax),
    withinMs: within === undefined ? undefined : parseDuration(within),
    out: out === undefined ? undefined : path.resolve(cwd, out),
    madeBy: programAndVersion(),
  };
}

function count(input: CommandInput, long: `--${string}`, min: number, max: number): number {
  const text = input.value(long) ?? '';
  const value = /^[0-9]{1,6}$/.test(text) ? Number(text) : -1;
  if (value >= min && value <= max) return value;
  throw new Failure('usage', `${long} ${JSON.stringify(text.slice(0, 40))} is out of range`, {
    hint: `Name a whole number from ${min} to ${max}.`,
  });
}

function plainEnvironment(env: Context['env']): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
