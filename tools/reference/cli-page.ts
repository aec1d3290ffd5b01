import { commonOptions, type CommandDefinition, type OptionDefinition } from '../../src/cli/command.ts';
import { commands } from '../../src/cli/commands.ts';
import { commandHelp, spelling } from '../../src/cli/help.ts';
import { code, table } from './markdown.ts';

/** docs/reference/cli.md */
export async function cliPage(): Promise<string> {
  const definitions = await Promise.all(commands.map(({ load }) => load()));
  return [
    '# Command line',
    '',
    'The result goes to standard output, everything else to standard error. With `--json` standard output holds exactly one document. Progress is live on a terminal and plain lines elsewhere. What the exit statuses mean stands in [failures.md](failures.md).',
    '',
    ...table(
      ['command', 'what it does'],
      definitions.map(({ name, summary }) => [
        `[${name}](#lockkeeper-${name.replaceAll(' ', '-')})`,
        summary,
      ]),
    ),
    '',
    'All commands take:',
    '',
    ...optionTable(commonOptions),
    '',
    ...definitions.flatMap(commandSection),
  ].join('\n');
}

function commandSection(command: CommandDefinition): readonly string[] {
  return [
    `## lockkeeper ${command.name}`,
    '',
    `${command.summary}.`,
    '',
    '```text',
    (commandHelp(command).split('\n')[0] ?? '').replace('Usage: ', ''),
    '```',
    '',
    command.description,
    '',
    ...(command.arguments.length === 0
      ? []
      : [
          ...table(
            ['argument', ''],
            command.arguments.map(({ name, description }) => [code(name), description]),
          ),
          '',
        ]),
    ...(command.options.length === 0 ? [] : [...optionTable(command.options), '']),
    '```sh',
    ...command.examples.flatMap(({ command: line, meaning }, index) => [
      ...(index === 0 ? [] : ['']),
      `# ${meaning}`,
      line,
    ]),
    '```',
    '',
    ...(command.exits.length === 0 ? [] : [...table(['status', ''], command.exits.map(exitRow)), '']),
  ];
}

function optionTable(options: readonly OptionDefinition[]): readonly string[] {
  return table(
    ['option', ''],
    options.map((option) => [code(spelling(option)), optionText(option)]),
  );
}

function optionText({ description, required, choices, repeatable }: OptionDefinition): string {
  const one = choices === undefined ? '' : ` One of: ${choices.map(code).join(', ')}.`;
  return `${required === true ? 'Needed. ' : ''}${description}${one}${repeatable === true ? ' May be given several times.' : ''}`;
}

/** `3  rejected` */
function exitRow(line: string): readonly [string, string] {
  const [, status = '', meaning = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
  return [status, meaning];
}
