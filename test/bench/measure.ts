import { spawn } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { memoryProbe } from '../support/peak-memory.ts';

export const checkout = path.resolve(import.meta.dirname, '../..');
/** What is published: `npm run bench` emits it first. In a checkout Node strips the types at every start. */
export const program = path.join(checkout, 'dist/bin/lockkeeper.js');

/** One published claim: what was measured, beside what, and what it has to reach. */
export interface Figure {
  readonly claim: string;
  readonly measured: string;
  readonly peer: string;
  /** In the unit of `limit`: a ratio, seconds, megabytes, per cent, or runs of a suite. */
  readonly value: number;
  readonly limit: number;
  readonly unit: 'ratio' | 's' | 'MB' | '%' | 'runs';
}

export interface Run {
  readonly seconds: number;
  readonly status: number;
  readonly stdout: string;
}

/** Runs a program to its end and takes the time. */
export async function run(
  words: readonly [string, ...string[]],
  options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  const [file, ...args] = words;
  const started = performance.now();
  const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const status = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? -1));
  });
  return { seconds: (performance.now() - started) / 1000, status, stdout: Buffer.concat(chunks).toString() };
}

/** Runs each of several programs `rounds` times in turn, so that a machine that slows down favours none; medians. */
export async function inTurn(
  programs: readonly (readonly [string, ...string[]])[],
  rounds: number,
): Promise<readonly number[]> {
  const times = programs.map((): number[] => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, words] of programs.entries()) {
      const { seconds } = await run(words);
      // The first round warms the caches that all of them have.
      if (round > 0) times[index]?.push(seconds);
    }
  }
  return times.map(median);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Runs our program and tells its peak resident memory as well, as the kernel counted it. */
export async function runWithMemory(
  words: readonly string[],
  statusFile: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Run & { readonly megabytes: number }> {
  await rm(statusFile, { force: true });
  const result = await run([process.execPath, '--import', memoryProbe, program, ...words], {
    env: { ...process.env, ...env, BENCH_MEMORY_FILE: statusFile },
  });
  const megabytes = Number(await readFile(statusFile, 'utf8')) / 1024;
  if (!(megabytes > 0)) throw new Error('nobody told how much memory it took');
  return { ...result, megabytes };
}
