import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What runs the work when all is done: a test, or whoever is none. */
export interface Cleaning {
  after(work: () => Promise<void> | void): void;
}

/** Gone when the test has ended, or what stands for one. */
export async function temporaryFolder(t: Cleaning): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'lockkeeper-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
