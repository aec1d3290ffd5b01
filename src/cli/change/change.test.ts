import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertGolden } from '../../../test/support/golden.ts';
import { diffGround, dpkgList, dpkgStatus } from '../../../test/support/diff-ground.ts';
import { changeSchema, type ChangeDocument } from '../../model/change-document.ts';
import { reportLimits } from '../report/report-limits.ts';
import { changeDocument, type ChangePart } from './document.ts';
import { renderChangeHtml } from './html.ts';
import { renderChangeMarkdown } from './markdown.ts';
import { renderChange } from './terminal.ts';
import { ownerGroups, settingRows } from './words.ts';

interface Wanted {
  readonly only?: readonly ChangePart[];
  readonly equivalent?: boolean;
}

const label = (key: string): string => `org.opencontainers.image.${key}`;

/** A new base release, and a new application on top. */
async function sample({ only = [], equivalent = false }: Wanted = {}): Promise<ChangeDocument> {
  const { push, diff } = diffGround();
  const build = (revision: string, env: readonly string[], user: string) =>
    ({
      Env: env,
      User: user,
      Labels: { [label('source')]: 'https://github.com/team/ci', [label('revision')]: revision.repeat(40) },
    }) as const;
  await push('1', {
    layers: [
      [
        dpkgStatus('libc6 2.36-9 12000', 'gone 1.0 10', 'back 2.0 10', 'zlib1g 1.2 100', 'same 1 1'),
        dpkgList('libc6', '/usr/lib/libc.so.6', '/usr/lib/libm.so.6'),
        dpkgList('same', '/usr/bin/same'),
        { name: 'usr/lib/libc.so.6', content: 'old' },
        { name: 'usr/lib/libm.so.6', content: 'old' },
        { name: 'usr/bin/same', content: 'old' },
        { name: 'var/log/dpkg.log', content: 'old' },
      ],
      [
        { name: 'app/main.py', content: 'print(1)', mode: 0o644 },
        { name: 'app/old.py', content: 'x' },
      ],
    ],
    settings: build('a', ['PATH=/bin', 'RELEASE=bookworm'], ''),
  });
  await push('2', {
    layers: [
      [
        dpkgStatus('libc6 2.41-12 12500', 'back 1.0 10', 'zlib1g 1.3 100', 'new 3.1 2048', 'same 1 1'),
        dpkgList('libc6', '/usr/lib/libc.so.6', '/usr/lib/libm.so.6'),
        dpkgList('same', '/usr/bin/same'),
        { name: 'usr/lib/libc.so.6', content: 'new' },
        { name: 'usr/lib/libm.so.6', content: 'new' },
        { name: 'usr/bin/same', content: 'other' },
        { name: 'var/log/dpkg.log', content: 'new' },
      ],
      [
        { name: 'app/main.py', content: 'print(2)', mode: 0o755 },
        { name: 'app/new.py', content: 'x'.repeat(2_000) },
        { name: 'dev/console', type: '3' },
      ],
    ],
    settings: build('b', ['PATH=/bin', 'RELEASE=trixie', 'LANG=C'], 'ci'),
  });
  const reach = equivalent ? 'proof' : 'layers';
  return changeDocument(await diff('1', '2', { reach }), { only, equivalent, madeBy: 'lockkeeper 0' });
}

const plain = { columns: 80, colour: false, all: false };

test('a comparison fits a screen', async () => {
  const text = renderChange(await sample(), plain);
  assertGolden('change/change.txt', text);
  assert.ok(text.split('\n').length <= 50);
  assertGolden('change/all.txt', renderChange(await sample(), { ...plain, all: true }));
});

test('a question of equivalence is answered first, and lists files with owners and reasons', async () => {
  assertGolden('change/equivalent.txt', renderChange(await sample({ equivalent: true }), plain));
});

test('a comment on a pull request is short on top and folded below', async () => {
  assertGolden('change/change.md', renderChangeMarkdown(await sample()));
});

test('a page shows the same', async () => {
  assertGolden('change/change.html', renderChangeHtml(await sample()));
});

test('the document fits its schema, whatever is left out', async () => {
  for (const only of [[], ['packages'], ['config'], ['files']] as const) {
    const document = await sample({ only });
    assert.deepEqual(
      changeSchema.parse(JSON.parse(JSON.stringify(document))),
      JSON.parse(JSON.stringify(document)),
    );
    const [platform] = document.platforms;
    assert.deepEqual(
      [platform?.packages, platform?.settings, platform?.files].map((part) => part !== undefined),
      ['packages', 'config', 'files'].map((part) => only.length === 0 || only.some((each) => each === part)),
    );
  }
  changeSchema.parse(await sample({ equivalent: true }));
});

test('what strangers write into labels, paths and histories stays text', async () => {
  const { push, diff } = diffGround();
  const evil = '\u001b]0;x\u0007\u202e</td><script>alert(1)</script>`|[a](javascript:b)@team #1 ::set-output';
  const settings = {
    Env: [`${evil}=${evil}`],
    Labels: { [label('source')]: evil, [label('revision')]: evil },
  };
  await push('1', { layers: [[{ name: 'a', content: '1' }]] });
  await push('2', {
    layers: [[{ name: 'x', pax: { path: `dir/${evil}\n::error::x` }, content: '2' }]],
    settings,
    annotations: { [label('base.digest')]: evil },
  });
  const document = changeDocument(await diff('1', '2'), { only: [], equivalent: false, madeBy: 'x' });
  const terminal = renderChange(document, { ...plain, all: true });
  assert.doesNotMatch(terminal, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  assert.doesNotMatch(terminal, /(?:^|\s)::/m);
  const page = renderChangeHtml(document);
  assert.doesNotMatch(page, /<script/);
  assert.doesNotMatch(page, /href="(?!data:,)/);
  const comment = renderChangeMarkdown(document);
  assert.doesNotMatch(comment, /(?<!`[^`]*)<script/);
  assert.doesNotMatch(comment, /[\u0000-\u0009\u000b-\u001f\u202e]/);
});

test('the target of a link is foreign text too', async () => {
  const { push, diff } = diffGround();
  const link = (target: string) => [{ name: 'x', type: '2', linkName: target }] as const;
  await push('1', { layers: [link('##vso[task.setvariable]a')] });
  await push('2', { layers: [link('##vso[task.setvariable]b\u001b[2J')] });
  const document = changeDocument(await diff('1', '2'), { only: [], equivalent: false, madeBy: 'x' });
  const terminal = renderChange(document, { ...plain, all: true });
  assert.match(terminal, /task\.setvariable/);
  assert.doesNotMatch(terminal, /##vso\[|\u001b/);
});

test('files of a package that moved are told by the package, however its lists spell its name', async () => {
  const { push, diff } = diffGround();
  const site = 'usr/lib/python3/site-packages';
  const release = (version: string) => [
    [
      { name: `${site}/flask_cors-4.dist-info/METADATA`, content: `Name: Flask-Cors\nVersion: ${version}\n` },
      { name: `${site}/flask_cors-4.dist-info/RECORD`, content: 'flask_cors/core.py,,\n' },
      { name: `${site}/flask_cors/core.py`, content: version },
      { name: 'app/main.py', content: version },
    ],
  ];
  await push('1', { layers: release('4.0') });
  await push('2', { layers: release('4.1') });
  const document = changeDocument(await diff('1', '2'), { only: [], equivalent: false, madeBy: 'x' });
  const [platform] = document.platforms;
  assert.ok(platform !== undefined);
  assert.deepEqual(
    ownerGroups(platform).map(({ owner, isToldByPackage }) => [owner.split(' ')[0], isToldByPackage]),
    [
      ['layer', false],
      ['pypi', true],
    ],
  );
});

test('a comment on ten thousand changes is as long as a comment may be', async () => {
  const { push, diff } = diffGround();
  const names = Array.from({ length: 3_000 }, (_, at) => `package-${at}-${'x'.repeat(60)}`);
  const status = (version: string) => dpkgStatus(...names.map((name) => `${name} ${version} 1`));
  const files = (content: string) => names.map((name) => ({ name: `opt/${name}`, content }));
  await push('1', { layers: [[status('1')], files('1')] });
  await push('2', { layers: [[status('2')], files('2')] });
  const document = changeDocument(await diff('1', '2'), { only: [], equivalent: false, madeBy: 'x' });
  const comment = renderChangeMarkdown(document);
  assert.ok(comment.length <= reportLimits.markdownCharsMax, String(comment.length));
  assert.match(comment, /and \d+ more/);
  assert.ok(renderChange(document, plain).split('\n').length <= 50);
});

test('variables in another order are shown as a whole', () => {
  const row = { setting: 'env', from: 'A=1\nB=2', to: 'B=2\nA=1' };
  assert.deepEqual(settingRows([row]), [{ ...row, key: '' }]);
});
