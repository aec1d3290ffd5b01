import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../base/system-clock.ts';
import { commands, commandTopics } from './commands.ts';
import { commandHelp } from './help.ts';
import { main } from './main.ts';
import { parseInput } from './parse.ts';

interface Said {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function say(...words: readonly string[]): Promise<Said> {
  const said = { stdout: '', stderr: '' };
  const status = await main({
    words,
    env: {},
    cwd: '/nowhere',
    clock: systemClock,
    signal: new AbortController().signal,
    ask: undefined,
    stdout: { write: (text) => void (said.stdout += text), isTerminal: false, columns: undefined },
    stderr: { write: (text) => void (said.stderr += text), isTerminal: false, columns: undefined },
  });
  return { status, ...said };
}

test('without a word the overview is shown, and it is no success', async () => {
  const { status, stdout } = await say();
  assert.equal(status, 2);
  for (const { name } of commands) assert.match(stdout, new RegExp(`^  ${name} `, 'm'));
  assert.equal((await say('--help')).status, 0);
  assert.equal((await say('help')).stdout, stdout);
});

test('each command stands in the overview once, below its topic, and no line of any help is wider than a terminal', async () => {
  const { stdout } = await say('--help');
  for (const { name, summary } of commands)
    assert.equal(stdout.split(`\n  ${name.padEnd(15)}  ${summary}\n`).length, 2, `${name}: one line, once`);
  for (const title of Object.values(commandTopics)) assert.ok(stdout.includes(`\n${title}:\n  `), title);
  const helps = await Promise.all(commands.map(async ({ load }) => commandHelp(await load())));
  // What a person copies is not broken.
  const isCopied = (line: string): boolean => line.startsWith('  $ ') || line.startsWith('Usage: ');
  for (const line of [stdout, ...helps].join('\n').split('\n'))
    assert.ok(line.length <= 80 || isCopied(line), line);
});

test('an unknown command names the nearest one', async () => {
  const { status, stdout, stderr } = await say('promot');
  assert.equal(status, 2);
  assert.equal(stdout, '');
  assert.match(stderr, /lockkeeper promote/);
});

test('what stands in the place of a command is told what it may have been', async () => {
  const hints = [
    [['--verson'], /Did you mean `lockkeeper --version`/],
    [['-v'], /Did you mean `lockkeeper --version`/],
    [['version'], /Did you mean `lockkeeper --version`/],
    [['show', 'bundle'], /Did you mean `lockkeeper verdict show`/],
    [['toString'], /Run `lockkeeper --help` to see the commands/],
    [['constructor'], /Run `lockkeeper --help` to see the commands/],
    [['__proto__'], /Run `lockkeeper --help` to see the commands/],
    [['--json', 'scan'], /Options stand behind the command/],
    [['--no-color'], /Options stand behind the command/],
  ] as const;
  for (const [words, hint] of hints) {
    const { status, stderr } = await say(...words);
    assert.equal(status, 2);
    assert.match(stderr.replaceAll(/\s+/g, ' '), hint);
  }
});

test('a word too many is named, with the option that takes it where there is one', async () => {
  assert.match((await say('scan', 'a', 'b')).stderr, /"b" is one word too many/);
  const { stderr } = await say('fleet', 'scan', 'fleet.yaml');
  assert.match(stderr, /"fleet.yaml" is one word too many/);
  assert.match(stderr, /--fleet FILE/);
});

for (const { name, summary, load } of commands) {
  test(`${name}: its help stands beside its summary in the overview, with two examples that parse`, async () => {
    const command = await load();
    assert.equal(command.name, name);
    assert.equal(command.summary, summary);
    const { status, stdout } = await say(...name.split(' '), '--help');
    assert.equal(status, 0);
    assert.equal(stdout, commandHelp(command));
    for (const example of command.examples) {
      const [program, ...typed] = (example.command.split(' | ')[0]?.match(/"[^"]*"|\S+/g) ?? []).map((word) =>
        word.replaceAll('"', ''),
      );
      const words = name.split(' ').length;
      assert.deepEqual([program, typed.slice(0, words).join(' ')], ['lockkeeper', name]);
      assert.doesNotThrow(() => parseInput(command, typed.slice(words)));
    }
    assert.equal((await say('help', ...name.split(' '))).stdout, stdout);
  });

  test(`${name}: an option that it does not have is a usage error`, async () => {
    const { options } = await load();
    const needed = options.flatMap(({ long, required, choices }) =>
      required === true ? [long, choices?.[0] ?? 'x'] : [],
    );
    const { status, stderr } = await say(...name.split(' '), ...needed, '--no-such-thing');
    assert.equal(status, 2);
    assert.match(stderr, /--no-such-thing/);
  });
}

test('a missing argument or option is a usage error that names it', async () => {
  assert.match((await say('judge', 'only-one')).stderr, /candidate/i);
  assert.match((await say('gate')).stderr, /--bundle/);
  assert.equal((await say('gate')).status, 2);
});

test('a value outside of the choices is named together with them', async () => {
  const { status, stderr } = await say('judge', 'a', 'b', '--format', 'xunit');
  assert.equal(status, 2);
  assert.match(stderr, /junit, tap/);
});

test('with --json a failure is exactly one document on standard output', async () => {
  const { status, stdout } = await say('judge', '/nowhere/a.xml', '/nowhere/b.xml', '--json');
  assert.equal(status, 2);
  const document: unknown = JSON.parse(stdout);
  assert.ok(typeof document === 'object' && document !== null && 'error' in document);
});

test('colour is for terminals, and only where nobody forbids it', async () => {
  const colours: boolean[] = [];
  for (const [env, isTerminal] of [
    [{}, true],
    [{}, false],
    [{ NO_COLOR: '1' }, true],
    [{ FORCE_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, true],
  ] as const) {
    let text = '';
    await main({
      words: ['nothing'],
      env,
      cwd: '/',
      clock: systemClock,
      signal: new AbortController().signal,
      ask: undefined,
      stdout: { write: () => undefined, isTerminal, columns: 80 },
      stderr: { write: (more) => void (text += more), isTerminal, columns: 80 },
    });
    colours.push(text.includes('\u001B['));
  }
  assert.deepEqual(colours, [true, false, false, true, false]);
});
