import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readYaml } from '../../src/base/yaml.ts';
import { findCommand } from '../../src/cli/find-command.ts';
import { parseInput } from '../../src/cli/parse.ts';
import { readConfig } from '../../src/model/config.ts';

const guide = readFileSync(path.join(import.meta.dirname, '../../docs/guides/nightly.md'), 'utf8');

/** The blocks of one language. */
function blocks(language: string): readonly string[] {
  return [...guide.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)\n\`\`\`$`, 'gm'))].map(
    ([, text = '']) => text,
  );
}

test('every command of the guide to the nightly update is one, with options that it takes', async () => {
  const all = [...blocks('sh'), ...blocks('yaml'), ...blocks('crontab')].join('\n');
  const lines = [...all.matchAll(/(?<=^|\s)lockkeeper (update[^\n]*)$/gm)].map(([, line = '']) => line);
  assert.equal(lines.length, 9);
  for (const line of lines) {
    const found = await findCommand(line.split(' '));
    assert.ok(found.kind === 'command', line);
    parseInput(found.command, found.rest);
  }
});

test('the config of the guide is a lockkeeper.yaml, and its workflows are YAML', () => {
  const [config, ...workflows] = blocks('yaml');
  const { images, update } = readConfig(config ?? '', 'lockkeeper.yaml', '/');
  assert.deepEqual([images[0]?.origin.kind, update.labels], ['pinned', ['dependencies']]);
  assert.equal(workflows.length, 3);
  for (const text of workflows) {
    const { faults, root } = readYaml(text, { merge: false, aliasesMax: 0 });
    assert.deepEqual(faults, []);
    assert.equal(root?.kind, 'map');
  }
});
