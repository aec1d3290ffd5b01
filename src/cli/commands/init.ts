import path from 'node:path';
import { exitStatus } from '../../base/failure.ts';
import { plural, safeLine } from '../../base/text.ts';
import { initConfig, type Initiation } from '../../flows/init.ts';
import { local } from '../../wire/local.ts';
import type { CommandDefinition } from '../command.ts';

export const initCommand: CommandDefinition = {
  name: 'init',
  summary: 'Look at a repository and write a lockkeeper.yaml for it',
  description:
    'Reads Dockerfiles, the files of GitHub Actions, GitLab CI and CircleCI, and the marks of test runners, and writes a commented lockkeeper.yaml at the root of the repository. What is a guess says so; what nothing in the repository tells is marked REPLACE, and a gate refuses to start with it. Nothing is run and no network is used. A lockkeeper.yaml that is there is left alone.',
  arguments: [
    {
      name: 'DIR',
      description: 'A folder of the repository; the current one where none is named.',
      required: false,
    },
  ],
  options: [
    { long: '--force', description: 'Replace a lockkeeper.yaml that is there.' },
    { long: '--dry-run', description: 'Print what would be written on standard output; write nothing.' },
  ],
  examples: [
    { command: 'lockkeeper init', meaning: 'Write lockkeeper.yaml for the repository that you are in.' },
    {
      command: 'lockkeeper init --dry-run | diff lockkeeper.yaml -',
      meaning: 'Compare with what would be written now.',
    },
  ],
  exits: ['0  written, or printed', '2  there is a lockkeeper.yaml already, and no --force'],
  run: async (input, context) => {
    const dryRun = input.flag('--dry-run');
    const order = {
      directory: path.resolve(context.cwd, input.arguments[0] ?? '.'),
      replace: input.flag('--force'),
      dryRun,
    };
    const result = await initConfig(order, local(context.env));
    if (context.json) {
      context.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
      return exitStatus.yes;
    }
    // What was asked for goes to standard output; with --dry-run that is the file itself.
    if (dryRun) context.stdout.write(result.text);
    (dryRun ? context.stderr : context.stdout).write(initText(result, context.cwd));
    return exitStatus.yes;
  },
};

/** What was found, what is open, and what to do next. */
function initText({ file, written, found, placeholders, unclear }: Initiation, cwd: string): string {
  const name = path.relative(cwd, file) || file;
  const { dockerfiles, jobs, recipes, toolchains } = found;
  const tests = toolchains.map((each) => `${each.name} (${each.shownBy})`).join(', ');
  return [
    `${written ? 'wrote' : 'would write'} ${name}`,
    '',
    'found',
    `  ${plural(dockerfiles.length, 'Dockerfile')}, ${plural(jobs.length, 'CI job')} in an image, ${plural(recipes.length, 'build')} of an image in CI`,
    `  test runners: ${tests === '' ? 'none' : tests}`,
    '',
    ...section(
      'to replace before a gate can run',
      placeholders.map(({ key, written: value }) => `${key}: ${value}`),
    ),
    ...section('could not be told', unclear),
    placeholders.length === 0
      ? `next: look through ${name}, then run \`lockkeeper doctor\``
      : `next: replace what is marked REPLACE in ${name}, then run \`lockkeeper doctor\``,
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${safeLine(line)}`), ''];
}
