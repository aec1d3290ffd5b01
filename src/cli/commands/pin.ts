import { exitStatus, Failure, type ExitStatus } from '../../base/failure.ts';
import { pin, type PinOrder, type PinOutcome } from '../../flows/pin.ts';
import { pinTools } from '../../wire/pinning.ts';
import type { CommandDefinition, Context } from '../command.ts';
import { painter } from '../print/paint.ts';
import { notePart } from '../print/part-note.ts';
import { changesOf, pinDocument, pinText } from '../print/pins.ts';
import { watchProgress } from '../print/progress.ts';
import { folderArgument, pinsOptions, pinsOrder } from './pin-options.ts';

export const pinCommand: CommandDefinition = {
  name: 'pin',
  summary: 'Write digests at image names, or move those that are there',
  description:
    'Finds the image names of a folder as `scan` does, asks the registries once for each name, and writes what it stands for behind it: `node:22` becomes `node:22@sha256:…`. The same name gets the same digest everywhere. Only names without a digest are touched; with --update, digests that are written already move too. Nothing else in a file changes, and a file in which an edit would have another effect than the planned one stays as it is. lockkeeper.yaml may say which names are left alone, what they follow, and how long they wait; it is not needed. Logs in with your Docker config.',
  arguments: [folderArgument],
  options: [
    {
      long: '--update',
      description: 'Also move digests that are written already to what their tags stand for now.',
    },
    { long: '--dry-run', description: 'Say what would change; write nothing, the ledger neither.' },
    { long: '--interactive', description: 'Ask for each name before anything is written; on a terminal.' },
    ...pinsOptions,
  ],
  examples: [
    { command: 'lockkeeper pin --update --dry-run', meaning: 'Say what would move, and what stays and why.' },
    {
      command: 'lockkeeper pin --only "ghcr.io/our-team/**" --json',
      meaning: 'Pin some names, and print the plan as a document.',
    },
  ],
  exits: [
    '0  everything that was to be pinned is',
    '2  no such folder, or lockkeeper.yaml is wrong',
    '3  a name does not exist; the others are done',
    '5  a registry does not answer, or a file changed meanwhile: the others are done, run it again',
    '6  a registry denies access, or a file cannot be written; the others are done',
  ],
  run: async (input, context) => {
    const confirm = input.flag('--interactive') ? asker(context) : undefined;
    const order = {
      ...pinsOrder(input, context.cwd),
      update: input.flag('--update'),
      dryRun: input.flag('--dry-run'),
      confirm,
    };
    const progress = watchProgress(context);
    const work = (): Promise<PinOutcome> =>
      pin(order, pinTools(context.env, context.signal), {
        observe: progress.observe,
        signal: context.signal,
      });
    // A line that is drawn again and again and a question do not go together.
    const outcome = await (confirm === undefined ? progress.during(work) : work());
    context.stdout.write(
      context.json
        ? `${JSON.stringify(pinDocument(outcome), undefined, 2)}\n`
        : pinText(outcome, { paint: painter(context.stdout.colour), columns: context.stdout.columns }),
    );
    await notePart(order.directory, outcome.survey.mentions, context);
    return exitOf(outcome);
  },
};

/** @throws Failure `usage` where nobody can be asked */
function asker({ ask }: Context): NonNullable<PinOrder['confirm']> {
  if (ask === undefined) {
    throw new Failure('usage', '--interactive asks on a terminal, and standard input is none', {
      hint: 'Use --dry-run to see what would change, and --only GLOB to choose.',
    });
  }
  return async (name, entries) => {
    const lines = changesOf(entries).map((line) => `  ${line}\n`);
    const answer = await ask(`${name}\n${lines.join('')}Write it? [Y/n] `);
    return /^(?:y(?:es)?)?$/i.test(answer.trim());
  };
}

/** The worst of what kept something from being done. */
function exitOf({ plan, files }: PinOutcome): ExitStatus {
  const lacks = plan.entries.some(({ decision }) => decision.kind === 'stay' && decision.why === 'absent');
  const failures = [
    ...files.flatMap((file) => (file.kind === 'failed' ? [file.failure] : [])),
    ...plan.entries.flatMap(({ decision }) =>
      decision.kind === 'stay' && decision.failure !== undefined ? [decision.failure] : [],
    ),
  ];
  return failures.reduce<ExitStatus>(
    (worst, { exit }) => (exit > worst ? exit : worst),
    lacks ? exitStatus.no : exitStatus.yes,
  );
}
