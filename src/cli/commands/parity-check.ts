import path from 'node:path';
import { exitStatus, type ExitStatus } from '../../base/failure.ts';
import { parityCheck } from '../../flows/parity-check.ts';
import { parityLevels } from '../../model/parity-answer.ts';
import type { ParityReport } from '../../model/parity-report.ts';
import { parityTools } from '../../wire/parity.ts';
import type { CommandDefinition } from '../command.ts';
import { projectConfig } from '../image-argument.ts';
import { parityDocument } from '../parity/document.ts';
import { askedAgainst, parityOptions } from '../parity/options.ts';
import { checkParityReports, parityReportOption, writeParityReports } from '../parity/report.ts';
import { parityText } from '../parity/text.ts';
import { counts } from '../parity/words.ts';
import { painter } from '../print/paint.ts';
import { watchProgress } from '../print/progress.ts';
import { programAndVersion } from '../version.ts';
import { folderArgument } from './pin-options.ts';

const levels = parityLevels.slice(0, 3);

export const parityCheckCommand: CommandDefinition = {
  name: 'parity check',
  summary: 'Say whether a platform can build the versions that are pinned',
  description:
    'Reads the pin files of a folder (.python-version, package.json, go.mod and many more), asks the builder of each channel of the platform, and says of every pin: supported (and what it resolves to), unsupported (why), ignored (the builder does not look at the file; what it uses), or unknown (why). It never guesses: a table that cannot be read is unknown. The builder’s labels take two answers of the registry; at level L1 one layer of it is fetched and kept. Nothing is run and nothing is written. Logs in with your Docker config.',
  arguments: [folderArgument],
  options: [
    {
      long: '--level',
      value: 'LEVEL',
      description:
        'How deep to look at most. L0: labels. L1: the lists of versions within the builder. L2, the default: also what is known of buildpacks.',
      choices: levels,
    },
    parityReportOption,
    ...parityOptions,
  ],
  examples: [
    {
      command: 'lockkeeper parity check --builder heroku/builder:24',
      meaning: 'Without any config: would this builder take the versions that are pinned here?',
    },
    {
      command: 'lockkeeper parity check --report github --report parity.sarif',
      meaning:
        'In a job of GitHub Actions: annotate the pins that the platform of lockkeeper.yaml cannot build.',
    },
  ],
  exits: [
    '0  nothing that counts',
    '3  a deploying channel does not support a pin or ignores it, or two files disagree',
    '4  nothing that counts so far, but a pin file could not be read',
    '5  nothing that counts so far, but a channel could not be asked: run it again',
    '6  nothing that counts so far, but a builder may not be read, or cannot be believed',
  ],
  run: async (input, context) => {
    checkParityReports(input.values('--report'));
    const startedAt = context.clock.now().toISOString();
    const directory = path.resolve(context.cwd, input.arguments[0] ?? '.');
    const wired = parityTools(context.env, context.signal);
    const config = await projectConfig(wired, input, { ...context, cwd: directory });
    const level = levels.find((each) => each === input.value('--level')) ?? 'L2';
    const order = { ...askedAgainst(input, config, context), level };
    const progress = watchProgress(context);
    const { report, below } = await progress.during(() =>
      parityCheck(directory, order, wired.for({ companions: config?.companions ?? {} }), {
        observe: progress.observe,
        signal: context.signal,
      }),
    );
    context.stdout.write(
      context.json
        ? `${JSON.stringify(parityDocument(report, below, programAndVersion()), undefined, 2)}\n`
        : parityText(report, { paint: painter(context.stdout.colour), columns: context.stdout.columns }),
    );
    const exit = exitOf(report);
    await writeParityReports(input.values('--report'), { report, below, exit, startedAt }, context);
    return exit;
  },
};

/** A channel that was not asked, or a file that was not read, is no clean answer, whatever the others say. */
function exitOf({ pins, disagreements, channels, failed, unread }: ParityReport): ExitStatus {
  const isWrong = pins.some(({ answers }) =>
    answers.some(({ answer, channel }) =>
      counts(
        answer,
        channels.find(({ name }) => name === channel),
      ),
    ),
  );
  if (isWrong || disagreements.length > 0) return exitStatus.no;
  return failed.reduce<ExitStatus>(
    (worst, { failure }) => (failure.exit > worst ? failure.exit : worst),
    unread.length > 0 ? exitStatus.notProven : exitStatus.yes,
  );
}
