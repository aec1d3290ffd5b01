import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import { digestNamed, mentionOf } from '../../../test/support/sample-mentions.ts';
import { Failure } from '../../base/failure.ts';
import type { MoveChange } from '../../flows/update/examine-moves.ts';
import type {
  HeldName,
  ReportedMove,
  ReportedUnit,
  UnitState,
  UpdateReport,
} from '../../flows/update/report.ts';
import type { MoveVerdict } from '../../model/move-verdict.ts';
import { parseReference } from '../../model/reference.ts';
import { updateDocumentSchema } from '../../model/update-document.ts';
import { updateBody } from './body.ts';
import { updateDocument } from './document.ts';
import { updateExit } from './exit.ts';
import { updateIssues } from './issues.ts';
import { branchText, updateText } from './text.ts';

const hostile = '</details> @ops #1 [x](http://evil.example) ::error:: <!-- --> | `';

function compared(count: number): MoveChange {
  const packages = Array.from({ length: count }, (_, at) => ({
    kind: 'up' as const,
    ecosystem: 'deb' as const,
    name: at === 0 ? hostile : `lib${at}`,
    architecture: undefined,
    from: '1',
    to: '2',
    fromSize: undefined,
    toSize: undefined,
  }));
  const contents = {
    packages,
    files: [],
    sizes: { from: 1, to: 1 },
    sharedUnread: 0,
    unread: [],
    findings: [],
  };
  const change = {
    class: 'packages changed' as const,
    settings: [],
    layers: { kept: 1, added: 1, removed: 1 },
    contents,
  };
  const equivalence = { equivalent: false, settings: [], unread: [], files: [], noise: [] };
  const [baseline, candidate] = [digestNamed('old'), digestNamed('new')];
  return {
    kind: 'compared',
    diff: {
      baseline: { name: 'a', digest: baseline },
      candidate: { name: 'a', digest: candidate },
      class: 'packages changed',
      platforms: [{ platform: 'linux/amd64', baseline, candidate, change, equivalence }],
      added: [],
      removed: [],
      notices: [],
    },
  };
}

interface Given {
  readonly state?: UnitState;
  readonly change?: MoveChange;
  readonly verdicts?: readonly MoveVerdict[];
}

function unitOf(name: string, { state = { kind: 'goes in' }, change, verdicts }: Given = {}): ReportedUnit {
  const [from, to] = [digestNamed(`${name} old`), digestNamed(`${name} new`)];
  const mention = mentionOf(`${name}@${from}`, { start: 10 });
  const follows = parseReference(name);
  const move: ReportedMove = {
    name: follows,
    from,
    to,
    backwards: false,
    dead: false,
    entries: [{ mention, follows, decision: { kind: 'move', from, to, backwards: false } }],
    change: change ?? { kind: 'not compared', why: 'comparing was not asked for' },
    verdicts: verdicts ?? [{ kind: 'unguarded' }],
  };
  return { key: digestNamed(name), moves: [move], state };
}

const verdict = (kind: 'promote' | 'reject: regression', sentence: string): MoveVerdict => ({
  kind: 'judged',
  image: 'ci',
  platform: 'linux/amd64',
  document: digestNamed('verdict'),
  verdict: { kind, sentence, mover: 'nobody', next: '' },
});

const heldOf = (name: string, reason: string): HeldName => ({
  name,
  hold: {
    image: name,
    author: 'lockkeeper update',
    reason,
    until: '2026-12-07',
    digest: digestNamed('python:3 new'),
    keep: undefined,
    evidence: undefined,
  },
  isMerged: false,
});

const report: UpdateReport = {
  createdAt: '2026-11-21T00:00:00.000Z',
  madeBy: 'lockkeeper test',
  base: { branch: 'main', commit: 'c'.repeat(40) },
  dead: [
    {
      finding: {
        kind: 'dead',
        severity: 'error',
        file: 'ci.yaml',
        mention: mentionOf('node:20', { start: 3 }),
        message: 'its image has gone from the registry',
        remedy: undefined,
        failure: undefined,
      },
      mended: false,
    },
  ],
  units: [
    unitOf('node:22', { change: compared(3), verdicts: [verdict('promote', 'All is as it was.')] }),
    unitOf('ghcr.io/team/tool:1', { verdicts: [{ kind: 'on the branch', image: 'tool' }] }),
    unitOf('python:3', {
      state: {
        kind: 'held back',
        why: `ci: reject: regression. ${hostile}`,
        until: '2026-12-07',
        evidence: undefined,
      },
      verdicts: [verdict('reject: regression', hostile)],
    }),
    unitOf('golang:1', {
      state: { kind: 'waits', why: 'go could not be tried: no engine', failure: undefined },
    }),
  ],
  held: [heldOf('docker.io/library/python:3', `ci: reject: regression. ${hostile}`)],
  expired: [],
  isStuck: false,
  outside: [
    { text: `unit ${hostile} fails with these moves and not without them`, url: 'https://ci.example.org/1' },
    { text: 'lint ended', url: 'javascript:alert(1)' },
  ],
  unanswered: [],
  notices: [],
};

test('the body of a pull request tells what is broken first, then what stays back, then what moves', () => {
  assertGolden('update/body.md', updateBody(report, 65_536));
});

test('the terminal tells the same', () => {
  assertGolden('update/terminal.txt', updateText(report, { paint: (_, text) => text, columns: 100 }));
});

test('nothing from outside acts in a body', () => {
  const whole = updateBody(report, 65_536);
  assert.doesNotMatch(whole, /<!--/);
  // Nothing within a code span is markup, a link or a mention.
  const body = whole.replaceAll(/(`+)(?!`)[^]*?[^`]\1(?!`)/g, '');
  for (const active of [/<\/details> @/, /@ops/, / #1 /, /(?<!\\)\]\(/, /::error/])
    assert.doesNotMatch(body, active);
});

test('a body that becomes the message of a commit names nobody, and closes nothing', () => {
  // Who merges by squashing may take the body for the message: there a code span is no more than its backticks.
  const change = compared(2);
  assert.ok(change.kind === 'compared');
  for (const name of [
    'fixes #1',
    'closes GH-1',
    '@ops',
    '@types/node',
    'resolves team/project#1',
    'see !1',
  ]) {
    const [platform] = change.diff.platforms;
    const [first] = platform?.change.contents?.packages ?? [];
    assert.ok(platform?.change.contents !== undefined && first !== undefined);
    const contents = { ...platform.change.contents, packages: [{ ...first, name }] };
    const diff = { ...change.diff, platforms: [{ ...platform, change: { ...platform.change, contents } }] };
    const finding = report.dead.map((each) => ({
      ...each,
      finding: { ...each.finding, file: `docs/${name} x` },
    }));
    const body = updateBody(
      { ...report, dead: finding, units: [unitOf('a:1', { change: { kind: 'compared', diff } })] },
      65_536,
    );
    const raw = body.replaceAll(/&#\d+;/g, '-');
    assert.doesNotMatch(raw, /#\d|GH-\d|(?<![\w])@\w|!\d/, name);
    assert.ok(raw.replaceAll('\u200b', '').includes(name), 'it reads the same');
  }
});

test('no text of others is a command to the CI system that prints it', () => {
  const evil = '##vso[task.prependpath]/tmp/x ::error::';
  const [dead] = report.dead;
  assert.ok(dead !== undefined);
  const finding = { ...dead.finding, file: evil, message: evil };
  const failure = new Failure('registry-timeout', evil);
  const state = (kind: 'waits' | 'left out'): UnitState => ({ kind, why: evil, failure });
  const text = updateText(
    {
      ...report,
      base: { branch: evil, commit: undefined },
      dead: [{ finding, mended: false }],
      units: [
        unitOf('a:1', {
          change: { kind: 'not compared', why: evil },
          verdicts: [{ kind: 'untried', image: evil, failure }],
        }),
        unitOf('b:1', { state: state('waits') }),
        unitOf('c:1', { state: state('left out') }),
        unitOf('d:1', { state: { kind: 'not written', failure } }),
      ],
      held: [heldOf('e:1', evil)],
      unanswered: [finding],
      outside: [{ text: evil, url: evil }],
      notices: [evil],
    },
    { paint: (_, each) => each, columns: 200 },
  );
  for (const said of [text, branchText({ kind: 'left', why: evil }, 'b')]) {
    assert.match(said, /vso\[task/);
    assert.doesNotMatch(said, /##vso|(?:^|\s)::error/m);
  }
});

test('300 images fit into a body; packages go first, and a culprit never does', () => {
  const units = [
    ...Array.from({ length: 300 }, (_, at) =>
      unitOf(`registry.example.org/team/image-${at}:1.2`, { change: compared(40) }),
    ),
  ];
  const many = { ...report, units, held: [heldOf('culprit:1', 'it broke the suite.')] };
  const body = updateBody(many, 65_536);
  assert.ok(body.length <= 65_536, String(body.length));
  assert.match(body, /culprit:1.*it broke the suite/);
  assert.match(body, /image-299:1\.2/);
  assert.ok(!body.includes('lib1'));
  const small = updateBody(many, 2_000);
  assert.ok(small.length <= 2_000);
  assert.match(small, /culprit:1[^]*left out for length/);
});

test('an issue has no more than a forge takes, and says how much it leaves out', () => {
  const held = Array.from({ length: 300 }, (_, at) =>
    heldOf(`team/${'x'.repeat(100)}${at}:1`, 'y'.repeat(300)),
  );
  for (const charsMax of [65_536, 1_000]) {
    const body =
      updateIssues({ ...report, held }, charsMax).find(({ kind }) => kind === 'culprits')?.body ?? '';
    assert.ok(body.length <= charsMax, `${body.length}`);
    const [, left] = /^- and (\d+) more$/m.exec(body) ?? [];
    assert.equal(Number(left) + [...body.matchAll(/^- `/gm)].length, 300);
    assert.match(body, /Mend the image or what uses it/);
  }
});

test('the document fits its schema, and the worst gives the exit status', () => {
  const outcome = { kind: 'left', why: 'Ada wrote to it.' } as const;
  const plan = { plan: { entries: [] } };
  const exit = updateExit({ report, plan, outcome });
  assert.equal(exit, 3);
  const document = updateDocument({
    report,
    files: ['a'],
    outcome,
    branch: 'b',
    pullRequest: 'https://x.example/1',
    exit,
  });
  assert.deepEqual(updateDocumentSchema.parse(document), document);
  const good = { ...report, dead: [], held: [], units: report.units.slice(0, 2) };
  assert.equal(updateExit({ report: good, plan, outcome: undefined }), 0);
  assert.equal(updateExit({ report: good, plan, outcome }), 4);
  for (const isMerged of [false, true]) {
    const held = report.held.map((each) => ({ ...each, isMerged }));
    assert.equal(updateExit({ report: { ...good, held }, plan, outcome: undefined }), isMerged ? 0 : 3);
  }
  const failure = new Failure('registry-timeout', 'slow');
  const waits = unitOf('a:1', { state: { kind: 'waits', why: '', failure } });
  assert.equal(updateExit({ report: { ...report, units: [waits] }, plan, outcome }), 5);
  assert.equal(branchText(outcome, 'b'), 'Ada wrote to it.');
});
