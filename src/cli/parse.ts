import { Command, CommanderError, Option } from 'commander';
import { Failure } from '../base/failure.ts';
import {
  commonOptions,
  type CommandDefinition,
  type CommandInput,
  type OptionDefinition,
} from './command.ts';
import { spelling } from './help.ts';

/** Reads the words after the command's name. @throws Failure `usage` */
export function parseInput(definition: CommandDefinition, words: readonly string[]): CommandInput {
  const found = new Map<string, string[]>();
  const parser = new Command(definition.name).exitOverride().helpOption(false).allowExcessArguments(false);
  parser.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  for (const option of [...definition.options, ...commonOptions]) listen(parser, option, found);
  for (const { name, description, required, variadic } of definition.arguments) {
    const word = variadic === true ? `${name}...` : name;
    parser.argument(required ? `<${word}>` : `[${word}]`, description);
  }
  try {
    parser.parse([...words], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    const extra = parser.args[definition.arguments.length];
    if (error.code === 'commander.excessArguments' && extra !== undefined) throw excess(definition, extra);
    throw new Failure('usage', error.message.replace(/^error: /, '').replaceAll('\n', ' '), {
      hint: `Run \`lockkeeper ${definition.name} --help\` to see what it takes.`,
    });
  }
  return {
    arguments: parser.args,
    value: (long) => found.get(long)?.at(-1),
    values: (long) => found.get(long) ?? [],
    flag: (long) => found.has(long),
  };
}

function excess({ name, options }: CommandDefinition, extra: string): Failure {
  const fleet = options.find(({ long }) => long === '--fleet');
  const hint = `Run \`lockkeeper ${name} --help\` to see what it takes.`;
  return new Failure(
    'usage',
    `${JSON.stringify(extra.slice(0, 100))} is one word too many for \`lockkeeper ${name}\``,
    {
      hint: fleet === undefined ? hint : `Name the list of repositories with ${spelling(fleet)}. ${hint}`,
    },
  );
}

/** Every option writes what it was given into `found`; commander checks the grammar and proposes near names. */
function listen(parser: Command, option: OptionDefinition, found: Map<string, string[]>): void {
  const made = new Option(
    option.value === undefined ? option.long : `${option.long} <${option.value}>`,
    option.description,
  );
  if (option.required === true) made.makeOptionMandatory();
  parser.addOption(made);
  parser.on(`option:${made.name()}`, (value: string | null | undefined) => {
    const text = value ?? '';
    if (option.choices !== undefined && !option.choices.includes(text)) {
      throw new Failure(
        'usage',
        `${spelling(option)} takes one of ${option.choices.join(', ')}, not ${JSON.stringify(text)}`,
      );
    }
    found.set(option.long, [...(found.get(option.long) ?? []), text]);
  });
}
