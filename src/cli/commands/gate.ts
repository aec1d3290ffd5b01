import path from 'node:path';
import { gate } from '../../flows/gate.ts';
import { ledgerFolder } from '../../flows/ledger-folder.ts';
import { loadConfig } from '../../flows/load-config.ts';
import { hermetic } from '../../wire/hermetic.ts';
import { configOption, type CommandDefinition } from '../command.ts';
import { watchProgress } from '../print/progress.ts';
import { checkReportNames, reportOptions, showReport } from '../report/show.ts';
import { programAndVersion } from '../version.ts';

export const gateCommand: CommandDefinition = {
  name: 'gate',
  summary: 'Run the suites on baseline and candidate and give a verdict',
  description:
    'Resolves what each name of the bundle’s images stands for now, runs the suites of lockkeeper.yaml on both images in fresh containers, compares them test by test, runs suspects again on both sides, and gives a verdict. Evidence and verdict are written into the bundle. No name is moved, and no login can be reached.',
  arguments: [
    {
      name: 'IMAGE',
      description:
        'Images of the bundle; all of them where none is named. Only a verdict on all can be promoted.',
      required: false,
      variadic: true,
    },
  ],
  options: [
    {
      long: '--bundle',
      value: 'DIR',
      description: 'Folder of the bundle that `lockkeeper build` made.',
      required: true,
    },
    {
      long: '--ledger',
      value: 'DIR',
      description:
        'Folder in which gates leave what later ones may use, in place of the one that lockkeeper.yaml names: runs on images in use, and tests that contradicted themselves. Who may write there is believed.',
    },
    {
      long: '--equivalent-to',
      value: 'TESTED',
      description:
        'Folder of a bundle of the same commit that was tested before. Where its verdict allows a promotion, the images in use have not moved since, and every image is proven to differ from the tested one in nothing but known noise, nothing is tried again; else the suites run, and the report says why. It is asked for all images, so none is named beside it.',
    },
    {
      long: '--within',
      value: 'DIR',
      description:
        'Take lockkeeper.yaml for somebody else’s: what it names of this machine has to lie in this folder, no link may lead out of it, and no ledger is used but the one of --ledger.',
    },
    {
      long: '--without-network',
      description: 'Refuse suites that ask for a network.',
    },
    ...reportOptions,
    configOption,
  ],
  examples: [
    { command: 'lockkeeper gate --bundle bundle', meaning: 'Judge all candidates in bundle/.' },
    {
      command: 'lockkeeper gate --bundle bundle --report verdict.html --report verdict.md',
      meaning: 'Judge, and write a page to look at and a text for the pull request.',
    },
    {
      command: 'lockkeeper gate --bundle rebuilt --equivalent-to tested',
      meaning: 'Run the suites only if the rebuild is not what was tested.',
    },
  ],
  exits: [
    '0  at least as good: promote',
    '3  rejected: something got worse',
    '4  on hold: not proven, or a person has to look',
    '5  no engine, or a registry does not answer',
  ],
  run: async (input, context) => {
    checkReportNames(input.values('--report'), context.env);
    const wired = await hermetic(context.env, context.signal);
    const config = await loadConfig(wired.configFiles, { cwd: context.cwd, file: input.value('--config') });
    const tools = wired.for(config);
    const bundleName = input.value('--bundle') ?? '';
    const bundle = path.resolve(context.cwd, bundleName);
    const progress = watchProgress(context);
    const tested = input.value('--equivalent-to');
    const within = input.value('--within');
    const ledger = input.value('--ledger');
    const order = {
      config,
      bundle,
      equivalentTo:
        tested === undefined ? undefined : { bundle: path.resolve(context.cwd, tested), bundleName: tested },
      bundleName,
      images: input.arguments,
      ledger:
        ledger === undefined && within !== undefined ? undefined : ledgerFolder(ledger, config, context.cwd),
      bounds: {
        within: within === undefined ? undefined : path.resolve(context.cwd, within),
        network: input.flag('--without-network') ? ('none' as const) : ('default' as const),
      },
      madeBy: programAndVersion(),
    };
    const report = await progress.during(() =>
      gate(order, tools, { observe: progress.observe, signal: context.signal }),
    );
    await showReport(report, input, context);
    return report.exit;
  },
};
