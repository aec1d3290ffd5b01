import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrialEnd } from '../../model/trial.ts';
import type { ContainerState } from './container.ts';
import { dialects } from './dialect.ts';
import { endOf, type Ending, type KillReason } from './end.ts';

const limits = { timeoutMs: 1_000, memoryBytes: 2_000, cpus: 1, pids: 10, diskBytes: 3_000 };

function ending(state: Partial<ContainerState> | undefined, more: Partial<Ending> = {}): Ending {
  const known = {
    started: true,
    running: false,
    exitCode: 0,
    outOfMemory: false,
    error: '',
    writtenBytes: 100,
    ...state,
  };
  return {
    attached: known.exitCode,
    complaint: 'complaint',
    killedFor: undefined,
    state: state === undefined ? undefined : known,
    limits,
    ...more,
  };
}

function everyEnding(): readonly Ending[] {
  const flags = [true, false];
  const states = flags.flatMap((started) =>
    flags.flatMap((running) =>
      flags.flatMap((outOfMemory) =>
        [0, 1, 126, 127, 128, 137].flatMap((exitCode) =>
          [undefined, 3_000, 3_001].map((writtenBytes) => ({
            started,
            running,
            outOfMemory,
            exitCode,
            writtenBytes,
          })),
        ),
      ),
    ),
  );
  const kills: readonly (KillReason | undefined)[] = [undefined, 'time', 'disk'];
  return states.flatMap((state) =>
    kills.flatMap((killedFor) =>
      [undefined, state.exitCode, 99].map((attached) => ending(state, { attached, killedFor })),
    ),
  );
}

test('every combination of what can be known has one meaning, and the worst news of the engine comes first', () => {
  const kinds = new Set<string>();
  for (const kind of ['docker', 'podman'] as const) {
    for (const given of everyEnding()) {
      const end = endOf(given, dialects[kind]);
      kinds.add(end.kind);
      const { state, killedFor, attached } = given;
      assert.ok(state !== undefined);
      if (state.running) assert.equal(end.kind, 'engine-error');
      else if (!state.started) assert.ok(end.kind === 'not-started' || end.kind === 'engine-error');
      else if (killedFor !== undefined)
        assert.equal(end.kind, killedFor === 'time' ? 'timed-out' : 'out-of-disk');
      else assert.notEqual(end.kind, 'not-started');
      if (end.kind !== 'exited') continue;
      // What ended by itself with a status is believed only when nothing speaks against it.
      assert.ok(state.started && !state.running && attached === state.exitCode && killedFor === undefined);
      assert.ok((state.writtenBytes ?? 0) <= 3_000 && (state.exitCode === 0 || !state.outOfMemory));
    }
  }
  assert.deepEqual(
    [...kinds].toSorted((a, b) => a.localeCompare(b)),
    ['engine-error', 'exited', 'not-started', 'out-of-disk', 'out-of-memory', 'timed-out'],
  );
});

const cases: readonly (readonly [string, Ending, TrialEnd, TrialEnd?])[] = [
  ['a plain end', ending({ exitCode: 3 }), { kind: 'exited', status: 3 }],
  [
    'the engine lost it',
    ending(undefined),
    { kind: 'engine-error', message: 'the engine lost the container: complaint' },
  ],
  [
    'it still runs',
    ending({ running: true }),
    { kind: 'engine-error', message: 'the engine lost the connection to the container: complaint' },
  ],
  [
    'its command is not there',
    ending({ started: false, exitCode: 127, error: 'not found' }),
    { kind: 'not-started', message: 'not found' },
  ],
  [
    'its command is not there, and the engine only complained',
    ending({ started: false, exitCode: 126 }),
    { kind: 'not-started', message: 'complaint' },
  ],
  [
    'it did not start for another reason',
    ending({ started: false, exitCode: 128 }),
    { kind: 'engine-error', message: 'the container did not start: complaint' },
    { kind: 'not-started', message: 'complaint' },
  ],
  [
    'a process of it was killed for memory',
    ending({ exitCode: 5, outOfMemory: true }),
    { kind: 'out-of-memory', bytesMax: 2_000 },
  ],
  [
    'a process of it was killed for memory, and it succeeded all the same',
    ending({ exitCode: 0, outOfMemory: true }),
    { kind: 'exited', status: 0 },
  ],
  ['somebody killed it', ending({ exitCode: 137 }), { kind: 'exited', status: 137 }],
  [
    'it wrote too much before it ended',
    ending({ writtenBytes: 3_001 }),
    { kind: 'out-of-disk', bytesMax: 3_000 },
  ],
  [
    'the attached program broke off',
    ending({ exitCode: 0 }, { attached: 1, complaint: '' }),
    { kind: 'engine-error', message: "the engine's program ended with 1, the container with 0" },
  ],
];

for (const [name, given, docker, podman = docker] of cases) {
  test(`${name}: ${docker.kind}${podman.kind === docker.kind ? '' : ` by docker, ${podman.kind} by podman`}`, () => {
    assert.deepEqual(endOf(given, dialects.docker), docker);
    assert.deepEqual(endOf(given, dialects.podman), podman);
  });
}

test('a control sequence in what the engine says is shown, not sent', () => {
  const end = endOf(ending({ started: false, exitCode: 127, error: '\u001b[2Jnot found' }), dialects.docker);
  assert.deepEqual(end, { kind: 'not-started', message: '\\x1b[2Jnot found' });
});
