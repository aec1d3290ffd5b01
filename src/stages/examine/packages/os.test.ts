import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFacts } from '../../../../test/support/read-facts.ts';

function os(text: string): string {
  return readFacts('etc/os-release', text)
    .packages.map(({ name, version }) => `${name} ${version}`)
    .join();
}

test('os-release: with and without quotes, the last of two counts', () => {
  assert.equal(os('NAME="Debian GNU/Linux"\nVERSION_ID="12"\nID=debian\n'), 'debian 12');
  assert.equal(os('ID=\'a"b\'\nID=fedora\nVERSION_ID="4\\"1"\r\n'), 'fedora 4"1');
});

test('os-release: distributions that roll have a build or a name, or nothing', () => {
  assert.equal(os('ID=arch\nBUILD_ID=rolling\n'), 'arch rolling');
  assert.equal(os('ID=debian\nVERSION_CODENAME=trixie\n'), 'debian trixie');
  assert.equal(os('# nothing\n'), 'linux ');
});
