import { Failure, type ExitStatus } from '../../base/failure.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { askChange } from '../../flows/fleet-change.ts';
import type { ProposedChange } from '../../flows/propose-change.ts';
import { parseBranchName } from '../../model/branch-name.ts';
import { digestOf } from '../../model/digest.ts';
import type { FleetQuestion } from '../../model/fleet-answer.ts';
import { shortKey } from '../../model/short-key.ts';
import { openForge } from '../../wire/forges.ts';
import { changeTools } from '../../wire/fleet.ts';
import type { CommandInput, Context, OptionDefinition } from '../command.ts';
import { codeSpan, markdownText } from '../report/markdown-text.ts';
import { fleetOptions, runFleet } from './run.ts';

/** Options of all commands that change many repositories. */
export const fleetChangeOptions: readonly OptionDefinition[] = [
  {
    long: '--dry-run',
    description: 'Show what would change in each repository; push nothing, and open nothing.',
  },
  ...fleetOptions,
];

export interface WantedChange {
  readonly question: Extract<FleetQuestion, 'pin' | 'hold' | 'rollback'>;
  /** What the branch is for: a runtime, or an image. One branch holds one change of its subject at a time. */
  readonly subject: string;
  /** All that tells this change from others of its subject. */
  readonly details: readonly string[];
  readonly title: string;
  /** Why, in the words of the person. */
  readonly reason: string | undefined;
  readonly make: ProposedChange['make'];
  /** Reads how files came to be. */
  readonly history: boolean;
}

/** One pull request in each repository of the list. */
export function runFleetChange(
  { question, subject, details, title, reason, make, history }: WantedChange,
  input: CommandInput,
  context: Context,
): Promise<ExitStatus> {
  const dryRun = input.flag('--dry-run');
  requireNoJournal(dryRun, input);
  const change: ProposedChange = {
    branch: parseBranchName(`lockkeeper/${question}-${branchWord(subject)}`),
    key: shortKey(digestOf(canonicalJson([question, subject, ...details]))),
    title,
    make,
    describe: (made) =>
      [
        ...(reason === undefined ? [] : [markdownText(reason, 1_000), '']),
        ...(made.kind === 'made' ? made.lines.map((line) => `- ${codeSpan(line, 300)}`) : []),
        '',
        'The same change was proposed to each repository of a list, by `lockkeeper fleet`. Close this, and it is not proposed here again.',
        '',
      ].join('\n'),
  };
  const tools = {
    ...changeTools(context.env),
    openForge: (asked: Parameters<typeof openForge>[0]) => openForge(asked, context.env, context.signal),
  };
  const ask = askChange(change, { dryRun }, tools);
  const { configFiles } = tools;
  const order = { question, details: [subject, ...details], ask, configFiles, history };
  return runFleet(order, input, context);
}

/** A journal tells what was done, and a dry run does nothing. @throws Failure `usage` */
export function requireNoJournal(dryRun: boolean, input: CommandInput): void {
  if (dryRun && input.value('--journal') !== undefined)
    throw new Failure('usage', '--dry-run writes nothing, a journal neither: say one of them');
}

/** Readable, and of no other subject: `node-22-1a2b3c4d`. */
function branchWord(subject: string): string {
  const plain = subject
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 60)
    .replaceAll(/-+$/g, '');
  if (plain === subject) return plain;
  const key = shortKey(digestOf(subject)).slice(0, 8);
  return plain === '' ? key : `${plain}-${key}`;
}

/** What the exit statuses of these commands mean. */
export const fleetChangeExits: readonly string[] = [
  '0  each repository has its pull request, or needs none',
  '2  no repository has what is to change; or one is not there, or its lockkeeper.yaml is missing or wrong; the others are done',
  '3  a person has to act in at least one: it cannot be changed as a whole, people work on the branch, or closed the pull request',
  '5  a repository, forge or registry does not answer: the others are done, run it again',
  '6  a repository, forge or registry refuses; the others are done',
];
