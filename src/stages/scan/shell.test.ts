import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertLinear } from '../../../test/support/cpu-time.ts';
import { expand, shellCommands } from './shell.ts';

test('commands are split at separators, words unquoted, comments left out', () => {
  assert.deepEqual(shellCommands('a "b c" \'d e\' f\\ g # h\ni && j || k; l | m & (n)\n', {}), [
    ['a', 'b c', 'd e', 'f g'],
    ['i'],
    ['j'],
    ['k'],
    ['l'],
    ['m'],
    ['n'],
  ]);
});

test('lines that continue are one command', () => {
  assert.deepEqual(shellCommands('docker build \\\n  -t x \\\r\n  .\n', {}), [
    ['docker', 'build', '-t', 'x', '.'],
  ]);
});

test('known variables are filled in, unknown ones stay, and single quotes protect', () => {
  const known = { TAG: '11', NAME: 'debian' };
  assert.deepEqual(
    shellCommands('x ${NAME}:$TAG-${GONE} "${NAME}" \'$NAME\' ${OTHER:-def} a"$TAG"b', known),
    [['x', 'debian:11-${GONE}', 'debian', '$NAME', 'def', 'a11b']],
  );
  assert.equal(expand('${{ env.NAME }}/${{ matrix.x }}', known), 'debian/${{ matrix.x }}');
});

test('values that would grow by powers are left as they are', () => {
  const long = { LONG: 'x'.repeat(1_001), SHORT: 'y'.repeat(1_000) };
  assert.equal(expand('$LONG', long), '$LONG');
  const [words = []] = shellCommands('$SHORT '.repeat(10_000), long);
  assert.equal(words.filter((word) => word.startsWith('y')).length, 65);
  assert.equal(expand('$constructor ${toString}', {}), '$constructor ${toString}');
});

test('a word of GitHub’s templates stays one word', () => {
  assert.deepEqual(shellCommands('docker push ${{ steps.a.outputs.b }}', {}), [
    ['docker', 'push', '${{ steps.a.outputs.b }}'],
  ]);
});

test('what is not closed ends with the script', () => {
  assert.deepEqual(shellCommands('a "b\nc', {}), [['a', 'b\nc']]);
  assert.deepEqual(shellCommands("a '", {}), [['a', '']]);
  assert.deepEqual(shellCommands('a \\', {}), [['a', '']]);
  assert.deepEqual(shellCommands('', {}), []);
});

test('scripts made to be slow to read are read at once', () => {
  assertLinear(() => {
    for (const unit of ['${a-', '${{ a ', '"', "'", '\\', '$', '(', '${'])
      shellCommands(unit.repeat(100_000), {});
  });
});
