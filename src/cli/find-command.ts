import { Failure } from '../base/failure.ts';
import { nearest } from '../base/nearest.ts';
import { commonOptions, type CommandDefinition } from './command.ts';
import { commands } from './commands.ts';

/** What the first words name, and the words after them. */
export type Called =
  | { readonly kind: 'command'; readonly command: CommandDefinition; readonly rest: readonly string[] }
  /** The first word of commands that have two, alone: `bundle`. */
  | { readonly kind: 'group'; readonly name: string; readonly rest: readonly string[] };

/** A command's name is one word, or two: `gate`, `bundle create`. @throws Failure `usage` */
export async function findCommand(words: readonly string[]): Promise<Called> {
  const [first = '', second] = words;
  const entry = commands.find(({ name }) => name === first || name === `${first} ${second ?? ''}`);
  if (entry !== undefined) {
    const rest = words.slice(entry.name.split(' ').length);
    return { kind: 'command', command: await entry.load(), rest };
  }
  const isGroup = commands.some(({ name }) => name.startsWith(`${first} `));
  if (isGroup && (second === undefined || second.startsWith('-')))
    return { kind: 'group', name: first, rest: words.slice(1) };
  if (first.startsWith('-')) throw misplaced(first);
  throw unknown(isGroup ? `${first} ${second ?? ''}` : first, isGroup ? first : undefined);
}

/** An option stands where a command belongs. */
function misplaced(word: string): Failure {
  const near =
    nearest(word, ['--help', '--version']) ?? (word === '-v' || word === '-V' ? '--version' : undefined);
  const isOurs = commonOptions.some(({ long }) => long === word);
  return new Failure('usage', `${JSON.stringify(word.slice(0, 100))} is no command`, {
    hint:
      near !== undefined && !isOurs
        ? `Did you mean \`lockkeeper ${near}\`?`
        : 'Options stand behind the command: `lockkeeper scan --json`.',
  });
}

/** What people type who know other programs. */
const otherWords: ReadonlyMap<string, string> = new Map([
  ['version', '--version'],
  ['explain', 'verdict show'],
  ['show', 'verdict show'],
]);

function unknown(called: string, group: string | undefined): Failure {
  const names = commands.map(({ name }) => name);
  const near =
    group === undefined
      ? (otherWords.get(called) ??
        nearest(called, [...new Set(names.map((name) => name.split(' ')[0] ?? name))]))
      : nearest(called, names);
  const help = ['lockkeeper', ...(group === undefined ? [] : [group]), '--help'].join(' ');
  return new Failure('usage', `there is no command ${JSON.stringify(called.slice(0, 100))}`, {
    hint:
      near === undefined ? `Run \`${help}\` to see the commands.` : `Did you mean \`lockkeeper ${near}\`?`,
  });
}
