import { Buffer } from 'node:buffer';
import { limits } from '../../base/limits.ts';
import { TestNamer, type TestId, type TestParts } from '../../model/observation.ts';
import type { Suite, SuiteCommand, SuiteRerun } from '../../model/suite.ts';

export interface RerunCommand {
  readonly command: SuiteCommand;
  /** The whole suite runs: nothing else was asked, or the suite cannot run just these tests. */
  readonly whole: boolean;
}

const placeholder = '{tests}';

/**
 * The command that runs these tests. Names come from reports, so from the image under test: none may become anything
 * but one word, an option neither, and where a name could mean more than one test, the whole suite runs.
 * `known` are the tests of earlier runs, those that are asked for among them.
 */
export function rerunCommand(
  suite: Suite,
  only: readonly TestId[] | undefined,
  known: ReadonlyMap<TestId, TestParts>,
): RerunCommand {
  const whole: RerunCommand = { command: suite.command, whole: true };
  const { rerun, results } = suite;
  // An exit status tells nothing of single tests.
  if (rerun === undefined || only === undefined || only.length === 0 || results.format === 'exit-status')
    return whole;
  const words = wordsOf(rerun, only, known);
  const command = words === undefined ? undefined : fill(rerun.command, words);
  return command === undefined || bytesOf(command) > limits.rerunArgumentsBytesMax
    ? whole
    : { command, whole: false };
}

/** Undefined: one of the tests has no name that means it and nothing else. */
function wordsOf(
  rerun: SuiteRerun,
  only: readonly TestId[],
  known: ReadonlyMap<TestId, TestParts>,
): readonly string[] | undefined {
  const words = new Set<string>();
  for (const id of only) {
    const parts = known.get(id);
    if (parts === undefined || isRepeated(id, parts, known)) return undefined;
    const word = wordOf(rerun, parts);
    if (word === undefined) return undefined;
    words.add(word);
  }
  const all = [...words];
  return rerun.separator === undefined ? all : [all.join(rerun.separator)];
}

/** A part of a suite numbers its tests anew, so a number tells nothing there. */
function isRepeated(id: TestId, parts: TestParts, known: ReadonlyMap<string, TestParts>): boolean {
  return new TestNamer().name(parts) !== id || known.has(`${id} #2`);
}

function wordOf({ test, separator }: SuiteRerun, parts: TestParts): string | undefined {
  let isWhole = true;
  const word = test.replaceAll(/\{(file|class|name)\}/g, (_, field: 'file' | 'class' | 'name') => {
    const value = parts[field] ?? '';
    // A name that was cut ends with an ellipsis and is nobody's.
    if (value === '' || value.endsWith('…') || value.includes('\0')) isWhole = false;
    return value;
  });
  const isOption = word.startsWith('-') && !test.startsWith('-');
  const isSeveral = separator !== undefined && separator !== '' && word.includes(separator);
  return isWhole && !isOption && !isSeveral ? word : undefined;
}

function fill(command: SuiteCommand, words: readonly string[]): SuiteCommand | undefined {
  if (command.kind === 'shell') {
    if (!command.line.includes(placeholder)) return undefined;
    return { kind: 'shell', line: command.line.split(placeholder).join(words.map(quote).join(' ')) };
  }
  if (!command.argv.some((argument) => argument.includes(placeholder))) return undefined;
  // `{tests}` becomes several arguments, and so does `--only={tests}`.
  const [program, ...rest] = command.argv;
  const filled = rest.flatMap((argument) =>
    argument.includes(placeholder) ? words.map((word) => argument.split(placeholder).join(word)) : [argument],
  );
  return { kind: 'argv', argv: [program, ...filled] };
}

/** One word of a POSIX shell, whatever it holds. */
function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

function bytesOf(command: SuiteCommand): number {
  if (command.kind === 'shell') return Buffer.byteLength(command.line);
  return command.argv.reduce((sum, argument) => sum + Buffer.byteLength(argument) + 1, 0);
}
