import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { systemClock } from '../../base/system-clock.ts';
import { notePart } from './part-note.ts';

test('nothing found in a folder within a repository is no silence: the rest of it was not looked at', async (t) => {
  const root = await temporaryFolder(t);
  const below = path.join(root, 'docs', 'guides');
  await mkdir(below, { recursive: true });
  const said = async (cwd: string, mentions: readonly unknown[], quiet = false): Promise<string> => {
    let text = '';
    const out = { isTerminal: false, columns: 80, colour: false };
    await notePart(cwd, mentions, {
      env: { PATH: process.env['PATH'] },
      cwd,
      clock: systemClock,
      signal: new AbortController().signal,
      ask: undefined,
      stdout: { ...out, write: () => assert.fail('a note is no result') },
      stderr: { ...out, write: (more) => void (text += more) },
      json: false,
      verbose: false,
      quiet,
    });
    return text;
  };
  assert.equal(await said(below, []), '', 'outside of git a folder is a part of nothing');
  execFileSync('git', ['init', '--quiet', root]);
  assert.equal(
    await said(below, []),
    'note: only this part of the repository was looked at; all of it is ../..\n',
  );
  assert.equal(await said(root, []), '');
  assert.equal(await said(below, ['a mention']), '');
  assert.equal(await said(below, [], true), '');
});
