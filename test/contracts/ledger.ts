import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../../src/base/failure.ts';
import type { Ledger } from '../../src/ports/ledger.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What every kind of ledger does. `make` opens a new one, with nothing in it. */
export function ledgerContract(kind: string, make: () => Promise<Ledger>): void {
  const names = async (ledger: Ledger): Promise<readonly string[]> =>
    (await ledger.list('runs')).map(({ name }) => name);

  test(`${kind}: a ledger that is not there holds nothing`, async () => {
    const ledger = await make();
    assert.deepEqual(await names(ledger), []);
    assert.equal(await ledger.read('runs', 'a.json', 10), undefined);
    await ledger.remove('runs', 'a.json');
  });

  test(`${kind}: what is written is read again, in the order of the names, until it is removed`, async () => {
    const ledger = await make();
    await ledger.write('runs', 'b.json', bytes('b'));
    await ledger.write('runs', 'a.json', bytes('a'));
    await ledger.write('other', 'c.json', bytes('c'));
    await ledger.write('runs', 'b.json', bytes('new'));
    assert.deepEqual(await names(ledger), ['a.json', 'b.json']);
    assert.deepEqual(Buffer.from((await ledger.read('runs', 'b.json', 10)) ?? []).toString(), 'new');
    await ledger.remove('runs', 'b.json');
    assert.deepEqual(await names(ledger), ['a.json']);
  });

  test(`${kind}: what is larger than it may be is refused`, async () => {
    const ledger = await make();
    await ledger.write('runs', 'a.json', bytes('12345'));
    await assert.rejects(ledger.read('runs', 'a.json', 4), (error) => isFailure(error, 'path-refused'));
  });

  test(`${kind}: two jobs that write at the same time both leave what they wrote`, async () => {
    const ledger = await make();
    const all = Array.from({ length: 20 }, (_, index) => `${String(index).padStart(2, '0')}.json`);
    await Promise.all(all.map((name) => ledger.write('runs', name, bytes(name))));
    assert.deepEqual(await names(ledger), all);
  });
}
