import path from 'node:path';
import type { ExitStatus } from '../../base/failure.ts';
import { safeLine } from '../../base/text.ts';
import { askFleet, type AskRepo } from '../../flows/fleet.ts';
import { fleetRepos } from '../../flows/fleet-list.ts';
import type { Tools } from '../../flows/tools.ts';
import { formatFleetRow, type FleetDocument, type FleetQuestion } from '../../model/fleet-answer.ts';
import { fleetTools } from '../../wire/fleet.ts';
import { organisationsOf } from '../../wire/forges.ts';
import type { CommandInput, Context, OptionDefinition } from '../command.ts';
import { programAndVersion } from '../version.ts';
import { fleetExit } from './exit.ts';
import { fleetText } from './text.ts';

/** Options of all commands over a fleet. */
export const fleetOptions: readonly OptionDefinition[] = [
  {
    long: '--fleet',
    value: 'FILE',
    description: 'The list of repositories; fleet.yaml in this folder by default.',
  },
  {
    long: '--journal',
    value: 'FILE',
    description:
      'Keep what was answered in this file, one line a repository. Run again with the same file, only the repositories are asked that failed, or were not reached.',
  },
];

/** What the exit statuses of all of them mean. */
export const fleetExits: readonly string[] = [
  '0  every repository was looked at, and nothing counts',
  '3  something counts in at least one',
  '2  nothing that counts so far, but a repository is not there, or its lockkeeper.yaml is missing or wrong',
  '5  nothing that counts so far, but a repository could not be looked at: run it again',
  '6  nothing that counts so far, but a repository, registry or document refuses or cannot be believed',
];

export interface FleetAsk {
  readonly question: FleetQuestion;
  /** Options that change what is asked, for the journal. */
  readonly details: readonly string[];
  readonly ask: AskRepo;
  readonly configFiles: Tools['configFiles'];
  /** Of repositories that are fetched; without it their newest commit alone is. */
  readonly history?: boolean;
}

/** Asks all repositories of the list, and shows one table. */
export async function runFleet(
  { question, details, ask, configFiles, history = false }: FleetAsk,
  input: CommandInput,
  context: Context,
): Promise<ExitStatus> {
  const file = path.resolve(context.cwd, input.value('--fleet') ?? 'fleet.yaml');
  const organisations = organisationsOf(context.env, context.signal);
  const shown = input.value('--fleet') ?? 'fleet.yaml';
  const repos = await fleetRepos({ file, shown }, { configFiles, organisations });
  const journal = input.value('--journal');
  const order = {
    repos,
    history,
    journal: journal === undefined ? undefined : path.resolve(context.cwd, journal),
    question: [question, ...details].map((word) => JSON.stringify(word)).join(' '),
  };
  const outcome = await askFleet(order, ask, fleetTools(context.env), {
    signal: context.signal,
    onEnd: (row, done, of) => {
      if (!context.quiet) context.stderr.write(`${done}/${of} ${safeLine(formatFleetRow(row))}\n`);
    },
  });
  const document: FleetDocument = {
    schemaVersion: 1,
    kind: 'fleet',
    madeBy: programAndVersion(),
    question,
    repos: outcome.rows.map((row) => ('lines' in row ? { ...row, lines: [...row.lines] } : row)),
    earlier: outcome.earlier,
  };
  const { colour, columns } = context.stdout;
  context.stdout.write(
    context.json
      ? `${JSON.stringify(document, undefined, 2)}\n`
      : fleetText(document, { colour, columns, journal }),
  );
  return fleetExit(outcome);
}
