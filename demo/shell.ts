import { spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { Failure } from '../src/base/failure.ts';
import { askCommand, type CommandSpec } from '../src/base/command.ts';

/** Root of the checkout. */
export const checkout = path.resolve(import.meta.dirname, '..');

const minute = 60_000;

/** Aborted by Ctrl-C; whatever runs then is ended, and the clean-up still happens. */
export const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => interruption.abort(new Failure('interrupted', `interrupted by ${name}`)));
}

/** A program's standard output; its failure is ours. */
export function ask(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): Promise<string> {
  return askCommand(commandSpec(program, args, options));
}

export function commandSpec(
  program: string,
  args: readonly string[],
  options: { readonly cwd?: string } = {},
): CommandSpec {
  const env = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  return { program, args, env, timeoutMs: 10 * minute, signal: interruption.signal, ...options };
}

/** Runs lockkeeper as a person would, in `cwd`, with its output on this terminal; returns its exit status. */
export async function lockkeeper(cwd: string, ...words: readonly string[]): Promise<number> {
  interruption.signal.throwIfAborted();
  say(`\n${bold(`$ lockkeeper ${words.map(quoted).join(' ')}`)}`);
  const child = spawn(process.execPath, [path.join(checkout, 'bin/lockkeeper.ts'), ...words], {
    cwd,
    stdio: 'inherit',
  });
  // Ctrl-C on a terminal reaches the child by itself; a signal to us alone is handed on.
  const hand = (): void => void child.kill('SIGINT');
  interruption.signal.addEventListener('abort', hand, { once: true });
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
  interruption.signal.removeEventListener('abort', hand);
  interruption.signal.throwIfAborted();
  return status;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** A heading of the story. */
export function chapter(text: string): void {
  say(`\n${bold(`── ${text} ${'─'.repeat(Math.max(3, 90 - text.length))}`)}`);
}

export function bold(text: string): string {
  return process.stdout.isTTY ? `\u001B[1m${text}\u001B[0m` : text;
}

/** Seconds since `startedMs`, for people. */
export function since(startedMs: number): string {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
}

function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
