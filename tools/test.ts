import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { availableParallelism, tmpdir, userInfo } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { longFirst, openLanes, runInLanes, type Lane } from './lanes.ts';
import { unloadedSources } from './loaded-files.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { filesOnDisk } from './project-files.ts';
import { parseWanted, selectFiles, type Selected, type Wanted } from './selected-tests.ts';
import { addOutcomes, formatOutcome, noTests, parseOutcome, type TestOutcome } from './test-outcome.ts';

/** The folder for what this run leaves: outcomes and what was loaded. */
interface Run {
  readonly root: string;
  readonly scratch: string;
  readonly signal: AbortSignal;
}

const minuteMs = 60_000;
const unitLimits = { testMs: 2 * minuteMs, runMs: 10 * minuteMs };
// The demo alone takes minutes; a whole run in CI has 20. In lanes each file is a run.
const realLimits = { testMs: 5 * minuteMs, runMs: 60 * minuteMs };
// Each process loads again what most tests load, which pays for many files only.
const filesAProcess = 100;
const slowLimits = { testMs: 30 * minuteMs, runMs: 240 * minuteMs };

/**
 * `npm test [PATTERN…]`: the unit tests in a process or two, and those against real peers in a lane or two.
 * PATTERN is a part of the paths to run. Fails where node:test would pass: when nothing ran, when a file holds no test,
 * when a test is skipped for another reason than a missing peer, when a source is loaded by no test.
 */
async function main(): Promise<number> {
  const wanted = parseWanted(process.argv.slice(2));
  // Modules are loaded by their real paths.
  const root = realpathSync(process.cwd());
  const { unit, real } = selectFiles(filesOnDisk(root), wanted);
  if (unit.length + real.length === 0) {
    console.error(`no test file matches ${wanted.patterns.join(' ') || 'the layout of the project'}`);
    return 1;
  }
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort(signal));
  const scratch = mkdtempSync(join(tmpdir(), 'lockkeeper-test-'));
  try {
    const run: Run = { root, scratch, signal: interrupted.signal };
    mkdirSync(loadedBy(run));
    const [units, reals] = await runBoth(run, { unit, real }, wanted);
    const partial = wanted.patterns.length > 0 || wanted.realOnly || wanted.slow || wanted.updateGolden;
    const all = !partial && !interrupted.signal.aborted;
    const unloaded = all
      ? unloadedSources(root, loadedBy(run)).map((path) => `${path}: no test loads it`)
      : [];
    return close(addOutcomes(addOutcomes(units, reals), { ...noTests, faults: [...unloaded] }));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Both beside each other: tests against real peers often only wait. What is told of one is not cut by the other. */
async function runBoth(
  run: Run,
  { unit, real }: Selected,
  wanted: Wanted,
): Promise<readonly [TestOutcome, TestOutcome]> {
  if (wanted.slow || unit.length === 0 || real.length === 0 || availableParallelism() === 1)
    return [await runUnit(run, unit, wanted), await runReal(run, real, wanted)];
  return Promise.all([runUnit(run, unit, wanted, true), runReal(run, real, wanted)]);
}

/** @param isBeside others run at the same time: a share after the other, each told of as a whole */
async function runUnit(
  run: Run,
  files: readonly string[],
  wanted: Wanted,
  isBeside = false,
): Promise<TestOutcome> {
  if (files.length === 0) return noTests;
  console.log(`${files.length} files of ${wanted.slow ? 'slow' : 'unit'} tests`);
  const limits = wanted.slow ? slowLimits : unitLimits;
  const env = goldenEnv(wanted);
  // What a slow test has to say is how much it went through, and only isolated tests are told at length.
  if (wanted.slow) return runFiles(run, files, { name: 'slow tests', isolated: true, limits, env });
  const processes = Math.max(
    1,
    Math.min(2, availableParallelism(), Math.floor(files.length / filesAProcess)),
  );
  const shares = Array.from({ length: processes }, (_, share) => ({
    files: files.filter((_file, index) => index % processes === share),
    options: { name: `unit tests ${share + 1} of ${processes}`, isolated: false, limits, env },
  }));
  if (!isBeside) {
    const ends = await Promise.all(shares.map((share) => runFiles(run, share.files, share.options)));
    return ends.reduce(addOutcomes, noTests);
  }
  let outcome = noTests;
  for (const share of shares)
    outcome = addOutcomes(
      outcome,
      run.signal.aborted
        ? { ...noTests, faults: [`${share.options.name}: interrupted`] }
        : await runAndTell(run, share.files, share.options),
    );
  return outcome;
}

async function runReal(run: Run, files: readonly string[], wanted: Wanted): Promise<TestOutcome> {
  if (files.length === 0 || run.signal.aborted) return noTests;
  // Engines, their images and the ports of the machine are shared.
  const turn = await oneAtATime(
    join(tmpdir(), `lockkeeper-real-tests-${userInfo().uid}.lock`),
    () => console.log('waiting for another run against real peers'),
    run.signal,
  );
  if (turn === undefined) return { ...noTests, faults: ['interrupted'] };
  const { lanes, stop } = await openLanes(wanted.slow ? 1 : 2, (line) => console.log(line));
  try {
    const alone = lanes.length === 1 ? lanes[0] : undefined;
    const how = alone === undefined ? `, in ${lanes.length} lanes` : '';
    console.log(`${files.length} files of tests against real peers${how}`);
    const limits = wanted.slow ? slowLimits : realLimits;
    const options = { isolated: true, limits, env: goldenEnv(wanted) };
    return alone === undefined
      ? await runLanes(run, files, lanes, options)
      : await runFiles(run, files, {
          ...options,
          name: 'tests against real peers',
          env: { ...options.env, ...alone.env },
        });
  } finally {
    await stop();
    turn.release();
  }
}

async function runLanes(
  run: Run,
  files: readonly string[],
  lanes: readonly Lane[],
  options: Omit<RunOptions, 'name'>,
): Promise<TestOutcome> {
  const one = async (file: string, { env }: Lane): Promise<TestOutcome> =>
    runAndTell(run, [file], { ...options, name: file, env: { ...options.env, ...env } });
  // Who says podman uses it, or may.
  const usesPodman = (file: string): boolean => readFileSync(join(run.root, file), 'utf8').includes('podman');
  const work = { usesPodman, run: one, signal: run.signal };
  const { ends, left } = await runInLanes(lanes, longFirst(files), work);
  const faults = left.length === 0 ? [] : [`not run: ${left.join(', ')}`];
  return [...ends, { ...noTests, faults }].reduce(addOutcomes, noTests);
}

/** What the tests say is shown as a whole, when they have ended. */
async function runAndTell(run: Run, files: readonly string[], options: RunOptions): Promise<TestOutcome> {
  const begun = performance.now();
  const log = join(run.scratch, `${options.name.replaceAll('/', '-')}.log`);
  const end = await runFiles(run, files, { ...options, log });
  const seconds = Math.round((performance.now() - begun) / 1000);
  console.log(`\n${options.name}, ${seconds} s\n${readFileSync(log, 'utf8').trimEnd()}`);
  return end;
}

function goldenEnv({ updateGolden }: Wanted): Readonly<Record<string, string>> {
  return updateGolden ? { LOCKKEEPER_UPDATE_GOLDEN: '1' } : {};
}

interface RunOptions {
  /** What is run; among others when this run fails as a whole. */
  readonly name: string;
  readonly isolated: boolean;
  readonly limits: { readonly testMs: number; readonly runMs: number };
  readonly env: Readonly<Record<string, string>>;
  /** Where what it says goes; undefined: to whoever runs this. */
  readonly log?: string;
}

async function runFiles(run: Run, files: readonly string[], options: RunOptions): Promise<TestOutcome> {
  const { name, isolated, limits } = options;
  const outcome = join(run.scratch, `${name.replaceAll('/', '-')}.json`);
  const args = [
    join(import.meta.dirname, 'run-tests.ts'),
    ...(isolated ? ['--isolated'] : []),
    ...['--timeout-ms', String(limits.testMs), '--outcome', outcome],
    ...['--', ...files],
  ];
  const end = await spawnNode(run, args, options);
  const fault =
    end ?? (existsSync(outcome) ? undefined : 'a test ended the process before all tests had run');
  const known = existsSync(outcome) ? parseOutcome(readFileSync(outcome, 'utf8')) : noTests;
  return fault === undefined ? known : addOutcomes(known, { ...noTests, faults: [`${name}: ${fault}`] });
}

/** Resolves to what kept the process from ending by itself. */
async function spawnNode(
  run: Run,
  args: readonly string[],
  { limits, env, log }: RunOptions,
): Promise<string | undefined> {
  const output = log === undefined ? 'inherit' : openSync(log, 'w');
  const child = spawn(process.execPath, args, {
    cwd: run.root,
    stdio: [log === undefined ? 'inherit' : 'ignore', output, output],
    env: { ...childEnv(run), ...env },
  });
  if (output !== 'inherit') closeSync(output);
  let late: string | undefined;
  const timer = setTimeout(() => {
    late = `the tests did not end within ${limits.runMs / minuteMs} min: one hangs, or leaves something open`;
    child.kill('SIGKILL');
  }, limits.runMs);
  const interrupt = (): boolean => run.signal.reason === 'SIGTERM' && child.kill('SIGTERM');
  run.signal.addEventListener('abort', interrupt);
  const ended = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (_, signal) =>
      resolve(signal === null ? undefined : `the tests were ended by ${signal}`),
    );
  });
  clearTimeout(timer);
  run.signal.removeEventListener('abort', interrupt);
  return late ?? (run.signal.aborted ? 'interrupted' : ended);
}

function childEnv(run: Run): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return {
    ...env,
    NODE_OPTIONS: `${env['NODE_OPTIONS'] ?? ''} --import=${import.meta.resolve('./record-loaded.ts')}`,
    LOCKKEEPER_LOADED: loadedBy(run),
    // Hundreds of processes load the same modules.
    NODE_COMPILE_CACHE: join(run.scratch, 'compiled'),
    // So that programs that tests start by the name of `node` are of this version too.
    PATH: [dirname(process.execPath), env['PATH'] ?? ''].join(delimiter),
  };
}

function loadedBy({ scratch }: Run): string {
  return join(scratch, 'loaded');
}

function close(outcome: TestOutcome): number {
  const { passed, failed, skipped, faults } = outcome;
  const told = passed + failed + skipped.length + faults.length > 0;
  const whole = told ? outcome : addOutcomes(outcome, { ...noTests, faults: ['no test ran'] });
  console.log(`\n${formatOutcome(whole)}`);
  return whole.failed + whole.faults.length === 0 ? 0 : 1;
}

process.exitCode = await main();
