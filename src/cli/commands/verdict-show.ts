import path from 'node:path';
import { showVerdict } from '../../flows/show-verdict.ts';
import { local } from '../../wire/local.ts';
import type { CommandDefinition } from '../command.ts';
import { checkReportNames, reportOptions, showReport } from '../report/show.ts';

export const verdictShowCommand: CommandDefinition = {
  name: 'verdict show',
  summary: 'Read the verdict of a bundle, and judge its evidence again',
  description:
    'Reads what a gate stored with the candidates of a bundle, judges the evidence again, and shows the verdict as the gate did, with the files that stand for it and their sizes. The same evidence gives the same verdict on any machine; where the stored one, or a statement beside it, says something else, it is refused. Needs no engine, no registry and no lockkeeper.yaml. What changed between the images is not stored, and not shown.',
  arguments: [{ name: 'BUNDLE', description: 'Folder of the bundle.', required: true }],
  options: reportOptions,
  examples: [
    { command: 'lockkeeper verdict show bundle', meaning: 'Show why bundle/ may be promoted, or why not.' },
    {
      command: 'lockkeeper verdict show bundle --report verdict.html',
      meaning: 'Write the page of a gate that ran elsewhere.',
    },
  ],
  exits: [
    '0  the verdict lets the candidates be promoted',
    '3  it rejects them',
    '4  it holds them',
    '6  there is none, or it does not follow from its evidence',
  ],
  run: async (input, context) => {
    checkReportNames(input.values('--report'), context.env);
    const bundleName = input.arguments[0] ?? '';
    const order = { bundle: path.resolve(context.cwd, bundleName), bundleName };
    const report = await showVerdict(order, local(context.env).layouts);
    await showReport(report, input, context);
    return report.exit;
  },
};
