import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryConfigFiles } from '../adapters/config-file/memory.ts';
import { isFailure } from '../base/failure.ts';
import { addException, type ExceptionOrder } from './add-exception.ts';

const text = `# ours
version: 1
images: { ci: { baseline: ci, build: {} } }
suites: { unit: { command: make test } }
`;
const fields: ExceptionOrder['fields'] = [
  ['test', 'a*'],
  ['image', 'ci'],
  ['suite', undefined],
  ['author', 'Ada'],
  ['reason', 'slow: "very"'],
  ['until', '2026-12-31'],
];
const order: ExceptionOrder = {
  place: { cwd: '/repo', file: undefined },
  list: 'waivers',
  fields,
  dryRun: false,
};

test('a waiver is written, its lines are shown, and the rest of the file stays', async () => {
  const files = new MemoryConfigFiles('/repo', { '/repo/lockkeeper.yaml': text });
  const { file, lines } = await addException(files, order);
  assert.equal(file, '/repo/lockkeeper.yaml');
  assert.deepEqual(lines, [
    '6: waivers:',
    '7:   - test: "a*"',
    '8:     image: ci',
    '9:     author: Ada',
    String.raw`10:     reason: "slow: \"very\""`,
    '11:     until: 2026-12-31',
  ]);
  const written = await files.read(file);
  assert.ok(written.startsWith(text));
});

test('with --dry-run nothing is written', async () => {
  const files = new MemoryConfigFiles('/repo', { '/repo/lockkeeper.yaml': text });
  const { text: shown } = await addException(files, { ...order, dryRun: true });
  assert.notEqual(shown, text);
  assert.equal(await files.read('/repo/lockkeeper.yaml'), text);
});

test('what would make a wrong config is refused, and the file stays', async () => {
  for (const [key, value] of [
    ['image', 'cj'],
    ['until', 'tomorrow'],
    ['until', undefined],
    ['candidate', 'sha256:1'],
  ] as const) {
    const files = new MemoryConfigFiles('/repo', { '/repo/lockkeeper.yaml': text });
    const wrong = [...fields.filter(([name]) => name !== key), [key, value] as const];
    await assert.rejects(addException(files, { ...order, fields: wrong }), (error) =>
      isFailure(error, 'config-invalid'),
    );
    assert.equal(await files.read('/repo/lockkeeper.yaml'), text);
  }
});

test('without a config there is nothing to write to', async () => {
  await assert.rejects(addException(new MemoryConfigFiles('/repo', {}), order), (error) =>
    isFailure(error, 'config-missing'),
  );
});
