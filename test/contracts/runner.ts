import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { isFailure } from '../../src/base/failure.ts';
import { limits } from '../../src/base/limits.ts';
import { streamOf } from '../../src/base/stream.ts';
import type { SuiteCommand } from '../../src/model/suite.ts';
import type { LoadedImage } from '../../src/ports/loader.ts';
import type {
  CollectedPlace,
  ContainerRun,
  ContainerSpec,
  Runner,
  SourceFile,
} from '../../src/ports/runner.ts';
import { peerMissing } from '../support/peers.ts';
import {
  folder,
  link,
  makeImage,
  tester,
  textFile,
  type TestImage,
  type TestImageOptions,
} from '../support/images.ts';

/** A runner to be held to the contract, on a machine where containers of ours can be counted. */
export interface RunnerUnderTest {
  readonly runner: Runner;
  readonly load: (image: TestImage) => Promise<LoadedImage>;
  /** Names of all containers that are there, running or not. */
  readonly containers: () => Promise<readonly string[]>;
  /** False where the machine cannot enforce it. */
  readonly limitsMemory: boolean;
  readonly limitsPids: boolean;
}

/** @param open undefined where the test is to be skipped */
export function testRunner(
  name: string,
  open: (t: TestContext) => Promise<RunnerUnderTest | undefined>,
): void {
  const on = (situation: string, body: (bench: Bench, t: TestContext) => Promise<void>): void => {
    test(`${name}: ${situation}`, async (t) => {
      const tested = await open(t);
      if (tested === undefined) return;
      const before = await tested.containers();
      await body(new Bench(tested), t);
      assert.deepEqual(await tested.containers(), before, 'no container is left behind');
    });
  };
  ends(on);
  bounds(on);
  hardening(on);
  sources(on);
  users(on);
  results(on);
  interruptions(on);
}

type On = (situation: string, body: (bench: Bench, t: TestContext) => Promise<void>) => void;

interface BenchSpec extends Partial<Omit<ContainerSpec, 'command' | 'limits' | 'image'>> {
  readonly image?: TestImageOptions;
  readonly limits?: Partial<ContainerSpec['limits']>;
}

class Bench {
  readonly tested: RunnerUnderTest;

  constructor(tested: RunnerUnderTest) {
    this.tested = tested;
  }

  async run(
    command: string | readonly [string, ...string[]],
    spec: BenchSpec = {},
    signal?: AbortSignal,
  ): Promise<ContainerRun> {
    const { image, limits: given, ...rest } = spec;
    return this.tested.runner.run(
      {
        image: await this.tested.load(await makeImage(image)),
        command: commandOf(command),
        env: {},
        workdir: '/',
        user: undefined,
        network: 'none',
        source: undefined,
        results: { kind: 'nothing' },
        ...rest,
        limits: {
          timeoutMs: 60_000,
          memoryBytes: 256 * 1024 ** 2,
          cpus: 2,
          pids: 256,
          diskBytes: 4 * 1024 ** 3,
          ...given,
        },
      },
      signal,
    );
  }

  /** What a shell line writes when it succeeds. */
  async output(line: string, spec: BenchSpec = {}): Promise<string> {
    const run = await this.run(line, spec);
    assert.deepEqual(run.end, { kind: 'exited', status: 0 }, run.output.head);
    return run.output.head;
  }
}

function commandOf(command: string | readonly [string, ...string[]]): SuiteCommand {
  return typeof command === 'string' ? { kind: 'shell', line: command } : { kind: 'argv', argv: command };
}

function ends(on: On): void {
  on('a command that ends: its exit status, its output, and the time it took', async (bench) => {
    const run = await bench.run('echo out; echo err >&2; exit 3');
    assert.deepEqual(run.end, { kind: 'exited', status: 3 });
    assert.deepEqual(
      run.output.head.split('\n').toSorted((a, b) => a.localeCompare(b)),
      ['', 'err', 'out'],
    );
    assert.deepEqual(run.collected, { kind: 'files', files: [] });
    assert.ok(Math.abs(Date.parse(run.startedAt) - Date.now()) < 60_000);
    assert.ok(run.durationMs > 0 && run.durationMs < 60_000);
  });

  on('every exit status comes through, also those that engines use themselves', async (bench) => {
    for (const status of [0, 1, 2, 125, 126, 127, 128, 143, 255]) {
      assert.deepEqual((await bench.run(`exit ${status}`)).end, { kind: 'exited', status });
    }
  });

  on('a shell line whose command is not there: an ordinary exit with 127', async (bench) => {
    const run = await bench.run('no-such-command');
    assert.deepEqual(run.end, { kind: 'exited', status: 127 });
    assert.match(run.output.head, /no-such-command/);
  });

  on('a program that the image does not have: not started, with its name', async (bench) => {
    const { end, output } = await bench.run(['no-such-program', 'argument']);
    assert.ok(end.kind === 'not-started', JSON.stringify(end));
    assert.match(end.message, /no-such-program/);
    assert.equal(output.bytes, 0);
  });

  on('a file that is not executable, and a folder: not started', async (bench) => {
    assert.equal((await bench.run(['/etc/passwd'])).end.kind, 'not-started');
    assert.equal((await bench.run(['/etc'])).end.kind, 'not-started');
  });

  on('an image without a shell and a shell line: not started', async (bench) => {
    const image = { files: [textFile('bin/sh', 'not a program', 0o644)] };
    assert.equal((await bench.run('true', { image })).end.kind, 'not-started');
  });

  on('a user that the image does not have: not started, with its name', async (bench) => {
    for (const user of ['nobody-here', 'nobody-here:0', '0:no-group-here']) {
      const { end } = await bench.run('true', { user });
      assert.ok(end.kind === 'not-started', JSON.stringify(end));
      assert.match(end.message, /nobody-here|no-group-here/);
    }
  });

  on('an image that is not in the engine: engine-error, not an exception', async (bench) => {
    const loaded = await bench.tested.load(await makeImage());
    const gone = { ...loaded, id: (await makeImage({ settings: { Labels: { never: 'loaded' } } })).config };
    const run = await bench.tested.runner.run({
      image: gone,
      command: commandOf('true'),
      env: {},
      workdir: '/',
      user: undefined,
      network: 'none',
      source: undefined,
      results: { kind: 'nothing' },
      limits: { timeoutMs: 10_000, memoryBytes: 64 * 1024 ** 2, cpus: 1, pids: 64, diskBytes: 1024 ** 3 },
    });
    assert.equal(run.end.kind, 'engine-error');
  });

  on('the entry point and command of the image do not get in the way', async (bench) => {
    const image = { settings: { Entrypoint: ['/bin/echo', 'from the image'], Cmd: ['more'] } };
    assert.equal(await bench.output('echo own', { image }), 'own\n');
    const run = await bench.run(['echo', 'a b', '$HOME', '--', '-x'], { image });
    assert.equal(run.output.head, 'a b $HOME -- -x\n');
    assert.deepEqual((await bench.run(['[', '1', '=', '1', ']'])).end, { kind: 'exited', status: 0 });
  });

  on('the environment is the image’s and what was given, with any characters', async (bench) => {
    const image = { settings: { Env: ['PATH=/bin', 'FROM_IMAGE=1', 'BOTH=image'] } };
    const env = { BOTH: 'given', HARD: 'a "b" $c\n=d' };
    const names = (await bench.output('env | cut -d= -f1 | sort -u', { image, env })).trim().split('\n');
    const known = [
      'BOTH',
      'FROM_IMAGE',
      'HARD',
      'HOME',
      'HOSTNAME',
      'PATH',
      'PWD',
      'SHLVL',
      'container',
      'TERM',
      'd',
    ];
    assert.deepEqual(
      names.filter((each) => !known.includes(each)),
      [],
    );
    assert.equal(
      await bench.output('printf %s "$BOTH-$FROM_IMAGE-$HARD"', { image, env }),
      'given-1-a "b" $c\n=d',
    );
  });
}

function bounds(on: On): void {
  on('a suite that never ends is killed from outside when its time is over', async (bench) => {
    const started = performance.now();
    const run = await bench.run(`trap '' TERM INT; echo begun; sleep 300`, { limits: { timeoutMs: 2_000 } });
    assert.deepEqual(run.end, { kind: 'timed-out', afterMs: 2_000 });
    assert.equal(run.output.head, 'begun\n');
    // Not when it would have ended by itself.
    assert.ok(performance.now() - started < 60_000);
  });

  on('1 GB of log: the beginning and the end are kept, in bounded memory', async (bench) => {
    const before = process.memoryUsage().rss;
    const run = await bench.run('echo first; head -c 1000000000 /dev/zero; echo; echo last', {
      limits: { timeoutMs: 300_000 },
    });
    assert.deepEqual(run.end, { kind: 'exited', status: 0 });
    assert.equal(run.output.bytes, 1_000_000_000 + 'first\n\nlast\n'.length);
    assert.ok(run.output.head.startsWith('first\n'));
    assert.ok(run.output.tail.endsWith('\0\nlast\n'));
    assert.equal(run.output.head.length + run.output.tail.length + run.output.omittedBytes, run.output.bytes);
    assert.ok(
      run.output.head.length + run.output.tail.length <= limits.logHeadBytesMax + limits.logTailBytesMax,
    );
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 150 * 1024 ** 2, `memory grew by ${grown}`);
  });

  on('more on the disk than allowed: out-of-disk, soon', async (bench) => {
    const line = 'head -c 400000000 /dev/zero > /tmp/big; sleep 300';
    const run = await bench.run(line, { limits: { diskBytes: 100_000_000 } });
    assert.deepEqual(run.end, { kind: 'out-of-disk', bytesMax: 100_000_000 });
    assert.ok(run.durationMs < 30_000);
  });

  on('more on the disk than allowed by a command that ends at once: out-of-disk', async (bench) => {
    const run = await bench.run('head -c 30000000 /dev/zero > /tmp/big', {
      limits: { diskBytes: 10_000_000 },
    });
    assert.deepEqual(run.end, { kind: 'out-of-disk', bytesMax: 10_000_000 });
  });

  on('more than allowed in a volume of the image: out-of-disk', async (bench) => {
    const image = { settings: { Volumes: { '/data': {} } }, files: [folder('data', 0o777)] };
    const run = await bench.run('head -c 30000000 /dev/zero > /data/big', {
      image,
      limits: { diskBytes: 10_000_000 },
    });
    assert.deepEqual(run.end, { kind: 'out-of-disk', bytesMax: 10_000_000 });
  });

  on('more memory than allowed: out-of-memory', async (bench, t) => {
    if (!bench.tested.limitsMemory) {
      peerMissing('an engine that limits memory', t);
      return;
    }
    const bytes = 64 * 1024 ** 2;
    const run = await bench.run(['sh', '-c', 'exec tail -c 500000000 /dev/zero'], {
      limits: { memoryBytes: bytes },
    });
    assert.deepEqual(run.end, { kind: 'out-of-memory', bytesMax: bytes });
  });

  on(
    'a child that takes too much memory: out-of-memory where the suite fails of it, else as it ended',
    async (bench, t) => {
      if (!bench.tested.limitsMemory) {
        peerMissing('an engine that limits memory', t);
        return;
      }
      const bytes = 64 * 1024 ** 2;
      const hungry = 'tail -c 500000000 /dev/zero';
      const failed = await bench.run(`${hungry}; exit 5`, { limits: { memoryBytes: bytes } });
      assert.deepEqual(failed.end, { kind: 'out-of-memory', bytesMax: bytes });
      const coped = await bench.run(`${hungry}; exit 0`, { limits: { memoryBytes: bytes } });
      assert.deepEqual(coped.end, { kind: 'exited', status: 0 });
      const other = await bench.run('kill -9 $$; exit 137', { limits: { memoryBytes: bytes } });
      assert.deepEqual(other.end, { kind: 'exited', status: 137 });
    },
  );

  on('a fork bomb ends at the limit of processes, and the container with it', async (bench, t) => {
    if (!bench.tested.limitsPids) {
      peerMissing('an engine that limits processes', t);
      return;
    }
    const run = await bench.run('bomb() { bomb | bomb & }; bomb; sleep 300', {
      limits: { pids: 32, timeoutMs: 3_000 },
    });
    assert.ok(run.end.kind === 'timed-out' || run.end.kind === 'exited', JSON.stringify(run.end));
    const count = await bench.run('i=0; while [ $i -lt 100 ]; do sleep 20 & i=$((i+1)); done; true', {
      limits: { pids: 32, timeoutMs: 10_000 },
    });
    assert.match(count.output.head, /fork|Resource|unavailable/i);
  });

  on('processes that are left behind end with the container', async (bench) => {
    const run = await bench.run('(sleep 300; echo never) & echo done');
    assert.deepEqual([run.end, run.output.head], [{ kind: 'exited', status: 0 }, 'done\n']);
  });

  on('no output is lost when a command ends fast, 100 times', async (bench) => {
    const once = async (round: number): Promise<void> => {
      const run = await bench.run(`echo out${round}; echo err${round} >&2; exit 7`);
      assert.deepEqual(run.end, { kind: 'exited', status: 7 });
      const said = run.output.head.split('\n').toSorted((left, right) => left.localeCompare(right));
      assert.deepEqual(said, ['', `err${round}`, `out${round}`]);
    };
    for (let round = 0; round < 100; round += 4) {
      await Promise.all([round, round + 1, round + 2, round + 3].map(once));
    }
  });

  on('both streams stand in the output in the order in which they came', async (bench) => {
    // Two pipes have no order but by time: a reader on a busy machine may stand still for half a second.
    const line = 'echo out1; sleep 1; echo err1 >&2; sleep 1; echo out2; sleep 1; echo err2 >&2';
    assert.equal(await bench.output(line), 'out1\nerr1\nout2\nerr2\n');
  });
}

function hardening(on: On): void {
  on('there is no network where none was asked for', async (bench) => {
    assert.equal(await bench.output('ls /sys/class/net'), 'lo\n');
    assert.notDeepEqual((await bench.run('wget -T 2 -q -O - http://1.1.1.1')).end, {
      kind: 'exited',
      status: 0,
    });
  });

  on('all capabilities are dropped, no rights can be gained, system calls are filtered', async (bench) => {
    const status = await bench.output('cat /proc/self/status');
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) {
      assert.match(status, new RegExp(`^${set}:\\s+0000000000000000$`, 'm'));
    }
    assert.match(status, /^NoNewPrivs:\s+1$/m);
    assert.match(status, /^Seccomp:\s+2$/m);
  });

  on('the engine cannot be reached from inside, and nothing of the host is mounted', async (bench) => {
    const mounts = await bench.output('cat /proc/mounts');
    assert.doesNotMatch(mounts, /\.sock\b/);
    assert.equal(
      await bench.output('ls /var/run/docker.sock /run/docker.sock /run/podman 2>/dev/null || true'),
      '',
    );
  });
}

const files: readonly SourceFile[] = [
  file('a.txt', 'plain'),
  file('bin/tool', '#!/bin/sh\necho tool ran\n', true),
  { kind: 'link', path: 'deep/er/link', target: '../../a.txt' },
  file('deep/er/name with spaces é', 'odd'),
  { kind: 'link', path: 'outside', target: '/etc/passwd' },
];

function file(path: string, text: string, executable = false): SourceFile {
  const bytes = Buffer.from(text);
  return { kind: 'file', path, executable, size: bytes.length, bytes: () => streamOf([bytes]) };
}

function sourceAt(mount: string, list: readonly SourceFile[] = files): ContainerSpec['source'] {
  return { mount, files: () => streamOf(list) };
}

function sources(on: On): void {
  on('the source is there as it was given: contents, modes, links, names', async (bench) => {
    const spec = { source: sourceAt('/work/src'), workdir: '/work/src/deep' };
    const line =
      'pwd; cat ../a.txt er/link; ../bin/tool; cat "er/name with spaces é"; readlink ../outside; find .. -type d | sort';
    assert.equal(
      await bench.output(line, spec),
      '/work/src/deep\nplainplaintool ran\nodd/etc/passwd\n..\n../bin\n../deep\n../deep/er\n',
    );
    assert.equal(
      await bench.output('stat -c "%a %u:%g %Y" a.txt bin/tool bin', { ...spec, workdir: '/work/src' }),
      '644 0:0 1577836800\n755 0:0 1577836800\n755 0:0 1577836800\n',
    );
  });

  on('each container gets a fresh copy that it may write to', async (bench) => {
    const spec = { source: sourceAt('/src'), workdir: '/src' };
    for (let round = 0; round < 2; round += 1) {
      assert.equal(
        await bench.output('cat a.txt; echo changed > a.txt; echo new > new; ls', spec),
        'plaina.txt\nbin\ndeep\nnew\noutside\n',
      );
    }
  });

  on('thousands of files and a large one are copied whole', async (bench) => {
    const many = Array.from({ length: 3_000 }, (_, at) => file(`d${at % 50}/f${at}`, `content ${at}`));
    const big: SourceFile = {
      kind: 'file',
      path: 'big',
      executable: false,
      size: 50_000_000,
      bytes: () => streamOf(Array.from({ length: 50 }, () => Buffer.alloc(1_000_000, 'b'))),
    };
    const spec = { source: sourceAt('/src', [...many, big]), workdir: '/src' };
    assert.equal(
      await bench.output('find . -type f | wc -l; wc -c < big; cat d7/f2957', spec),
      '3001\n50000000\ncontent 2957',
    );
  });

  on(
    'a working directory that the image does not have is made, and one that it has stays as it is',
    async (bench) => {
      const image = { files: [folder('theirs', 0o750)] };
      assert.equal(
        await bench.output('pwd; stat -c "%a %u:%g" .', { workdir: '/made/of/parts', user: 'tester' }),
        `/made/of/parts\n755 ${tester.uid}:${tester.gid}\n`,
      );
      assert.equal(
        await bench.output('stat -c "%a %u:%g" /theirs', { workdir: '/', image, user: 'tester' }),
        '750 0:0\n',
      );
      assert.equal(
        await bench.output('pwd; stat -c "%a %u:%g" .', { workdir: '/theirs', image }),
        '/theirs\n750 0:0\n',
      );
      assert.equal(await bench.output('pwd; stat -c "%a %u:%g" .', { workdir: '/made' }), '/made\n755 0:0\n');
    },
  );

  on('an empty source still makes its place', async (bench) => {
    for (const user of [undefined, 'tester']) {
      assert.equal(
        await bench.output('pwd; ls -A', {
          source: sourceAt('/empty/place', []),
          workdir: '/empty/place',
          user,
        }),
        '/empty/place\n',
      );
    }
  });

  on('a source over a folder of the image: both are there', async (bench) => {
    const image = {
      files: [folder('app'), textFile('app/old', 'old'), textFile('app/a.txt', 'from the image')],
    };
    assert.equal(
      await bench.output('cat old a.txt', { image, source: sourceAt('/app'), workdir: '/app' }),
      'oldplain',
    );
  });

  on('a source and results in a volume of the image', async (bench) => {
    const image = {
      settings: { Volumes: { '/data': {} } },
      files: [folder('data'), textFile('data/theirs', 'theirs')],
    };
    const run = await bench.run('cat theirs a.txt > report.txt', {
      ...{ image, source: sourceAt('/data'), workdir: '/data' },
      results: { kind: 'files', directory: '/data', glob: 'report.txt', bytesMax: 1_000, filesMax: 1 },
    });
    assert.deepEqual(collectedTexts(run), { 'report.txt': 'theirsplain' });
  });

  on('a source that cannot be read: its own failure, and no container', async (bench) => {
    const broken: SourceFile = {
      kind: 'file',
      path: 'x',
      executable: false,
      size: 10,
      bytes: () => streamOf([Buffer.alloc(3)]),
    };
    await assert.rejects(bench.run('true', { source: sourceAt('/src', [broken]) }), (error: unknown) =>
      isFailure(error, 'content-mismatch'),
    );
  });
}

function users(on: On): void {
  const writes =
    'id -u; id -g; stat -c "%u:%g" . a.txt deep; echo more >> a.txt && touch new deep/new && echo written';
  const expected = ({ uid, gid }: typeof tester): string =>
    `${uid}\n${gid}\n${`${uid}:${gid}\n`.repeat(3)}written\n`;
  const cases = [
    { name: 'a user by name', user: 'tester', is: tester },
    { name: 'a user by number, with an entry', user: String(tester.uid), is: tester },
    { name: 'a user and group by number', user: '4000:5000', is: { uid: 4000, gid: 5000 } },
    { name: 'a user by number, without an entry', user: '4000', is: { uid: 4000, gid: 0 } },
    { name: 'a user with a group by name', user: 'tester:wheel', is: { uid: tester.uid, gid: 77 } },
    { name: 'root', user: 'root', is: { uid: 0, gid: 0 } },
  ];
  for (const { name, user, is } of cases) {
    on(`${name}: the copy belongs to it and can be written`, async (bench) => {
      assert.equal(
        await bench.output(writes, { user, source: sourceAt('/src'), workdir: '/src' }),
        expected(is),
      );
    });
  }

  on('the image’s own user is the user where none is given', async (bench) => {
    const image = { settings: { User: 'tester' } };
    assert.equal(
      await bench.output(writes, { image, source: sourceAt('/src'), workdir: '/src' }),
      expected(tester),
    );
  });

  on(
    'a folder of the image that the copy goes into keeps its mode, and its content its owner',
    async (bench) => {
      const image = { files: [folder('app', 0o700), textFile('app/theirs', 'x')] };
      const spec = { image, user: 'tester', source: sourceAt('/app'), workdir: '/app' };
      assert.equal(
        await bench.output('stat -c "%a %u:%g" . theirs', spec),
        `700 ${tester.uid}:${tester.gid}\n644 0:0\n`,
      );
    },
  );

  on('an image whose list of users is a link', async (bench) => {
    const image = { files: [textFile('etc/real', 'other:x:88:99::/:/bin/sh\n'), link('etc/passwd', 'real')] };
    assert.equal(
      await bench.output('id -u; id -g', { image, user: 'other', source: sourceAt('/src'), workdir: '/src' }),
      '88\n99\n',
    );
  });
}

function place(glob: string, more: Partial<Extract<CollectedPlace, { kind: 'files' }>> = {}): BenchSpec {
  return {
    workdir: '/out',
    results: { kind: 'files', directory: '/out', glob, bytesMax: 10_000_000, filesMax: 100, ...more },
  };
}

function collectedTexts(run: ContainerRun): Readonly<Record<string, string>> {
  assert.ok(run.collected.kind === 'files', JSON.stringify(run.collected));
  return Object.fromEntries(
    run.collected.files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]),
  );
}

function results(on: On): void {
  on('result files are those that match, by their path below the place', async (bench) => {
    const line =
      'mkdir -p build/reports/deep other; for f in build/reports/a.xml build/reports/b.txt build/reports/deep/c.xml other/d.xml e.xml; do echo $f > $f; done; exit 1';
    const found = async (glob: string): Promise<readonly string[]> =>
      Object.keys(collectedTexts(await bench.run(line, place(glob)))).toSorted((a, b) => a.localeCompare(b));
    assert.deepEqual(await found('build/reports/*.xml'), ['build/reports/a.xml']);
    assert.deepEqual(await found('build/**/*.xml'), ['build/reports/a.xml', 'build/reports/deep/c.xml']);
    assert.deepEqual(await found('**/*.xml'), [
      'build/reports/a.xml',
      'build/reports/deep/c.xml',
      'e.xml',
      'other/d.xml',
    ]);
    assert.deepEqual(await found('e.xml'), ['e.xml']);
    assert.deepEqual(await found('build/reports/a.xml'), ['build/reports/a.xml']);
    assert.deepEqual(await found('{build,other}/**/[cd].xml'), ['build/reports/deep/c.xml', 'other/d.xml']);
    assert.deepEqual(collectedTexts(await bench.run(line, place('e.xml'))), { 'e.xml': 'e.xml\n' });
  });

  on('no result, no folder, a folder or a file in the way: no files, and no failure', async (bench) => {
    for (const glob of [
      'report.xml',
      '*.xml',
      'build/reports/*.xml',
      'build/report.xml',
      'file/report.xml',
      'file/*.xml',
      'folder.xml',
    ]) {
      const run = await bench.run('touch file; mkdir folder.xml', place(glob));
      assert.deepEqual(
        [run.end, run.collected],
        [
          { kind: 'exited', status: 0 },
          { kind: 'files', files: [] },
        ],
        glob,
      );
    }
    const elsewhere = await bench.run('true', place('*.xml', { directory: '/no/such/place' }));
    assert.deepEqual(elsewhere.collected, { kind: 'files', files: [] });
  });

  on('a result that is a link, a hard link, a pipe: refused', async (bench) => {
    for (const [make, glob] of [
      ['ln -s /etc/passwd report.xml', 'report.xml'],
      ['ln -s /etc/passwd report.xml', '*.xml'],
      ['ln -s nowhere report.xml', '**/*.xml'],
      ['echo x > a; ln a report.xml', '*.xml'],
      ['mkfifo report.xml', 'report.xml'],
      ['mkdir real; echo x > real/report.xml; ln -s real build', 'build/report.xml'],
      ['mkdir real; echo x > real/report.xml; ln -s real build', 'build/*.xml'],
      ['mkdir -p real/reports; echo x > real/reports/report.xml; ln -s real build', 'build/reports/*.xml'],
      [
        'mkdir -p real/reports; echo x > real/reports/report.xml; ln -s real build',
        'build/reports/report.xml',
      ],
    ] as const) {
      const { collected } = await bench.run(make, place(glob));
      assert.ok(
        collected.kind === 'refused' && collected.code === 'refused',
        `${make} ${glob}: ${JSON.stringify(collected)}`,
      );
    }
  });

  on('links that are no results are no trouble', async (bench) => {
    const run = await bench.run(
      'ln -s /etc elsewhere; ln -s /etc/passwd other; echo x > report.xml',
      place('*.xml'),
    );
    assert.deepEqual(collectedTexts(run), { 'report.xml': 'x\n' });
  });

  on('nothing outside of the place is read', async (bench) => {
    const run = await bench.run('echo x > /outside.xml; echo x > /out/inside.xml', place('**/*.xml'));
    assert.deepEqual(collectedTexts(run), { 'inside.xml': 'x\n' });
    const up = await bench.run('echo x > /outside.xml', place('../outside.xml'));
    assert.deepEqual(up.collected, { kind: 'files', files: [] });
  });

  on('results that are too large or too many: too-large, and not in memory', async (bench) => {
    const large = await bench.run('truncate -s 3G report.xml', place('*.xml'));
    assert.ok(
      large.collected.kind === 'refused' && large.collected.code === 'too-large',
      JSON.stringify(large.collected),
    );
    const together = await bench.run(
      'for i in 1 2 3; do head -c 400 /dev/zero > $i.xml; done',
      place('*.xml', { bytesMax: 1_000 }),
    );
    assert.ok(together.collected.kind === 'refused' && together.collected.code === 'too-large');
    const many = await bench.run('for i in 1 2 3 4; do touch $i.xml; done', place('*.xml', { filesMax: 3 }));
    assert.ok(many.collected.kind === 'refused' && many.collected.code === 'too-large');
    const enough = await bench.run(
      'for i in 1 2 3; do head -c 400 /dev/zero > $i.xml; done',
      place('*.xml', { bytesMax: 1_200, filesMax: 3 }),
    );
    assert.equal(Object.keys(collectedTexts(enough)).length, 3);
  });

  on('standard output as the result: all of it, and nothing of standard error', async (bench) => {
    const stdout: CollectedPlace = { kind: 'stdout', bytesMax: 3_000_000 };
    const run = await bench.run('head -c 2000000 /dev/zero; echo err >&2; exit 1', { results: stdout });
    assert.ok(run.collected.kind === 'files');
    assert.deepEqual(
      run.collected.files.map(({ path, bytes }) => [path, bytes.length]),
      [['stdout', 2_000_000]],
    );
    const more = await bench.run('head -c 3000001 /dev/zero', { results: stdout });
    assert.ok(more.collected.kind === 'refused' && more.collected.code === 'too-large');
  });

  on('results of a suite that was killed are brought back as far as they came', async (bench) => {
    const run = await bench.run('echo partial > report.xml; sleep 300', {
      ...place('report.xml'),
      limits: { timeoutMs: 2_000 },
    });
    assert.deepEqual(run.end, { kind: 'timed-out', afterMs: 2_000 });
    assert.deepEqual(collectedTexts(run), { 'report.xml': 'partial\n' });
  });
}

function interruptions(on: On): void {
  on('an abort before the start: interrupted, and nothing is done', async (bench) => {
    await assert.rejects(bench.run('true', {}, AbortSignal.abort()), (error: unknown) =>
      isFailure(error, 'interrupted'),
    );
  });

  for (const afterMs of [30, 150, 400, 1_500]) {
    on(`an abort after ${afterMs} ms: interrupted soon, and the container is gone`, async (bench) => {
      const controller = new AbortController();
      await bench.run('true');
      setTimeout(() => controller.abort(), afterMs);
      const started = performance.now();
      const spec = { source: sourceAt('/src') };
      await assert.rejects(bench.run(`trap '' TERM; sleep 300`, spec, controller.signal), (error: unknown) =>
        isFailure(error, 'interrupted'),
      );
      assert.ok(performance.now() - started < 60_000);
    });
  }
}
