import { commonOptions, type CommandDefinition, type OptionDefinition } from './command.ts';
import { commands, commandTopics } from './commands.ts';

/** The overview: `lockkeeper --help`. Loads no command. */
export function overviewHelp(): string {
  return [
    'Usage: lockkeeper COMMAND [OPTION…]',
    '',
    'No image reaches anyone’s builds until their own tests say that it is at least',
    'as good as the one it replaces.',
    '',
    ...topicLines(),
    'Options:',
    ...columns([
      ['--help', 'Show this help, or with a command the help of that command.'],
      ['--version', 'Show the version.'],
    ]),
    '',
    ...wrap(
      'Exit status: 0 yes · 1 our fault · 2 usage or config · 3 no (rejected, or a finding) · 4 not proven (hold) · 5 the outside is unavailable, try again · 6 refused (auth or policy)',
    ),
    '',
    ...wrap(
      'Start with `lockkeeper scan` in your repository: it needs nothing and writes nothing. `lockkeeper COMMAND --help` tells of one command.',
    ),
    '',
  ].join('\n');
}

function topicLines(): readonly string[] {
  const width = widthOf(commands.map(({ name }) => name));
  return [...Map.groupBy(commands, ({ topic }) => topic)]
    .toSorted(([one], [other]) => topicOrder.indexOf(one) - topicOrder.indexOf(other))
    .flatMap(([topic, members]) => [
      `${commandTopics[topic]}:`,
      ...columns(
        members.map(({ name, summary }) => [name, summary]),
        width,
      ),
      '',
    ]);
}

const topicOrder: readonly string[] = Object.keys(commandTopics);

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
    ...command.examples.flatMap(({ command: line, meaning }) => [
      `  $ ${line}`,
      ...wrap(meaning, helpColumns - 6).map((part) => `      ${part}`),
    ]),
    '',
    ...(command.exits.length === 0 ? [] : ['Exit status:', ...command.exits.flatMap(exitLines), '']),
  ].join('\n');
}

/** `3  findings that count`, further lines below its words. */
function exitLines(exit: string): readonly string[] {
  return wrap(exit, helpColumns - 5).map((line, index) => (index === 0 ? `  ${line}` : `     ${line}`));
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

function columns(
  rows: readonly (readonly [string, string])[],
  width: number = widthOf(rows.map(([left]) => left)),
): readonly string[] {
  return rows.flatMap(([left, right]) =>
    wrap(right, helpColumns - 2 - width).map(
      (line, index) => `  ${(index === 0 ? left : '').padEnd(width)}${line}`,
    ),
  );
}

function widthOf(words: readonly string[]): number {
  return Math.max(...words.map((word) => word.length)) + 2;
}

/** What every terminal shows without breaking a line. */
const helpColumns = 80;

function wrap(text: string, width: number = helpColumns): readonly string[] {
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
