/** Variables with known values. */
export type Variables = Readonly<Record<string, string>>;

/** One simple command: its words after quoting and expansion. */
export type ShellCommand = readonly string[];

/**
 * The simple commands of a shell script, as far as they can be told without running it: words are split and unquoted,
 * known variables filled in, unknown ones left as `$NAME`. Control words (`if`, `then`) stand as words of their own.
 */
export function shellCommands(script: string, variables: Variables): readonly ShellCommand[] {
  return new ShellReader(script, variables).read();
}

// Names, tags and paths are short. A longer value, filled in again and again, makes gigabytes out of a page.
const valueCharsMax = 1_000;
const filledCharsMax = 64 * 1024;

/** How many characters may still be filled in. */
interface Budget {
  left: number;
}

/** Fills in `$NAME`, `${NAME}`, `${NAME:-value}` and GitHub's `${{ env.NAME }}`; unknown ones, and too long ones, stay as they are. */
export function expand(
  text: string,
  variables: Variables,
  budget: Budget = { left: filledCharsMax },
): string {
  const fill = (whole: string, name: string, other?: string): string => {
    const value = (Object.hasOwn(variables, name) ? variables[name] : undefined) ?? other ?? whole;
    if (value.length > valueCharsMax || value.length > budget.left) return whole;
    budget.left -= value.length;
    return value;
  };
  return text
    .replace(/\$\{\{\s{0,9}env\.([A-Za-z_]\w*)\s*\}\}/g, (whole, name: string) => fill(whole, name))
    .replace(
      /\$(?:\{([A-Za-z_]\w*)(?::?-([^}]{0,200}))?\}|([A-Za-z_]\w*))/g,
      (whole, braced: string | undefined, other: string | undefined, bare: string | undefined) =>
        fill(whole, braced ?? bare ?? '', other),
    );
}

const separators = /^(?:&&|\|\||[;|&\n()])/;

class ShellReader {
  readonly #text: string;
  readonly #variables: Variables;
  readonly #commands: string[][] = [];
  readonly #budget: Budget = { left: filledCharsMax };
  #command: string[] = [];
  #word: string | undefined;
  #at = 0;

  constructor(script: string, variables: Variables) {
    this.#text = script.replaceAll(/\\\r?\n/g, ' ');
    this.#variables = variables;
  }

  read(): readonly ShellCommand[] {
    while (this.#at < this.#text.length) this.#step();
    this.#endCommand();
    return this.#commands;
  }

  #step(): void {
    const character = this.#text.charAt(this.#at);
    const separator = separators.exec(this.#text.slice(this.#at, this.#at + 2))?.[0];
    if (separator !== undefined) {
      this.#endCommand();
      this.#at += separator.length;
    } else if (/\s/.test(character)) {
      this.#endWord();
      this.#at += 1;
    } else if (character === '#' && this.#word === undefined) {
      this.#at = this.#endOf('\n');
    } else if (character === "'") {
      this.#take(this.#at + 1, this.#endOf("'"), false);
    } else if (character === '"') {
      this.#take(this.#at + 1, this.#endOf('"'), true);
    } else if (character === '\\') {
      this.#take(this.#at + 1, this.#at + 2, false);
      this.#at -= 1;
    } else {
      this.#takeBare();
    }
  }

  /** Up to the next character that means something to the shell; `${{ … }}` and `${…}` stay whole. */
  #takeBare(): void {
    const bare =
      /^(?:\$\{\{.{0,200}?\}\}|\$\{[^}]{0,200}\}|[^\s'"\\;|&()])+/s.exec(this.#text.slice(this.#at))?.[0] ??
      this.#text.charAt(this.#at);
    this.#word = (this.#word ?? '') + expand(bare, this.#variables, this.#budget);
    this.#at += bare.length;
  }

  #take(start: number, end: number, expanding: boolean): void {
    const text = this.#text.slice(start, end);
    this.#word = (this.#word ?? '') + (expanding ? expand(text, this.#variables, this.#budget) : text);
    this.#at = end + 1;
  }

  /** Where a quote or comment ends; the end of the script where it does not. */
  #endOf(mark: string): number {
    let at = this.#at + 1;
    while (at < this.#text.length && this.#text.charAt(at) !== mark)
      at += mark === '"' && this.#text.charAt(at) === '\\' ? 2 : 1;
    return Math.min(at, this.#text.length);
  }

  #endWord(): void {
    if (this.#word !== undefined) this.#command.push(this.#word);
    this.#word = undefined;
  }

  #endCommand(): void {
    this.#endWord();
    if (this.#command.length > 0) this.#commands.push(this.#command);
    this.#command = [];
  }
}
