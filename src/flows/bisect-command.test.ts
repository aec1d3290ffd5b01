import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeClock } from '../../test/support/fake-clock.ts';
import { drawn } from '../../test/support/judge-simulator.ts';
import { MemoryEvidenceFolders } from '../../test/support/memory-evidence-folder.ts';
import { Failure, isFailure } from '../base/failure.ts';
import { bisectionSchema, type BisectionDocument } from '../model/bisection-document.ts';
import type { Event } from '../model/event.ts';
import type { ShellEnd, ShellOrder } from '../ports/shell.ts';
import { bisectByCommand, type CommandTools } from './bisect-command.ts';
import type { BisectBounds } from './bisect.ts';

const moves = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

interface Story {
  /** How a run of the command ends with these moves made. */
  readonly command: (moved: ReadonlySet<string>, run: number) => number | ShellEnd;
  readonly moves?: readonly string[];
  readonly repeat?: number;
  readonly bounds?: Partial<BisectBounds>;
  readonly folders?: MemoryEvidenceFolders;
}

interface Told {
  readonly document: BisectionDocument;
  readonly events: readonly Event[];
  readonly runs: readonly string[];
}

async function tell(story: Story): Promise<Told> {
  const runs: string[] = [];
  const events: Event[] = [];
  const clock = new FakeClock();
  const unused = (): never => assert.fail('not for moves that have only names');
  const tools: CommandTools = {
    evidenceFolders: story.folders ?? new MemoryEvidenceFolders(),
    clock,
    git: { open: unused },
    clones: { make: unused },
    trees: { open: unused, openCommit: unused },
    configFiles: { find: unused, read: unused, leadsTo: unused, write: unused },
    layouts: {
      open: unused,
      openOrCreate: unused,
      remove: unused,
      stage: unused,
      unpack: unused,
      files: unused,
    },
    shell: {
      run: ({ env, onOutput }: ShellOrder) => {
        const moved = env['LOCKKEEPER_MOVED'] ?? '';
        const end = story.command(new Set(moved.split('\n').filter((name) => name !== '')), runs.length);
        runs.push(moved.replaceAll('\n', ''));
        clock.advance(1_000);
        const said = Buffer.from('some words\nprüft\nlast words');
        for (let at = 0; at < said.length; at += 1) onOutput(said.subarray(at, at + 1));
        const output = Buffer.from('last words\n');
        return Promise.resolve({
          end: typeof end === 'number' ? { kind: 'exited', status: end } : end,
          output,
        });
      },
    },
  };
  const document = await bisectByCommand(
    {
      subject: { kind: 'moves', moves: story.moves ?? moves, directory: '/here' },
      rule: { command: 'try', repeat: story.repeat ?? 1, timeoutMs: 60_000 },
      env: { PATH: '/bin' },
      bounds: {
        runners: 1,
        gatesMax: 100,
        withinMs: undefined,
        out: '/out',
        madeBy: 'test',
        ...story.bounds,
      },
    },
    tools,
    { observe: (event) => void events.push(event), signal: undefined },
  );
  return { document: bisectionSchema.parse(JSON.parse(JSON.stringify(document))), events, runs };
}

const badWith =
  (...culprits: readonly string[]) =>
  (moved: ReadonlySet<string>): number =>
    culprits.every((name) => moved.has(name)) ? 1 : 0;

test('all moves and the base are asked first, then halves; each gate is told, and its log kept', async () => {
  const folders = new MemoryEvidenceFolders();
  const { document, events, runs } = await tell({ command: badWith('f'), folders });
  assert.deepEqual(runs, ['abcdefgh', '', 'abcd', 'abcdef', 'abcde', 'abcdegh', 'f']);
  assert.deepEqual(
    document.culprits.map(({ kind, moves: few }) => [kind, few]),
    [['proven', ['f']]],
  );
  assert.equal(document.exit, 3);
  const answered = events.filter(({ kind }) => kind === 'gate-answered');
  assert.equal(answered.length, 7);
  assert.deepEqual(JSON.parse(folders.documents.get('/out') ?? ''), document);
  assert.deepEqual([folders.logs.size, document.gates[0]?.log], [7, 'logs/00001.log']);
  assert.equal(document.gates[0]?.why, 'exit status 1: last words');
});

test('two that are bad only together are named together', async () => {
  const { document } = await tell({ command: badWith('b', 'g') });
  assert.deepEqual(
    document.culprits.map(({ moves: few }) => few),
    [['b', 'g']],
  );
});

test('nothing moved: nothing is run; one move: it is good or bad', async () => {
  const nothing = await tell({ command: badWith(), moves: [] });
  assert.deepEqual([nothing.runs, nothing.document.exit], [[], 0]);
  assert.equal((await tell({ command: badWith('b'), moves: ['a'] })).document.exit, 0);
  const one = await tell({ command: badWith('a'), moves: ['a'] });
  assert.deepEqual([one.runs, one.document.exit], [['a', '', 'a', ''], 3]);
});

test('a base that fails by itself is no move’s fault', async () => {
  const { document, runs } = await tell({ command: () => 1 });
  assert.deepEqual([document.end, document.exit, runs.length], [{ kind: 'base', answer: 'bad' }, 4, 2]);
});

test('a command that is not there is a failure, and not a culprit', async () => {
  for (const status of [126, 127])
    await assert.rejects(tell({ command: () => status }), (error) => isFailure(error, 'program-missing'));
});

const undecidedEnds: readonly (number | ShellEnd)[] = [
  125,
  127,
  139,
  192,
  { kind: 'signalled', signal: 'SIGSEGV' },
  { kind: 'timed-out', afterMs: 60_000 },
];

test('125, a signal, a crash in the shell and no end in time cannot be told; nobody is convicted', async () => {
  for (const repeat of [1, 3]) {
    for (const end of undecidedEnds) {
      const { document } = await tell({ repeat, command: (moved) => (moved.size === 0 ? 0 : end) });
      assert.deepEqual([document.end.kind, document.culprits, document.exit], ['indecisive', [], 4]);
      assert.ok(document.gates.length <= 7, `${document.gates.length} gates`);
    }
  }
});

test('beyond the signals, a high status is one like any other, such as that of a fatal error of PHP', async () => {
  for (const repeat of [1, 3]) {
    const { document } = await tell({ repeat, command: (moved) => (moved.has('f') ? 255 : 0) });
    assert.deepEqual([document.culprits[0]?.moves, document.exit], [['f'], 3]);
    assert.match(document.gates[0]?.why ?? '', /exit status 255: /);
  }
});

test('what could not be decided in an outage is asked for anew by the same command', async () => {
  const folders = new MemoryEvidenceFolders();
  const outage = await tell({ command: (moved) => (moved.size === 0 ? 0 : 125), folders });
  assert.equal(outage.document.end.kind, 'indecisive');
  const second = await tell({ command: badWith('f'), folders });
  assert.deepEqual([second.document.culprits[0]?.moves, second.document.exit], [['f'], 3]);
  const gates = outage.document.gates.length + second.runs.length;
  assert.equal(second.document.gates.length, gates, 'all gates are kept');
  assert.deepEqual((await tell({ command: badWith('f'), folders })).runs, []);
});

test('the last line of a run counts without its end, and no character is cut', async () => {
  const { events } = await tell({ command: badWith() });
  const lines = events.flatMap((event) => (event.kind === 'command-output' ? [event.line] : []));
  assert.deepEqual(lines.slice(0, 3), ['some words', 'prüft', 'last words']);
});

test('more moves than a search may have are refused before any gate', async () => {
  const many = Array.from({ length: 401 }, (_, index) => `m${index}`);
  const refused = tell({ command: () => assert.fail('a gate'), moves: many });
  await assert.rejects(refused, (error) => isFailure(error, 'usage'));
});

test('interrupted at any gate, the same command goes on and runs nothing twice', async () => {
  const whole = await tell({ command: badWith('c', 'h') });
  for (let at = 0; at < whole.runs.length; at += 1) {
    const folders = new MemoryEvidenceFolders();
    const first: string[] = [];
    const cut = tell({
      folders,
      command: (moved, run) => {
        if (run === at) throw new Failure('interrupted', 'Ctrl-C');
        first.push([...moved].join(''));
        return badWith('c', 'h')(moved);
      },
    });
    await assert.rejects(cut, (error) => isFailure(error, 'interrupted'));
    const second = await tell({ folders, command: badWith('c', 'h') });
    assert.deepEqual([...first, ...second.runs], whole.runs);
    assert.deepEqual(second.document.culprits, whole.document.culprits);
  }
});

test('a folder of other moves, of another rule, or of something else is left alone', async () => {
  const folders = new MemoryEvidenceFolders();
  await tell({ command: badWith('a'), folders });
  const kept = folders.documents.get('/out');
  const refused = (error: unknown): boolean => isFailure(error, 'output-exists');
  await assert.rejects(tell({ command: badWith('a'), folders, moves: ['a', 'b'] }), refused);
  await assert.rejects(tell({ command: badWith('a'), folders, repeat: 3 }), refused);
  assert.equal(folders.documents.get('/out'), kept);
  for (const text of ['', '{', '[]', '{"schemaVersion":2}']) {
    folders.documents.set('/out', text);
    await assert.rejects(tell({ command: badWith('a'), folders }), refused);
  }
});

test('out of gates or out of time, it says what is known, and goes on later', async () => {
  const folders = new MemoryEvidenceFolders();
  const few = await tell({ command: badWith('f'), bounds: { gatesMax: 3 }, folders });
  assert.deepEqual(
    [few.document.end, few.document.exit, few.document.good.length],
    [{ kind: 'budget' }, 4, 4],
  );
  const soon = await tell({ command: badWith('f'), bounds: { withinMs: 1_500 }, folders });
  assert.deepEqual([soon.document.end, soon.runs.length], [{ kind: 'open' }, 2]);
  assert.equal((await tell({ command: badWith('f'), folders })).document.exit, 3);
});

test('several runners split so many ways, and every gate is kept', async () => {
  const { document } = await tell({ command: badWith('f'), bounds: { runners: 3 } });
  assert.deepEqual(
    document.culprits.map(({ moves: few }) => few),
    [['f']],
  );
  assert.deepEqual(
    document.gates.map(({ number }) => number).toSorted((left, right) => left - right),
    document.gates.map((_, index) => index + 1),
  );
});

test('with --repeat, a command that fails now and then on both sides convicts nobody', async () => {
  let convicted = 0;
  for (let night = 0; night < 50; night += 1) {
    const { document } = await tell({
      repeat: 6,
      command: (_, run) => (drawn(night, `run ${run}`) < 0.2 ? 1 : 0),
    });
    convicted += document.culprits.length;
  }
  assert.equal(convicted, 0);
});

test('with --repeat, a real culprit is confirmed by both sides, though the command is flaky', async () => {
  const { document } = await tell({ repeat: 6, command: badWith('f') });
  assert.deepEqual(
    document.culprits.map(({ moves: few }) => few),
    [['f']],
  );
  const bad = document.gates.find(({ answer }) => answer === 'bad');
  assert.deepEqual(
    [bad?.runs.filter(({ side }) => side === 'base').length, bad?.runs.length],
    // One pair of the screen, which does not count, and three that convict.
    [4, 8],
  );
});

test('with --repeat, a base that always fails lets nothing be told', async () => {
  const { document } = await tell({ repeat: 3, command: () => 1 });
  assert.deepEqual([document.culprits, document.exit], [[], 4]);
});

test('random answers contradict each other, and that is said', async () => {
  const { document } = await tell({
    command: (moved, run) => (moved.size === 0 ? 0 : run === 0 || drawn(7, String(run)) < 0.6 ? 1 : 0),
  });
  assert.ok(document.mended.length > 0 || document.undecided.length > 0);
});
