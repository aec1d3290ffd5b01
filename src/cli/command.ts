import type { Clock } from '../base/clock.ts';

/** A sub-command as data: help, the reference page and the parser are all made from it. */
export interface CommandDefinition {
  /** One word, or two where several commands share the first: `gate`, `bundle create`. */
  readonly name: string;
  /** One line, imperative, without a full stop. */
  readonly summary: string;
  /** A few sentences: what it reads, what it writes, what it never does. */
  readonly description: string;
  readonly arguments: readonly ArgumentDefinition[];
  readonly options: readonly OptionDefinition[];
  readonly examples: readonly [Example, Example, ...Example[]];
  /** What the exit statuses mean here, where that is more than the common table says. */
  readonly exits: readonly string[];
  /** An `ExitStatus`, or the status of a program that the person had us run. */
  readonly run: (input: CommandInput, context: Context) => Promise<number>;
}

export interface ArgumentDefinition {
  /** In capitals: `DIR`. */
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
  readonly variadic?: boolean;
}

export interface OptionDefinition {
  /** `--bundle`, and what it takes, if anything: `DIR`. */
  readonly long: `--${string}`;
  readonly value?: string;
  readonly description: string;
  readonly repeatable?: boolean;
  readonly required?: boolean;
  readonly choices?: readonly string[];
}

export interface Example {
  readonly command: string;
  readonly meaning: string;
}

/** What the person typed, after parsing. */
export interface CommandInput {
  readonly arguments: readonly string[];
  /** The value of `--name VALUE`; the last one where it was given several times. */
  readonly value: (long: `--${string}`) => string | undefined;
  /** All values of a repeatable option. */
  readonly values: (long: `--${string}`) => readonly string[];
  readonly flag: (long: `--${string}`) => boolean;
}

/** The process around a command, handed in so that nothing below reads it by itself. */
export interface Context {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** Asks a person, on standard error, for one line; undefined: there is nobody at a terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly stdout: Output;
  readonly stderr: Output;
  /** `--json`: exactly one document on standard output. */
  readonly json: boolean;
  /** `--verbose`: all that the engines say. */
  readonly verbose: boolean;
  /** `--quiet`: no progress. */
  readonly quiet: boolean;
}

export interface Output {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  /** Width in columns; 80 where nobody knows. */
  readonly columns: number;
  readonly colour: boolean;
}

/** Options that every command takes. */
export const commonOptions: readonly OptionDefinition[] = [
  { long: '--json', description: 'Print exactly one JSON document on standard output.' },
  { long: '--quiet', description: 'Show no progress.' },
  { long: '--verbose', description: 'Show everything that engines and builders say.' },
  { long: '--no-color', description: 'Use no colour, even on a terminal (as NO_COLOR does).' },
  { long: '--help', description: 'Show this help.' },
];

/** The option of all commands that read lockkeeper.yaml. */
export const configOption: OptionDefinition = {
  long: '--config',
  value: 'FILE',
  description: 'Read this file instead of the nearest lockkeeper.yaml in this folder or above it.',
};
