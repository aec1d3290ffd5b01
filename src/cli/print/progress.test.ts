import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { hostileText } from '../../../test/support/sample-hostile.ts';
import type { Clock } from '../../base/clock.ts';
import { displayWidth } from '../../base/display-width.ts';
import { digestOf } from '../../model/digest.ts';
import type { Event } from '../../model/event.ts';
import { asTestId } from '../../model/observation.ts';
import type { TrialRequest } from '../../model/trial.ts';
import { watchProgress, type Progress } from './progress.ts';

/** A clock that stands still until the test moves it; sleepers wake when their time has come. */
class ManualClock implements Clock {
  #nowMs = 0;
  #sleepers: { readonly atMs: number; readonly wake: () => void }[] = [];

  now(): Date {
    return new Date(this.#nowMs);
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#sleepers.push({ atMs: this.#nowMs + ms, wake: resolve });
      signal?.addEventListener('abort', () => reject(new Error('woken')), { once: true });
    });
  }

  /** Moves on in steps, so that who sleeps again in between is woken again. */
  async move(ms: number, stepMs: number = ms): Promise<void> {
    for (let moved = 0; moved < ms; moved += stepMs) {
      this.#nowMs += stepMs;
      const due = this.#sleepers.filter(({ atMs }) => atMs <= this.#nowMs);
      this.#sleepers = this.#sleepers.filter(({ atMs }) => atMs > this.#nowMs);
      for (const { wake } of due) wake();
      await setImmediate();
    }
  }
}

interface Stage {
  readonly progress: Progress;
  readonly clock: ManualClock;
  readonly interrupt: AbortController;
  /** Everything that was written. */
  readonly written: () => string;
}

function stage(
  options: {
    readonly terminal?: boolean;
    readonly verbose?: boolean;
    readonly quiet?: boolean;
    readonly columns?: number;
  } = {},
): Stage {
  let written = '';
  const clock = new ManualClock();
  const interrupt = new AbortController();
  const terminal = options.terminal ?? false;
  const progress = watchProgress({
    clock,
    stderr: {
      write: (text) => void (written += text),
      isTerminal: terminal,
      columns: options.columns ?? 80,
      colour: false,
    },
    verbose: options.verbose ?? false,
    quiet: options.quiet ?? false,
    signal: interrupt.signal,
  });
  return { progress, clock, interrupt, written: () => written };
}

/** What a terminal of endless height shows after a text: erased lines are gone. */
function screen(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) =>
      line.slice(line.lastIndexOf('\r\u001b[2K') === -1 ? 0 : line.lastIndexOf('\r\u001b[2K') + 5),
    );
}

const unit = { image: 'runtime', suite: 'gyp', platform: 'linux/amd64' };
const request = (over: Partial<TrialRequest> = {}): TrialRequest => ({
  step: 'screen',
  side: 'candidate',
  round: 1,
  only: undefined,
  ...over,
});
const started: Event = { kind: 'trial-started', unit, request: request() };
const ended: Event = {
  kind: 'trial-ended',
  unit,
  request: request(),
  end: { kind: 'exited', status: 1 },
  passed: 25,
  failed: 2,
  other: 0,
  durationMs: 6_400,
};
const digest = digestOf('x');

test('outside of a terminal each event that matters is a plain line with its time', async () => {
  const { progress, clock, written } = stage();
  await progress.during(async () => {
    progress.observe({ kind: 'engine-found', engine: 'docker 28.5.1' });
    progress.observe({ kind: 'resolved', image: 'runtime', reference: 'r.example/runtime:stable', digest });
    progress.observe(started);
    await clock.move(6_400);
    progress.observe(ended);
    progress.observe({
      kind: 'judging',
      image: 'runtime',
      platform: 'linux/amd64',
      from: undefined,
      to: digest,
    });
    progress.observe({ kind: 'fetch-started', reference: `r.example/runtime@${digest}` });
    progress.observe({
      kind: 'judged',
      image: 'runtime',
      platform: 'linux/amd64',
      verdict: { kind: 'reject: regression', sentence: '2 tests fail', mover: 'image author', next: 'x' },
    });
    progress.observe({
      kind: 'promotion-step',
      target: 'r.example/runtime:stable',
      step: 'move-tag',
      state: 'was-done',
    });
  });
  assert.deepEqual(written().split('\n'), [
    '    0.0 s  engine: docker 28.5.1',
    '    0.0 s  runtime: r.example/runtime:stable is sha256:2d711642b726',
    '    6.4 s  gyp on runtime (linux/amd64), screen 1, candidate: 25 passed, 2 failed in 6.4 s',
    '    6.4 s  judging runtime (linux/amd64) by its suites: (gone) → sha256:2d711642b726',
    '    6.4 s  fetching r.example/runtime@sha256:2d711642b726',
    '    6.4 s  runtime (linux/amd64): reject: regression — 2 tests fail',
    '    6.4 s  r.example/runtime:stable: stood at the candidate before',
    '',
  ]);
});

test('outside of a terminal no escape code is ever written, not even for hostile text', async () => {
  const { progress, written } = stage({ verbose: true });
  await progress.during(() => {
    for (const event of hostileEvents()) progress.observe(event);
    return Promise.resolve();
  });
  assert.doesNotMatch(written(), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u);
  assert.doesNotMatch(written(), /(?:^|\s)::|##\w*\[/m);
});

test('a long silence is broken by a sign of life', async () => {
  const { progress, clock, written } = stage();
  await progress.during(async () => {
    progress.observe(started);
    await clock.move(150_000, 15_000);
  });
  const lines = written().trimEnd().split('\n');
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /still gyp on runtime \(linux\/amd64\), screen 1, candidate \(1 min\)/);
});

test('a gate in a process of its own runs until it is judged: a silence meanwhile says what is judged', async () => {
  const { progress, clock, written } = stage();
  await progress.during(async () => {
    progress.observe({ kind: 'judging', image: 'ci', platform: 'linux/amd64', from: digest, to: digest });
    await clock.move(60_000, 15_000);
    const verdict = { kind: 'promote', sentence: 'good', mover: 'nobody', next: 'x' } as const;
    progress.observe({ kind: 'judged', image: 'ci', platform: 'linux/amd64', verdict });
    await clock.move(60_000, 15_000);
  });
  assert.match(written(), /still judging ci \(linux\/amd64\) by its suites: .* \(1 min\)/);
  assert.match(written(), /still working/);
});

test('a run of some tests says how many, apart from which run it is', async () => {
  const { progress, written } = stage();
  await progress.during(() => {
    progress.observe({
      ...ended,
      request: request({ step: 'confirm', round: 2, only: [asTestId('a test')] }),
    });
    return Promise.resolve();
  });
  assert.match(written(), /gyp on runtime \(linux\/amd64\), confirm 2 \(1 test\), candidate: 25 passed/);
});

test('on a terminal one live line shows what runs, for how long, and what is done', async () => {
  const { progress, clock, written } = stage({ terminal: true });
  await progress.during(async () => {
    progress.observe(started);
    await clock.move(6_400, 100);
    progress.observe(ended);
    progress.observe({
      kind: 'trial-started',
      unit,
      request: request({ step: 'confirm', round: 2, side: 'baseline' }),
    });
    await clock.move(3_000, 100);
    const shown = screen(written());
    assert.equal(shown.length, 2);
    assert.match(shown[0] ?? '', /^ {4}6\.4 s {2}gyp .* 25 passed, 2 failed in 6\.4 s$/);
    assert.match(
      shown[1] ?? '',
      /^. 9\.4 s {2}gyp on runtime \(linux\/amd64\), confirm 2, baseline \((?:2\.9|3\.0) s\) · 1 run done$/u,
    );
  });
});

test('when the work has ended, nothing of the live line is left, whether it went well or not', async () => {
  for (const work of [() => Promise.resolve(), () => Promise.reject(new Error('no'))]) {
    const { progress, written } = stage({ terminal: true });
    progress.observe(started);
    await progress.during(work).catch(() => undefined);
    assert.deepEqual(screen(written()), ['']);
  }
});

test('the live line never wraps', async () => {
  const { progress, written } = stage({ terminal: true, columns: 40 });
  await progress.during(() => {
    progress.observe({ ...started, unit: { ...unit, image: '日本'.repeat(30) } });
    return Promise.resolve();
  });
  for (const part of written().split('\r\u001b[2K')) assert.ok(displayWidth(part) < 40, part);
});

test('a work that fails passes its error on', async () => {
  const { progress } = stage();
  await assert.rejects(
    progress.during(() => Promise.reject(new Error('from the work'))),
    /from the work/,
  );
});

test('what a build says last stands in the live line', async () => {
  const { progress, written } = stage({ terminal: true, columns: 100 });
  await progress.during(() => {
    progress.observe({ kind: 'build-started', image: 'a', platform: 'linux/arm64' });
    for (const line of ['STEP 1/2: FROM debian', 'STEP 2/2: RUN make', ''])
      progress.observe({ kind: 'build-output', image: 'a', line });
    assert.match(screen(written()).at(-1) ?? '', /building a \(0\.0 s\): STEP 2\/2: RUN make$/);
    progress.observe({ kind: 'build-ended', image: 'a', digest, durationMs: 41_000 });
    return Promise.resolve();
  });
  assert.deepEqual(
    screen(written()).map((line) => line.slice(11)),
    ['building a for linux/arm64', 'built a: sha256:2d711642b726 in 41 s', ''],
  );
});

test('a terminal that says it has no columns still shows what runs', async () => {
  const { progress, written } = stage({ terminal: true, columns: 0 });
  await progress.during(() => {
    progress.observe(started);
    return Promise.resolve();
  });
  assert.match(written(), /gyp on runtime/);
});

test('with --verbose all that a build says is told at once, indented', () => {
  const { progress, written } = stage({ verbose: true });
  progress.observe({ kind: 'build-started', image: 'a', platform: undefined });
  progress.observe({ kind: 'build-output', image: 'a', line: 'STEP 1/3: FROM debian' });
  assert.match(written(), / {2}│ STEP 1\/3: FROM debian\n$/);
});

test('a row of blobs is one line', () => {
  const { progress, written } = stage();
  progress.observe({ kind: 'fetch-started', reference: 'r.example/a:1' });
  progress.observe({ kind: 'blob-copied', digest, size: 3 * 1024 * 1024, result: 'stored' });
  progress.observe({ kind: 'blob-copied', digest, size: 1_000, result: 'present' });
  progress.observe({ kind: 'blob-copied', digest, size: 1_000, result: 'mounted' });
  progress.observe({ kind: 'load-started', image: 'a', side: 'candidate' });
  assert.deepEqual(
    written()
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(11)),
    ['fetching r.example/a:1', 'copied 1 blob (3.0 MiB), 2 were there already', 'loading candidate of a'],
  );
});

test('Ctrl-C is answered at once', async () => {
  const { progress, interrupt, written } = stage({ terminal: true });
  await progress.during(() => {
    interrupt.abort();
    return Promise.resolve();
  });
  assert.match(written(), /interrupted: taking away what was started\n/);
});

test('with --quiet nothing is written', async () => {
  const { progress, written } = stage({ quiet: true, terminal: true });
  assert.equal(
    await progress.during(() => {
      progress.observe(started);
      return Promise.resolve(7);
    }),
    7,
  );
  assert.equal(written(), '');
});

function hostileEvents(): readonly Event[] {
  const hostile = { image: hostileText, suite: hostileText, platform: hostileText };
  const verdict = { kind: 'promote', sentence: hostileText, mover: 'nobody', next: hostileText } as const;
  const trial = { unit: hostile, request: request(), passed: 0, failed: 0, other: 0, durationMs: 1 };
  return [
    { kind: 'engine-found', engine: hostileText },
    { kind: 'build-started', image: hostileText, platform: hostileText },
    { kind: 'build-output', image: hostileText, line: hostileText },
    { kind: 'build-ended', image: hostileText, digest, durationMs: 1 },
    { kind: 'resolved', image: hostileText, reference: hostileText, digest: undefined },
    { kind: 'fetch-started', reference: hostileText },
    { kind: 'load-started', image: hostileText, side: 'baseline' },
    { kind: 'examined', image: hostileText, platform: hostileText, change: 'identical' },
    {
      kind: 'stood-in',
      standIn: {
        image: hostileText,
        tested: digest,
        rebuilt: digest,
        commit: hostileText,
        platforms: [
          {
            platform: hostileText,
            tested: digest,
            rebuilt: digest,
            noise: [{ rule: hostileText, because: hostileText, files: 1 }],
          },
        ],
      },
    },
    { kind: 'trial-started', unit: hostile, request: request() },
    { kind: 'trial-ended', ...trial, end: { kind: 'not-started', message: hostileText } },
    { kind: 'trial-ended', ...trial, end: { kind: 'engine-error', message: hostileText } },
    { kind: 'trial-ended', ...trial, end: { kind: 'timed-out', afterMs: 1 } },
    { kind: 'trial-ended', ...trial, end: { kind: 'out-of-memory', bytesMax: 1 } },
    { kind: 'trial-ended', ...trial, end: { kind: 'out-of-disk', bytesMax: 1 } },
    { kind: 'trial-ended', ...trial, end: { kind: 'exited', status: 0 } },
    { kind: 'judging', image: hostileText, platform: hostileText, from: digest, to: digest },
    { kind: 'judged', image: hostileText, platform: hostileText, verdict },
    { kind: 'promotion-step', target: hostileText, step: 'move-tag', state: 'done' },
  ];
}
