import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { findCommand } from '../../src/cli/find-command.ts';
import { parseInput } from '../../src/cli/parse.ts';
import { readConfig } from '../../src/model/config.ts';

const guide = readFileSync(path.join(import.meta.dirname, '../../docs/guides/flaky-tests.md'), 'utf8');

/** The blocks of one language. */
function blocks(language: string): readonly string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)\n\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  );
}

test('the commands of the guide to flaky tests are commands, with options that they take', async () => {
  const lines = blocks('sh').flatMap((block) => block.split('\n'));
  assert.equal(lines.length, 5);
  for (const line of lines) {
    const words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
    assert.equal(words[0], 'lockkeeper', line);
    const found = await findCommand(words.slice(1));
    assert.ok(found.kind === 'command', line);
    parseInput(found.command, found.rest);
  }
});

test('the file of the guide to flaky tests is a lockkeeper.yaml', () => {
  const [text, ...others] = blocks('yaml');
  assert.deepEqual(others, []);
  const { gate } = readConfig(text ?? '', 'lockkeeper.yaml', '/');
  assert.deepEqual([gate.ledger, gate.reuseMs], ['.lockkeeper', 24 * 60 * 60 * 1000]);
});
