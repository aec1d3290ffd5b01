import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mentionsText } from '../print/mentions.ts';
import { scanDocument } from './scan.ts';
import { assertGolden } from '../../../test/support/golden.ts';
import { scanFiles } from '../../../test/support/memory-tree.ts';
import { readRepoText } from '../../../test/support/repo-text.ts';

test('mentions are shown grouped by image: who uses what, where, pinned how', async () => {
  const survey = await scanFiles({
    ...readRepoText('dockerfile'),
    ...readRepoText('gitlab-ci'),
    'x.yml': 'image: [',
  });
  assertGolden(
    'scan/terminal.txt',
    mentionsText(survey, (_, text) => text),
  );
});

test('the document says of each mention whether it is pinned', async () => {
  const survey = await scanFiles({ Dockerfile: `FROM a@sha256:${'a'.repeat(64)}\nFROM b\n` });
  assert.match(JSON.stringify(scanDocument(survey)), /"pinned":true.*"pinned":false/);
});
