import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parityGround, type MadeBuilder } from '../../test/support/parity-ground.ts';
import { MemoryLedgers } from '../adapters/ledger/memory.ts';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { parseDigest } from '../model/digest.ts';
import type { FleetRepo } from '../model/fleet.ts';
import type { SaidVersion } from '../model/lifecycle.ts';
import { readConfig } from '../model/config.ts';
import { compareVersions } from '../model/buildpack-knowledge.ts';
import type { Ceiling } from '../model/parity-watch.ts';
import { parsePlatform } from '../model/platform.ts';
import type { CloneOrder } from '../ports/clones.ts';
import type { Ledger } from '../ports/ledger.ts';
import type { ChannelListener } from './hear-channels.ts';
import { choosePlatform } from './parity-check.ts';
import { parityWatch, type WatchOrder, type WatchOutcome } from './parity-watch.ts';
import { watchFolder } from './watch-states.ts';

const { platforms } = readConfig(
  `version: 1
platforms:
  tools:
    deploys: [default, latest]
    channels:
      default: { builder: "r.test/builder:24", valid-until: 2026-12-01 }
      latest: { builder: "r.test/builder:24_new" }
`,
  'lockkeeper.yaml',
  '/repo',
);

const python = (version: string): MadeBuilder => ({
  buildpacks: [{ id: 'heroku/python', version }],
  order: [['heroku/python']],
});

interface Night {
  readonly made: ReturnType<typeof parityGround>;
  readonly builders: (byDefault: string, latest: string) => Promise<void>;
  readonly look: (more?: Partial<WatchOrder>, listener?: ChannelListener) => Promise<WatchOutcome>;
  /** Clones that were disposed of. */
  readonly gone: readonly string[];
  readonly ledger: Ledger;
}

function night(): Night {
  const made = parityGround();
  const gone: string[] = [];
  const tools = {
    ...made.tools,
    ledgers: new MemoryLedgers(() => made.clock.monotonicMs()),
    clones: {
      make: ({ url }: CloneOrder) =>
        Promise.resolve({ folder: url, [Symbol.asyncDispose]: () => Promise.resolve(void gone.push(url)) }),
    },
  };
  made.folders.set('/a', { '.python-version': '3.13' });
  made.folders.set('/b', { '.python-version': '3.12' });
  const order: WatchOrder = {
    against: choosePlatform(platforms, undefined),
    platform: parsePlatform('linux/amd64'),
    level: 'L2',
    repos: ['a', 'b'].map((name) => ({ name, place: { kind: 'folder', path: `/${name}` } })),
    ledger: '/ledger',
    name: 'tools',
    dryRun: false,
  };
  return {
    made,
    builders: async (byDefault, latest) => {
      await made.pushBuilder('r.test/builder:24', python(byDefault));
      await made.pushBuilder('r.test/builder:24_new', python(latest));
    },
    gone,
    ledger: tools.ledgers.open('/ledger'),
    look: (more, listener) =>
      parityWatch(
        { ...order, ...more },
        { ...tools, listener },
        { observe: () => undefined, signal: undefined },
      ),
  };
}

const stops = (ceilings: readonly Ceiling[], version: string): boolean =>
  ceilings.some(({ runtime, below }) => runtime === 'python' && compareVersions(version, below) >= 0);

const told = ({ change: { moved, broken, mended, possible } }: WatchOutcome): readonly string[] => [
  ...moved.map(({ name, buildpacks }) => {
    const packs = buildpacks.map(({ id, from, to }) => `${id} ${from ?? '-'} to ${to ?? '-'}`);
    return `${name} moved: ${packs.join(', ')}`;
  }),
  ...broken.map(({ path, text }) => `${path} ${text} broken`),
  ...mended.map(({ path, text }) => `${path} ${text} mended`),
  ...possible.map(({ runtime, series }) => `${runtime} ${series.join(' ')} possible`),
];

test('the incident replayed: the bump is called, the second one is stopped, and the bump is offered when the builder has moved', async () => {
  const { made, builders, look } = night();
  await builders('0.26.1', '0.26.1');
  const before = await look();
  assert.deepEqual([told(before), before.isFirst], [[], true]);
  assert.deepEqual(before.ceilings, [
    {
      runtime: 'python',
      below: '3.14',
      reason: 'heroku/python 0.26.1 on default has python up to 3.13.',
      until: '2026-12-01',
    },
  ]);
  // 8 October: a bot bumps, and CI is green.
  made.folders.set('/a', { '.python-version': '3.14.0' });
  assert.deepEqual(told(await look()), ['a 3.14.0 broken']);
  // 23 October: a person takes it back. 1 November: the bot comes again, and asks first.
  made.folders.set('/a', { '.python-version': '3.13' });
  const held = await look();
  assert.deepEqual(told(held), []);
  assert.equal(stops(held.ceilings, '3.14.0'), true);
  assert.equal(stops(held.ceilings, '3.13.9'), false);
  // The latest channel moves alone: nothing is possible yet that deploys everywhere.
  await builders('0.26.1', '2.7.1');
  const half = await look();
  assert.deepEqual(told(half), ['latest moved: heroku/python 0.26.1 to 2.7.1']);
  assert.equal(stops(half.ceilings, '3.14.0'), true);
  // The default channel follows: the ceiling goes, and the bump is offered.
  await builders('2.7.1', '2.7.1');
  const free = await look();
  assert.deepEqual(told(free), ['default moved: heroku/python 0.26.1 to 2.7.1', 'python 3.14 possible']);
  assert.equal(stops(free.ceilings, '3.14.0'), false);
  assert.deepEqual(told(await look()), []);
});

test('what a move takes away is newly broken, and what it brings back is mended', async () => {
  const { made, builders, look } = night();
  made.folders.set('/b', { '.python-version': '3.9' });
  await builders('2.7.1', '2.7.1');
  await look();
  await builders('4.0.0', '4.0.0');
  assert.deepEqual(told(await look()), [
    'default moved: heroku/python 2.7.1 to 4.0.0',
    'latest moved: heroku/python 2.7.1 to 4.0.0',
    'b 3.9 broken',
  ]);
  assert.deepEqual(told(await look()), [], 'told once');
  await builders('2.7.1', '2.7.1');
  assert.deepEqual(told(await look()).slice(2), ['b 3.9 mended', 'python 3.9 possible']);
});

test('a dry run leaves the next look as it was; a repository that fails keeps what was known of it', async () => {
  const { made, builders, look } = night();
  await builders('0.26.1', '0.26.1');
  await look();
  await builders('2.7.1', '2.7.1');
  const dry = await look({ dryRun: true });
  assert.equal(told(dry).length, 3);
  made.folders.delete('/b');
  const without = await look();
  assert.deepEqual(told(without), told(dry));
  assert.deepEqual(
    without.failed.map(({ path, failure }) => [path, failure.code]),
    [['b', 'path-missing']],
  );
  made.folders.set('/b', { '.python-version': '3.12' });
  assert.deepEqual(told(await look()), []);
});

test('where no channel can be looked up, nothing is forgotten', async () => {
  const { look } = night();
  await assert.rejects(look(), { code: 'manifest-missing' });
});

test('a channel that is down mends nothing, lifts no ceiling, and is told', async () => {
  const { made, builders, look } = night();
  made.folders.set('/a', { '.python-version': '3.14' });
  await builders('0.26.1', '2.7.1');
  const before = await look();
  assert.deepEqual(told(before), ['a 3.14 broken']);
  await made.pushBuilder('r.test/builder:24', {
    ...python('0.26.1'),
    labels: { 'io.buildpacks.buildpack.layers': '{' },
  });
  const down = await look();
  assert.deepEqual(told(down), []);
  assert.deepEqual(down.ceilings, before.ceilings);
  assert.deepEqual(
    [down.failedChannels.map(({ name, failure }) => [name, failure.code]), down.isPartial],
    [[['default', 'builder-invalid']], true],
  );
  // The month of its last word is over: nobody says any more what default has.
  made.clock.advance(40 * 24 * 3600 * 1000);
  assert.deepEqual(
    (await look()).ceilings.map(({ below }) => below),
    ['3.15'],
  );
  await builders('0.26.1', '2.7.1');
  assert.deepEqual(told(await look()), [], 'broken as before');
  await builders('2.7.1', '2.7.1');
  assert.deepEqual(told(await look()).slice(1), ['a 3.14 mended', 'python 3.14 possible']);
});

test('a channel of whose buildpack nothing is known any more mends nothing and makes nothing possible', async () => {
  const { made, builders, look } = night();
  made.folders.set('/a', { '.python-version': '3.14' });
  await builders('0.26.1', '2.7.1');
  const before = await look();
  await builders('99.0.0', '2.7.1');
  const after = await look();
  assert.deepEqual(told(after), ['default moved: heroku/python 0.26.1 to 99.0.0']);
  assert.deepEqual([after.ceilings, after.failedChannels], [before.ceilings, []]);
});

test('a list of repositories is asked from folders and clones, the clones go, and what fails stops no other', async () => {
  const { made, builders, look, gone } = night();
  await builders('2.7.1', '2.7.1');
  const git = (name: string): FleetRepo => ({
    name,
    place: { kind: 'git', url: `https://git.test/${name}`, branch: undefined, network: 'none' },
  });
  const folder = (name: string): FleetRepo => ({ name, place: { kind: 'folder', path: `/${name}` } });
  made.folders.set('https://git.test/c', { '.python-version': '3.9' });
  const repos = [git('c'), folder('gone'), git('lost'), folder('a'), folder('b')];
  const first = await look({ repos });
  assert.deepEqual(
    first.reports.map(({ path }) => path),
    ['c', 'a', 'b'],
    'in the order of the list',
  );
  assert.deepEqual(
    first.failed.map(({ path, failure }) => [path, failure.code]),
    [
      ['gone', 'path-missing'],
      ['lost', 'path-missing'],
    ],
  );
  assert.deepEqual(gone.toSorted(), ['https://git.test/c', 'https://git.test/lost']);
  await builders('4.0.0', '4.0.0');
  assert.deepEqual(told(await look({ repos })).slice(2), ['c 3.9 broken']);
});

test('a repository that nobody reads for a month holds nobody by what it pinned', async () => {
  const { made, builders, look } = night();
  await builders('0.26.1', '0.26.1');
  made.folders.set('/b', {});
  await look();
  made.folders.set('/a', {});
  made.folders.delete('/a');
  assert.equal((await look()).ceilings.length, 1);
  made.clock.advance(31 * 24 * 3600 * 1000);
  assert.deepEqual((await look()).ceilings, []);
});

test('what the builders themselves say counts before the data; where they cannot be asked the data stands', async () => {
  const { builders, look } = night();
  const digest = await builders('0.26.1', '0.26.1').then(() => 'sha256:' + '0'.repeat(64));
  const said = (version: string | undefined): SaidVersion => ({
    buildpack: { id: 'heroku/python', version: '0.26.1' },
    runtime: 'python',
    version,
    asked: '3.13',
    origin: '.python-version',
    line: 'Installing Python 3.13',
    checksPatch: false,
  });
  const listener: ChannelListener = {
    hear: (folder) =>
      folder === '/b'
        ? Promise.reject(new Failure('engine-unreachable', 'no engine'))
        : Promise.resolve({
            heard: [
              {
                channel: 'default',
                builder: parseDigest(digest),
                refusal: {
                  buildpack: { id: 'heroku/python', version: '0.26.1' },
                  runtime: 'python',
                  why: 'heroku/python failed: Python 3.13 is not recognised',
                },
                versions: [said(undefined)],
              },
            ],
            silent: [],
          }),
  };
  const heard = await look({}, listener);
  assert.deepEqual(told(heard), ['a 3.13 broken']);
  assert.deepEqual(
    heard.reports.map(({ report }) => report.pins[0]?.answers.map(({ answer }) => answer.evidence?.level)),
    [
      ['L3', 'L2'],
      ['L2', 'L2'],
    ],
  );
  assert.deepEqual(
    heard.failed.map(({ path, failure }) => [path, failure.code]),
    [['b', 'engine-unreachable']],
  );
});

test('what a builder itself said stands while nobody hears it, until another builder is in its place', async () => {
  const { made, builders, look } = night();
  made.folders.set('/b', {});
  await builders('0.26.1', '0.26.1');
  const [first] = (await look()).reports;
  const builder = first?.report.pins[0]?.answers[0]?.answer.evidence?.builder;
  assert.ok(builder);
  const buildpack = { id: 'heroku/python', version: '0.26.1' };
  const refusal = { buildpack, runtime: 'python', why: 'Python 3.13 is not recognised' } as const;
  const heard = [{ channel: 'default', builder, refusal, versions: [] }];
  const hearing = (hear: ChannelListener['hear']): ChannelListener => ({ hear });
  const refuses = hearing(() => Promise.resolve({ heard, silent: [] }));
  const down = hearing(() => Promise.reject(new Failure('engine-unreachable', 'no engine')));
  const tellsNothing = hearing(() =>
    Promise.resolve({ heard: [], silent: [{ channel: 'default', why: 'it ran out of memory' }] }),
  );
  assert.deepEqual(told(await look({}, refuses)), ['a 3.13 broken']);
  assert.deepEqual(told(await look({}, down)), []);
  const silent = await look({}, tellsNothing);
  assert.deepEqual(told(silent), []);
  assert.deepEqual(
    silent.failed.map(({ path, failure }) => `${path}: ${failure.message}`),
    ['a: default tells nothing of it: it ran out of memory'],
  );
  assert.deepEqual(told(await look()), [], 'nobody asks the builders that night');
  assert.deepEqual(told(await look({}, refuses)), [], 'it is no news');
  await builders('2.7.1', '0.26.1');
  assert.deepEqual(told(await look({}, down)), [
    'default moved: heroku/python 0.26.1 to 2.7.1',
    'a 3.13 mended',
  ]);
});

test('a state that is too large to be read is as none, and is written anew', async () => {
  const { builders, look, ledger } = night();
  await builders('0.26.1', '0.26.1');
  await look();
  const [file] = await ledger.list(watchFolder);
  assert.ok(file);
  await ledger.write(watchFolder, file.name, Buffer.alloc(limits.watchStateBytesMax + 1, ' '));
  const anew = await look();
  assert.deepEqual([anew.isFirst, anew.left], [true, []]);
  assert.equal((await look()).isFirst, false);
});
