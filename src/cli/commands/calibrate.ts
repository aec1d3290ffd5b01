import path from 'node:path';
import { exitStatus, Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { calibrateSuites } from '../../flows/calibrate.ts';
import { ledgerFolder } from '../../flows/ledger-folder.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { parsePlatform } from '../../model/platform.ts';
import { hermetic } from '../../wire/hermetic.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { calibrationText } from '../print/calibration.ts';
import { watchProgress } from '../print/progress.ts';
import { programAndVersion } from '../version.ts';

export const calibrateCommand: CommandDefinition = {
  name: 'calibrate',
  summary: 'Run suites on one image in pairs, to see what chance does',
  description:
    'Resolves what each name of lockkeeper.yaml stands for now and runs its suites on that image again and again, under the limits of a gate. Shows which tests differ from run to run, and how often a gate would hold or reject an image that is as good by chance alone; that is simulated with the judge itself. Proposes `gate.screen`. Tests that contradicted themselves go into the ledger. No candidate is needed, no name is moved, and no login can be reached.',
  arguments: [
    {
      name: 'IMAGE',
      description: 'Images of lockkeeper.yaml; all of them where none is named.',
      required: false,
      variadic: true,
    },
  ],
  options: [
    {
      long: '--suite',
      value: 'SUITE',
      description: 'Only this suite; may be repeated.',
      repeatable: true,
    },
    {
      long: '--rounds',
      value: 'N',
      description: `Pairs of runs; ${limits.calibrationRoundsDefault} by default, at most ${limits.calibrationRoundsMax}. More see tests that fail more seldom.`,
    },
    {
      long: '--platform',
      value: 'PLATFORM',
      description: 'The image of this platform; the engine’s own by default.',
    },
    {
      long: '--bundle',
      value: 'DIR',
      description: 'Take the images from this bundle, where `lockkeeper resolve` has put them.',
    },
    {
      long: '--ledger',
      value: 'DIR',
      description: 'Folder of the ledger, in place of the one that lockkeeper.yaml names.',
    },
    configOption,
  ],
  examples: [
    { command: 'lockkeeper calibrate', meaning: 'Ten pairs of runs of every suite on its image in use.' },
    {
      command: 'lockkeeper calibrate ci --suite unit --rounds 50 --json',
      meaning: 'A hundred runs of one suite over night, as a document for programs.',
    },
  ],
  exits: [
    '0  every suite was calibrated',
    '2  lockkeeper.yaml is wrong, or a name stands for no image yet',
    '4  a suite came to its end too seldom for two runs to be compared',
    '5  no engine, or a registry does not answer',
  ],
  run: async (input, context) => {
    const rounds = roundsOf(input.value('--rounds'));
    const named = input.value('--platform');
    const platform = named === undefined ? undefined : parsePlatform(named);
    const wired = await hermetic(context.env, context.signal);
    const config = await loadConfig(wired.configFiles, { cwd: context.cwd, file: input.value('--config') });
    const tools = wired.for(config);
    const bundle = input.value('--bundle');
    const order = {
      config,
      images: input.arguments,
      suites: input.values('--suite'),
      rounds,
      platform,
      bundle: bundle === undefined ? undefined : path.resolve(context.cwd, bundle),
      ledger: ledgerFolder(input.value('--ledger'), config, context.cwd),
      madeBy: programAndVersion(),
    };
    const progress = watchProgress(context);
    const calibration = await progress.during(() =>
      calibrateSuites(order, tools, { observe: progress.observe, signal: context.signal }),
    );
    const { colour, columns } = context.stdout;
    context.stdout.write(
      context.json
        ? `${JSON.stringify(calibration, undefined, 2)}\n`
        : calibrationText(calibration, config.gate.rule.screenRuns, { colour, columns }),
    );
    return calibration.exit === exitStatus.yes ? exitStatus.yes : exitStatus.notProven;
  },
};

function roundsOf(text: string | undefined): number {
  if (text === undefined) return limits.calibrationRoundsDefault;
  const rounds = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0;
  if (rounds >= 1 && rounds <= limits.calibrationRoundsMax) return rounds;
  throw new Failure('usage', `${JSON.stringify(text)} is not a number of rounds`, {
    hint: `Name a whole number from 1 to ${limits.calibrationRoundsMax}.`,
  });
}
