import { Failure } from '../../base/failure.ts';
import { judgeResults } from '../../flows/judge-results.ts';
import { local } from '../../wire/local.ts';
import { reportFormats, type ReportFormat } from '../../model/report-format.ts';
import type { CommandDefinition } from '../command.ts';
import { checkReportNames, reportOptions, showReport } from '../report/show.ts';
import { programAndVersion } from '../version.ts';

export const judgeCommand: CommandDefinition = {
  name: 'judge',
  summary: 'Compare two test results that already exist',
  description:
    'Pairs the tests of two result files, or of two folders of them, and prints findings and verdict: the gate’s core without containers. Nothing can be run again here, so a test that passed before and fails now is not confirmed, and holds; a test that no longer runs rejects.',
  arguments: [
    {
      name: 'BASELINE',
      description:
        'Report of the image in use (JUnit XML, TAP, CTRF JSON, or what `go test -json` wrote), or a folder of such files.',
      required: true,
    },
    { name: 'CANDIDATE', description: 'The same for the candidate.', required: true },
  ],
  options: [
    {
      long: '--format',
      value: 'FORMAT',
      description: 'What the files are, where their names and first bytes do not tell.',
      choices: reportFormats,
    },
    ...reportOptions,
  ],
  examples: [
    { command: 'lockkeeper judge old/junit.xml new/junit.xml', meaning: 'Compare two JUnit reports.' },
    {
      command: 'lockkeeper judge old.tap new.tap --report findings.html',
      meaning: 'Compare two TAP files, and write a page to look at.',
    },
  ],
  exits: [
    '0  nothing got worse',
    '3  tests that passed no longer run',
    '4  tests that passed fail now, unconfirmed',
  ],
  run: async (input, context) => {
    checkReportNames(input.values('--report'), context.env);
    const [baseline = '', candidate = ''] = input.arguments;
    const { resultFiles, clock } = local(context.env);
    const report = await judgeResults(
      {
        baseline,
        candidate,
        folder: context.cwd,
        format: formatOf(input.value('--format')),
        madeBy: programAndVersion(),
      },
      resultFiles,
      clock,
    );
    await showReport(report, input, context);
    return report.exit;
  },
};

function formatOf(word: string | undefined): ReportFormat | undefined {
  if (word === undefined) return undefined;
  const format = reportFormats.find((each) => each === word);
  if (format !== undefined) return format;
  throw new Failure('usage', `${JSON.stringify(word)} is not a format`, {
    hint: `Known: ${reportFormats.join(', ')}.`,
  });
}
