import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { test, type TestContext } from 'node:test';
import { failureOfRun, runCommandLine, startCommandLine } from '../../../test/support/command-line.ts';
import { digestNamed } from '../../../test/support/sample-mentions.ts';
import { askCommand } from '../../base/command.ts';
import { systemClock } from '../../base/system-clock.ts';
import { bisectionSchema, type BisectionDocument } from '../../model/bisection-document.ts';
import { main } from '../main.ts';

interface Ground {
  readonly top: string;
  readonly repo: string;
  readonly git: (...words: readonly string[]) => Promise<string>;
  /** Writes a file for each pin, and commits; a pin whose name ends in `!` has moved. */
  readonly commit: (pins: readonly string[], more?: Readonly<Record<string, string>>) => Promise<void>;
  readonly say: (...words: readonly string[]) => Promise<Said>;
}

interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function ground(t: TestContext): Promise<Ground> {
  const top = await realpath(await mkdtemp(path.join(tmpdir(), 'lockkeeper-bisect-test-')));
  t.after(() => rm(top, { recursive: true, force: true }));
  const repo = path.join(top, 'repo');
  const env = { PATH: process.env['PATH'] ?? '', HOME: top, TMPDIR: path.join(top, 'temporary') };
  await mkdir(path.join(repo, 'sub'), { recursive: true });
  await mkdir(env.TMPDIR);
  const author = ['-c', 'user.name=A', '-c', 'user.email=a@localhost'];
  const git: Ground['git'] = (...words) =>
    askCommand({ program: 'git', args: ['-C', repo, ...author, ...words], env, timeoutMs: 60_000 });
  await git('init', '-q');
  return {
    top,
    repo,
    git,
    commit: async (pins, more = {}) => {
      await writeFile(path.join(repo, 'compose.yml'), compose(pins));
      for (const [name, text] of Object.entries(more)) await writeFile(path.join(repo, name), text);
      await git('add', '-A');
      await git('commit', '-q', '--allow-empty', '-m', 'pins');
    },
    say: (...words) => say(words, repo, env),
  };
}

function compose(pins: readonly string[]): string {
  const services = pins.map((pin) => {
    const name = pin.replace('!', '');
    return `  ${name}:\n    image: ${name}:${pin.endsWith('!') ? 2 : 1}@${digestNamed(pin)}\n`;
  });
  return `services:\n${services.join('')}`;
}

async function say(
  words: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Said> {
  const said = { stdout: '', stderr: '' };
  const status = await main({
    words: ['bisect', ...words],
    env,
    cwd,
    clock: systemClock,
    signal: new AbortController().signal,
    ask: undefined,
    stdout: { write: (text) => void (said.stdout += text), isTerminal: false, columns: undefined },
    stderr: { write: (text) => void (said.stderr += text), isTerminal: false, columns: undefined },
  });
  return { status, ...said };
}

function documentOf({ stdout }: Pick<Said, 'stdout'>): BisectionDocument {
  return bisectionSchema.parse(JSON.parse(stdout));
}

const fiveBefore = ['a', 'b', 'c', 'd', 'e'];
const fiveAfter = ['a!', 'b!', 'c', 'd!', 'e!'];

test('between two commits: the pin that explains it is named, with its place, and no work tree but ours is touched', async (t) => {
  const { top, repo, git, commit, say: bisect } = await ground(t);
  await commit(fiveBefore, { 'sub/run.sh': '! grep -q "d:2@" ../compose.yml' });
  await commit(fiveAfter);
  await writeFile(path.join(repo, 'compose.yml'), 'dirty');
  await writeFile(path.join(repo, 'untracked'), '');
  const before = [
    await git('status', '--porcelain=v2', '--branch'),
    await git('for-each-ref'),
    await refs(repo),
  ];
  const ended = await bisect('sub', '--from', 'HEAD~1', '--run', 'sh run.sh', '--json');
  assert.equal(ended.status, 3, ended.stderr);
  const found = documentOf(ended);
  assert.deepEqual(
    found.culprits.map(({ kind, moves }) => [kind, moves]),
    [['proven', [`docker.io/library/d:2@${digestNamed('d!')}`]]],
  );
  assert.deepEqual(found.moves[2]?.places, [{ file: 'compose.yml', line: 9 }]);
  assert.equal(found.good.length, 3);
  assert.match(ended.stderr, /gate 3: 2 of 4 moved .*: good in /);
  assert.deepEqual(
    [await git('status', '--porcelain=v2', '--branch'), await git('for-each-ref'), await refs(repo)],
    before,
  );
  assert.deepEqual(await readdir(path.join(top, 'temporary')), []);
});

/** All files of git's own folder but those that any question may touch. */
async function refs(repo: string): Promise<readonly string[]> {
  return (await readdir(path.join(repo, '.git'), { recursive: true })).toSorted();
}

test('the checkout is a clone at the later commit, and its files are those of the gate', async (t) => {
  const { repo, commit, git, say: bisect } = await ground(t);
  await commit(['a', 'b'], { script: 'old' });
  await chmod(path.join(repo, 'script'), 0o755);
  await commit(['a!', 'b!'], { script: 'new' });
  const tip = (await git('rev-parse', 'HEAD')).trim();
  const run = `test "$(git rev-parse HEAD)" = ${tip} && test "$(cat script)" = new && test -x script && test "$(git diff --name-only)" = "$(test -z "$LOCKKEEPER_NOT_MOVED" || echo compose.yml)"`;
  const ended = await bisect('--from', 'HEAD~1', '--run', run);
  assert.equal(ended.status, 0, ended.stderr);
  assert.match(ended.stdout, /No culprit: all 2 moves are good together, after 2 gates\./);
});

test('within a hook of git, the command sees the repository of its checkout', async (t) => {
  const { top, repo, commit } = await ground(t);
  await commit(['a', 'b']);
  await commit(['a!', 'b!']);
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: top,
    TMPDIR: path.join(top, 'temporary'),
    GIT_DIR: path.join(repo, '.git'),
    GIT_WORK_TREE: repo,
    GIT_INDEX_FILE: path.join(repo, '.git', 'index'),
    GIT_AUTHOR_NAME: 'A',
  };
  const run = `test "$(git rev-parse --show-toplevel)" = "$(pwd -P)" && test "$GIT_AUTHOR_NAME" = A`;
  const ended = await say(['--from', 'HEAD~1', '--run', run], repo, env);
  assert.equal(ended.status, 0, ended.stderr + ended.stdout);
});

test('two pins that are bad only together, a pin that was added, and one that was removed', async (t) => {
  const { commit, say: bisect } = await ground(t);
  await commit([...fiveBefore, 'gone']);
  await commit([...fiveAfter, 'new']);
  const run = '! { grep -q "a:2" compose.yml && grep -q "e:2" compose.yml; }';
  const { status, stdout } = await bisect('--from', 'HEAD~1', '--run', run);
  assert.equal(status, 3);
  assert.match(stdout, /1 culprit among 4 moves/);
  assert.match(stdout, /bad together, good as soon as one is missing/);
  assert.match(stdout, /library\/gone:1@sha256:\w{12} at compose.yml:13\s+was removed\./);
  assert.match(stdout, /library\/new:1@sha256:\w{12} at compose.yml:13\s+was added\./);
});

test('nothing moved, and one pin moved', async (t) => {
  const { commit, say: bisect } = await ground(t);
  await commit(['a', 'b']);
  await commit(['a', 'b']);
  await commit(['a!', 'b']);
  const nothing = await bisect('--from', 'HEAD~2', '--to', 'HEAD~1', '--run', 'exit 1');
  assert.deepEqual([nothing.status, nothing.stdout], [0, 'Nothing moved.\n']);
  const one = await bisect('--from', 'HEAD~1', '--run', '! grep -q a:2 compose.yml');
  assert.equal(one.status, 3);
  assert.match(one.stdout, /1 culprit among 1 move, after 4 gates\./);
});

test('300 moved pins: one culprit takes eleven gates and the two that come first', async (t) => {
  const { commit, say: bisect } = await ground(t);
  const pins = Array.from({ length: 300 }, (_, index) => `p${index}`);
  await commit(pins);
  await commit(pins.map((pin) => `${pin}!`));
  const ended = await bisect('--from', 'HEAD~1', '--run', '! grep -q "p217:2" compose.yml', '--json');
  const found = documentOf(ended);
  assert.deepEqual([found.moves.length, found.culprits.length, found.good.length], [300, 1, 299]);
  assert.ok(found.gates.length <= 2 + 9 + 2, `${found.gates.length} gates`);
});

test('commits without a common history are compared, and that is said; unknown ones are refused', async (t) => {
  const { commit, git, say: bisect } = await ground(t);
  await commit(['a']);
  await git('checkout', '-q', '--orphan', 'other');
  await commit(['a!']);
  const ended = await bisect('--from', 'HEAD', '--to', 'other', '--run', 'true');
  assert.match(ended.stdout, /Nothing moved\./);
  const roots = (await git('rev-list', '--all')).trim().split('\n');
  const [one = '', two = ''] = roots;
  const unrelated = await bisect('--from', one, '--to', two, '--run', 'true');
  assert.equal(unrelated.status, 0, unrelated.stderr);
  assert.match(unrelated.stdout, /no history in common/);
  for (const words of [
    ['--from', 'nowhere'],
    ['--from', 'HEAD', '--to', 'nowhere'],
    ['--from', '--upload-pack=x'],
  ]) {
    const refused = await bisect(...words, '--run', 'true', '--json');
    assert.equal(refused.status, 2, refused.stderr);
    assert.match(refused.stdout, /"revision-invalid"/);
  }
});

test('a shallow clone works as far as it reaches', async (t) => {
  const { top, repo, commit } = await ground(t);
  await commit(['a']);
  await commit(['a', 'b']);
  await commit(['a!', 'b!']);
  const env = { PATH: process.env['PATH'] ?? '', HOME: top, TMPDIR: path.join(top, 'temporary') };
  const clone = path.join(top, 'clone');
  const args = ['clone', '-q', '--depth', '2', `file://${repo}`, clone];
  await askCommand({ program: 'git', args, env, timeoutMs: 60_000 });
  const run = ['--run', 'git log --oneline && ! grep -q "b:2" compose.yml'];
  const ended = await say(['--from', 'HEAD~1', ...run], clone, env);
  assert.equal(ended.status, 3, ended.stderr + ended.stdout);
});

test('without a command, suites are asked for: of a bundle, and of the pins that they guard', async (t) => {
  const { commit, say: bisect } = await ground(t);
  await commit(['a']);
  await commit(['a!']);
  const bundle = await bisect('--bundle', 'nowhere', '--json');
  assert.equal(bundle.status, 2, bundle.stderr);
  assert.match(bundle.stdout, /"config-missing"/);
  const pins = await bisect('--from', 'HEAD~1', '--json');
  assert.equal(pins.status, 2, pins.stderr);
  assert.match(pins.stdout, /no suite of lockkeeper.yaml guards any/);
});

test('names that the command moves: they are in its environment', async (t) => {
  const { say: bisect } = await ground(t);
  const run = 'printf "%s" "$LOCKKEEPER_MOVED" | grep -qx glibc && exit 1; test "$PWD" = "$(pwd -P)"';
  const ended = await bisect('--move', 'gcc', '--move', 'glibc', '--move', 'gcc', '--run', run, '--json');
  const found = documentOf(ended);
  assert.deepEqual([found.moves.length, found.culprits[0]?.moves], [2, ['glibc']]);
});

test('a command that is not there, that hangs, and that always skips', async (t) => {
  const { say: bisect } = await ground(t);
  const missing = await bisect('--move', 'a', '--run', 'no-such-program-here', '--json');
  assert.equal(missing.status, 5);
  assert.match(missing.stdout, /"program-missing"/);
  const hangs = await bisect(
    '--move',
    'a',
    '--run',
    'test -z "$LOCKKEEPER_MOVED" || sleep 600',
    '--timeout',
    '200ms',
  );
  assert.equal(hangs.status, 4);
  assert.match(hangs.stderr, /unsure in .*did not end within/);
  const skips = await bisect(
    '--move',
    'a',
    '--move',
    'b',
    '--run',
    'test -z "$LOCKKEEPER_MOVED" || exit 125',
  );
  assert.equal(skips.status, 4);
});

test('what cannot be meant is refused', async (t) => {
  const { say: bisect } = await ground(t);
  const wrong: readonly (readonly string[])[] = [
    ['--run', 'true'],
    ['--bundle', 'bundle', '--repeat', '3'],
    ['--bundle', 'bundle', '.'],
    ['--from', 'HEAD', '--timeout', '1m'],
    ['--move', 'a'],
    ['--from', 'HEAD', '--run', ''],
    ['--from', 'HEAD', '--move', 'a', '--run', 'true'],
    ['--to', 'HEAD', '--run', 'true'],
    ['--move', 'a', '--run', 'true', '--repeat', '2'],
    ['--move', 'a', '--run', 'true', '--repeat', '7'],
    ['--move', 'a', '--run', 'true', '--runners', '0'],
    ['--move', 'a', '--run', 'true', '--gates', 'many'],
    ['--move', 'a', '--run', 'true', '--timeout', '0s'],
    ['--move', 'a', '--run', 'true', '--timeout', '25h'],
    ['--move', 'a', '--run', 'true', '--within', '5'],
    ['--move', '', '--run', 'true'],
    ['--move', 'a\nb', '--run', 'true'],
    [...Array.from({ length: 401 }, (_, index) => ['--move', `m${index}`]).flat(), '--run', 'true'],
  ];
  for (const words of wrong) {
    const { status, stdout } = await bisect(...words, '--json');
    assert.equal(status, 2, words.join(' '));
    assert.match(stdout, /"usage"/);
  }
});

test('Ctrl-C ends the command, takes the checkout away, and the same command goes on', async (t) => {
  const { top, repo, commit } = await ground(t);
  await commit(fiveBefore);
  await commit(fiveAfter);
  const env = { HOME: top, TMPDIR: path.join(top, 'temporary') };
  const log = path.join(top, 'runs');
  const wait = path.join(top, 'wait');
  await writeFile(wait, '');
  // The third gate waits for as long as a file is there.
  const run = `echo run >> ${log}; if test "$(wc -l < ${log})" = 3 && test -e ${wait}; then echo waiting; sleep 600; fi; ! grep -q "d:2@" compose.yml`;
  const words = ['bisect', '--from', 'HEAD~1', '--run', run, '--out', path.join(top, 'out'), '--verbose'];
  const started = startCommandLine([...words, '--json'], { cwd: repo, env });
  await started.says(/waiting/);
  started.kill('SIGINT');
  failureOfRun(await started.ended, 'interrupted');
  assert.deepEqual(await readdir(path.join(top, 'temporary')), []);
  await rm(wait);
  const ended = await runCommandLine([...words, '--json'], { cwd: repo, env });
  assert.equal(ended.status, 3, ended.stderr);
  const { gates, culprits } = documentOf(ended);
  assert.equal(culprits.length, 1);
  // Every gate was run once, but for the one that was broken off.
  assert.equal((await readFile(log, 'utf8')).trim().split('\n').length, gates.length + 1);
});
