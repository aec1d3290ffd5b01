import { commonOptions, type CommandDefinition, type OptionDefinition } from './command.ts';
import { commands } from './commands.ts';

/** The overview: `lockkeeper --help`. Loads no command. */
export function overviewHelp(): string {
  return [
    'Usage: lockkeeper COMMAND [OPTION…]',
    '',
    'No image reaches anyone’s builds until their own tests say that it is at least',
    'as good as the one it replaces.',
    '',
    'Commands:',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'Options:',
    ...columns([
      ['--help', 'Show this help, or with a command the help of that command.'],
      ['--version', 'Show the version.'],
    ]),
    '',
    'Exit status: 0 yes · 1 our fault · 2 usage or config · 3 no (rejected, or a finding) ·',
    '4 not proven (hold) · 5 the outside is unavailable, try again · 6 refused (auth or policy)',
    '',
    'Start with `lockkeeper init` in your repository, or `lockkeeper doctor`.',
    '',
  ].join('\n');
}

/** What the commands are whose names begin with one word: `lockkeeper bundle`. Loads no command. */
export function groupHelp(group: string): string {
  const members = commands.filter(({ name }) => name.startsWith(`${group} `));
  return [
    `Usage: lockkeeper ${group} COMMAND [OPTION…]`,
    '',
    'Commands:',
    ...columns(members.map(({ name, summary }) => [name, summary])),
    '',
    `\`lockkeeper ${group} COMMAND --help\` tells what one of them takes.`,
    '',
  ].join('\n');
}

/** The help of one command. */
export function commandHelp(command: CommandDefinition): string {
  const operands = command.arguments.map(({ name, required, variadic }) => {
    const word = variadic === true ? `${name}…` : name;
    return required ? word : `[${word}]`;
  });
  const needed = command.options.filter(({ required }) => required === true).map(spelling);
  return [
    `Usage: ${['lockkeeper', command.name, ...needed, '[OPTION…]', ...operands].join(' ')}`,
    '',
    ...wrap(command.description),
    '',
    ...section(
      'Arguments:',
      command.arguments.map(({ name, description }) => [name, description]),
    ),
    ...section(
      'Options:',
      [...command.options, ...commonOptions].map((option) => [spelling(option), optionText(option)]),
    ),
    'Examples:',
    ...command.examples.flatMap(({ command: line, meaning }) => [`  $ ${line}`, `      ${meaning}`]),
    '',
    ...(command.exits.length === 0 ? [] : ['Exit status:', ...command.exits.map((line) => `  ${line}`), '']),
  ].join('\n');
}

/** `--bundle DIR`. */
export function spelling(option: OptionDefinition): string {
  return option.value === undefined ? option.long : `${option.long} ${option.value}`;
}

function optionText({ description, choices, repeatable }: OptionDefinition): string {
  const one = choices === undefined ? '' : ` One of: ${choices.join(', ')}.`;
  return `${description}${one}${repeatable === true ? ' May be given several times.' : ''}`;
}

function section(title: string, rows: readonly (readonly [string, string])[]): readonly string[] {
  return rows.length === 0 ? [] : [title, ...columns(rows), ''];
}

function columns(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  return rows.flatMap(([left, right]) =>
    wrap(right, 84 - width).map((line, index) => `  ${(index === 0 ? left : '').padEnd(width)}${line}`),
  );
}

function wrap(text: string, width: number = 86): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
