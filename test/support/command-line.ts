import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import * as z from 'zod';
import { failureKinds, type FailureCode } from '../../src/base/failure.ts';
import { reportSchema, type ReportDocument } from '../../src/model/report-document.ts';

const checkout = path.resolve(import.meta.dirname, '../..');

/** Our program as a person starts it. */
const program = path.join(checkout, 'bin/lockkeeper.ts');

export interface CommandPlace {
  readonly cwd: string;
  /** Over what every program here gets. */
  readonly env?: Readonly<Record<string, string>>;
  /** Options of node itself. */
  readonly node?: readonly string[];
  /** A program and its arguments; what it is to start comes after them. */
  readonly through?: readonly string[];
}

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface Started {
  /** To the program and all that has its terminal, as Ctrl-C does it. */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** Resolves when standard error so far matches. */
  readonly says: (pattern: RegExp) => Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts the command line; it is ended with the process that runs the tests, should that be earlier. */
export function startCommandLine(words: readonly string[], place: CommandPlace): Started {
  const [first, ...rest] = [
    ...(place.through ?? []),
    process.execPath,
    ...(place.node ?? []),
    program,
    ...words,
  ];
  const child = spawn(first ?? process.execPath, rest, {
    cwd: place.cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, as a shell makes it.
    detached: true,
    env: { ...inherited(), ...place.env },
  });
  const started = performance.now();
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = once(child, 'close').then((): Ended => {
    process.off('exit', end);
    const { exitCode: status, signalCode: signal } = child;
    return { status, signal, stdout, stderr, durationMs: performance.now() - started };
  });
  return {
    kill: (signal) => {
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null)
        process.kill(-child.pid, signal);
    },
    ended,
    async says(pattern) {
      while (!pattern.test(stderr)) {
        assert.ok(
          child.exitCode === null && child.signalCode === null,
          `never said ${String(pattern)}: ${stderr}`,
        );
        await Promise.race([once(child.stderr, 'data'), ended]);
      }
    },
  };
}

/** What a program needs to be found and to find the engine; the last one is how the run knows which sources are tested. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'DOCKER_HOST', 'NODE_V8_COVERAGE'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

export function runCommandLine(words: readonly string[], place: CommandPlace): Promise<Ended> {
  return startCommandLine(words, place).ended;
}

const failureDocument = z.strictObject({
  error: z.strictObject({
    code: z.string(),
    message: z.string(),
    hint: z.string().optional(),
    where: z
      .strictObject({ file: z.string(), line: z.int().optional(), column: z.int().optional() })
      .optional(),
    causes: z.array(z.string()),
    exit: z.int(),
    retryable: z.boolean(),
  }),
});

export type ShownFailure = z.infer<typeof failureDocument>['error'];

/**
 * The failure that a command with `--json` ended in: exactly one document on standard output, the same for a person
 * on standard error, the status that belongs to the code, and no trace of a fault of ours.
 */
export function failureOfRun(ended: Ended, code: FailureCode): ShownFailure {
  const all = JSON.stringify(ended, undefined, 2);
  assert.equal(ended.status, failureKinds[code].exit, all);
  const { error } = failureDocument.parse(JSON.parse(ended.stdout));
  assert.equal(error.code, code, all);
  assert.equal(error.exit, ended.status);
  assert.match(ended.stderr, new RegExp(String.raw`error\[${code}\]`), all);
  assert.doesNotMatch(ended.stderr, /^\s+at .*:\d+:\d+/m, 'no stack');
  return error;
}

/** The judgement that a command with `--json` printed. */
export function reportOfRun(ended: Ended): ReportDocument {
  assert.match(ended.stdout, /^\{/, ended.stderr);
  const report = reportSchema.parse(JSON.parse(ended.stdout));
  assert.equal(ended.status, report.exit);
  return report;
}
