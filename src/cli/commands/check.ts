import { exitStatus, type ExitStatus } from '../../base/failure.ts';
import { check, type CheckOutcome } from '../../flows/check.ts';
import { pinTools } from '../../wire/pinning.ts';
import type { CommandDefinition } from '../command.ts';
import { checkDocument, checkText } from '../print/check.ts';
import { painter } from '../print/paint.ts';
import { notePart } from '../print/part-note.ts';
import { watchProgress } from '../print/progress.ts';
import { checkReportNames, checkReportOption, writeCheckReports } from '../report/check-report.ts';
import { folderArgument, pinsOptions, pinsOrder } from './pin-options.ts';

export const checkCommand: CommandDefinition = {
  name: 'check',
  summary: 'Say which image names are unpinned, stale, dead or drifted',
  description:
    'Finds the image names of a folder as `scan` does and asks the registries about them, once a name: unpinned (no digest), stale (the tag moved on), dead (the pinned image has gone: what uses it fails now), drifted (one name, several digests), one platform of several, backwards (the tag went back), absent, not allowed, denied, unreachable. What counts as an error is said in lockkeeper.yaml, which is not needed. Nothing is ever written. Logs in with your Docker config.',
  arguments: [folderArgument],
  options: [
    {
      long: '--offline',
      description: 'Ask no registry: find only what is unpinned, drifted, unresolved or not allowed.',
    },
    checkReportOption,
    ...pinsOptions,
  ],
  examples: [
    { command: 'lockkeeper check', meaning: 'Look at all names of this folder.' },
    {
      command: 'lockkeeper check --offline --report github --report check.sarif',
      meaning: 'In a job of GitHub Actions, without any network: annotate the lines of the pull request.',
    },
  ],
  exits: [
    '0  nothing that counts',
    '3  findings that count',
    '5  nothing that counts so far, but a registry did not answer: run it again',
    '6  nothing that counts so far, but a registry denies access',
  ],
  run: async (input, context) => {
    checkReportNames(input.values('--report'));
    const startedAt = context.clock.now().toISOString();
    const progress = watchProgress(context);
    const order = { ...pinsOrder(input, context.cwd), offline: input.flag('--offline') };
    const outcome = await progress.during(() =>
      check(order, pinTools(context.env, context.signal), {
        observe: progress.observe,
        signal: context.signal,
      }),
    );
    context.stdout.write(
      context.json
        ? `${JSON.stringify(checkDocument(outcome), undefined, 2)}\n`
        : checkText(outcome, { paint: painter(context.stdout.colour), columns: context.stdout.columns }),
    );
    await notePart(order.directory, outcome.survey.mentions, context);
    const exit = exitOf(outcome);
    await writeCheckReports(input.values('--report'), { outcome, exit, startedAt }, context);
    return exit;
  },
};

/** A name that was not looked at is no clean answer, whatever the others are. */
function exitOf({ findings }: CheckOutcome): ExitStatus {
  if (findings.some(({ severity }) => severity === 'error')) return exitStatus.no;
  return findings.reduce<ExitStatus>(
    (worst, { failure }) => (failure !== undefined && failure.exit > worst ? failure.exit : worst),
    exitStatus.yes,
  );
}
