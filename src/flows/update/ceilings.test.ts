import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { delegate } from '../../ports/delegate.ts';
import { makeUpdateGround, pinned, updateBranch } from '../../../test/support/update-ground.ts';
import { Failure, type FailureCode } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import type { Digest } from '../../model/digest.ts';
import { describeHold } from '../../model/hold.ts';
import { formatWatchState } from '../../model/parity-watch.ts';
import type { Registries } from '../../ports/repository.ts';
import { watchFolder } from '../watch-states.ts';
import { updateLocally } from './update-local.ts';

const quiet = { observe: () => undefined, signal: undefined };

interface Night {
  /** What a watch left on the day, when the platform had Python up to this series. */
  readonly watched: (newest: string, toldOn?: string) => Promise<void>;
  readonly push: (version: string | undefined, content: string) => Promise<Digest>;
  /** `goes in` or `held back` or nothing, and what is said of what is held. `blobs`: with what configs fail. */
  readonly run: (blobs?: FailureCode) => Promise<readonly string[]>;
  /** Writes the file of a watch. */
  readonly keep: (text: string) => Promise<void>;
}

/** One image that is pinned, and a ledger. */
async function night(t: TestContext, before: string | undefined): Promise<Night> {
  const env = (version: string | undefined): readonly string[] =>
    version === undefined ? [] : [`PYTHON_VERSION=${version}`];
  const ground = await makeUpdateGround(t, async (world) => ({
    Dockerfile: `FROM ${pinned('python:3', await world.push('python', '3', 'old', env(before)))}\n`,
  }));
  const { world, tools } = ground;
  const today = world.tools.clock.now().toISOString().slice(0, 10);
  const keep = (text: string): Promise<void> =>
    tools.ledgers.open('/ledger').write(watchFolder, 'a.json', Buffer.from(text));
  return {
    watched: (newest, toldOn = today) => {
      const state = {
        seenAt: `${toldOn}T00:00:00Z`,
        channels: [],
        offers: [
          {
            runtime: 'python',
            channel: 'default',
            by: 'heroku/python 0.26.1',
            series: [newest],
            validUntil: undefined,
            toldOn,
          } as const,
        ],
        repos: [
          {
            path: '.',
            seenOn: toldOn,
            pins: [
              { file: '.python-version', field: '.python-version', runtime: 'python', text: '3', harmed: [] },
            ],
          } as const,
        ],
      };
      return keep(formatWatchState(state));
    },
    push: (version, content) => world.push('python', '3', content, env(version)),
    keep,
    run: async (blobs) => {
      const { registries } = world.tools;
      const silent: Registries = {
        open: (host, name) => delegate(registries.open(host, name), { blob: () => noBlob(blobs) }),
      };
      const order = { ...ground.order, branch: updateBranch, ledger: '/ledger', dryRun: true };
      const { report } = await updateLocally(
        order,
        { ...tools, registriesFor: () => (blobs === undefined ? registries : silent) },
        quiet,
      );
      return [
        ...report.units.map(({ state }) => state.kind),
        ...report.held.map(({ hold }) => describeHold(hold).replaceAll(/sha256:\w+…?/g, 'DIGEST')),
      ];
    },
  };
}

async function* noBlob(code: FailureCode = 'registry-unavailable'): AsyncGenerator<Uint8Array> {
  yield await Promise.reject<Uint8Array>(new Failure(code, 'blobs are away'));
}

test('a move across a ceiling is held with its reason and its end, and offered when the builder has moved', async (t) => {
  const { watched, push, run } = await night(t, '3.13.7');
  await push('3.14.0', 'new');
  assert.deepEqual(await run(), ['goes in'], 'nobody watches');
  await watched('3.13');
  const [said, ...others] = await run();
  assert.match(
    said ?? '',
    /^parity watch holds it until \d{4}-\d\d-\d\d, or until it stands for another digest than DIGEST: it goes from python 3\.13\.7 to 3\.14\.0, and heroku\/python 0\.26\.1 on default has python up to 3\.13$/,
  );
  assert.deepEqual(others, []);
  await watched('3.14');
  assert.deepEqual(await run(), ['goes in'], 'the ceiling is lifted');
  await watched('3.13', '2020-01-01');
  assert.deepEqual(await run(), ['goes in'], 'nobody has said so for a month');
});

test('a newer fix below the ceiling goes in, and so does one above it where the pin is above already', async (t) => {
  const below = await night(t, '3.13.6');
  await below.watched('3.13');
  await below.push('3.13.7', 'new');
  assert.deepEqual(await below.run(), ['goes in']);
  const above = await night(t, '3.14.0');
  await above.watched('3.13');
  await above.push('3.14.1', 'new');
  assert.deepEqual(await above.run(), ['goes in']);
});

test('an image that says nothing of a runtime is bound by no ceiling', async (t) => {
  const { watched, push, run } = await night(t, undefined);
  await watched('3.13');
  await push(undefined, 'new');
  assert.deepEqual(await run(), ['goes in']);
});

for (const code of [
  'registry-unavailable',
  'registry-denied',
  'registry-refused',
  'registry-untrusted',
  'content-refused',
  'content-mismatch',
  'blob-missing',
] as const) {
  test(`where the config is not to be had (${code}) the move waits: silence lifts no ceiling`, async (t) => {
    const { watched, push, run } = await night(t, '3.13.7');
    await watched('3.13');
    await push('3.14.0', 'new');
    const [said, ...others] = await run(code);
    assert.match(
      said ?? '',
      /: whether its python is below 3\.14 cannot be told \(blobs are away\), and heroku\/python 0\.26\.1 on default/,
    );
    assert.deepEqual(others, []);
  });
}

test('an image that has gone from its registry runs nothing: a move away from it waits for nobody', async (t) => {
  const { watched, push, run } = await night(t, '3.13.7');
  await watched('3.13');
  await push('3.14.0', 'new');
  assert.deepEqual(await run('manifest-missing'), ['goes in']);
});

test('a look that is no look, or too large for one, stops nobody', async (t) => {
  const { keep, push, run } = await night(t, '3.13.7');
  await push('3.14.0', 'new');
  await keep('no look');
  assert.deepEqual(await run(), ['goes in']);
  await keep(' '.repeat(limits.watchStateBytesMax + 1));
  assert.deepEqual(await run(), ['goes in']);
});

test('a look whose days or series were damaged is none', async (t) => {
  const { watched, push, run } = await night(t, '3.13.7');
  await push('3.14.0', 'new');
  for (const day of ['', '2026-13-45', 'soon']) {
    await watched('3.13', day);
    assert.deepEqual(await run(), ['goes in'], day);
  }
  await watched('x');
  assert.deepEqual(await run(), ['goes in']);
  await watched('3.13');
  assert.notDeepEqual(await run(), ['goes in'], 'one that is whole holds it');
});
