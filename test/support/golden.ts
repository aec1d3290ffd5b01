import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = path.join(import.meta.dirname, '..', 'golden');

/**
 * Compares a text that people read with the file under test/golden that holds it. `npm run golden` writes the files
 * anew; the difference is then read in the commit.
 */
export function assertGolden(name: string, text: string): void {
  const file = path.join(folder, name);
  if (process.env['LOCKKEEPER_UPDATE_GOLDEN'] === '1') {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
    return;
  }
  assert.equal(text, readGolden(file), `${name} differs; look at it, then run npm run golden`);
}

function readGolden(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    assert.ok(error instanceof Error && 'code' in error && error.code === 'ENOENT', String(error));
    return undefined;
  }
}
