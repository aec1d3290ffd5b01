import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm as remove, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { inspect } from 'node:util';
import { machineFiles, type FileSystem } from '../../src/adapters/registry/files.ts';
import { diskLayouts } from '../../src/adapters/registry/layout.ts';
import { isFailure } from '../../src/base/failure.ts';
import { verifyBundle } from '../../src/flows/bundle-verify.ts';
import { digestOf } from '../../src/model/digest.ts';
import { doWork, placeOf, prepareWorks, type BundleWork } from './bundle-work.ts';
import { watchedFiles } from './watched-files.ts';

export interface CrashGround {
  /** How many changes of files the work makes. */
  readonly changes: number;
  /** A fresh folder with what the work starts from. */
  readonly fresh: () => Promise<string>;
  /** What is in a folder in the end. */
  readonly whole: ReadonlyMap<string, string>;
}

export async function setCrashGround(t: TestContext, work: BundleWork): Promise<CrashGround> {
  const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-crash-'));
  t.after(() => remove(root, { recursive: true, force: true }));
  const start = path.join(root, 'start');
  await prepareWorks(start);
  let made = 0;
  const fresh = async (): Promise<string> => {
    made += 1;
    const folder = path.join(root, String(made));
    await cp(start, folder, { recursive: true });
    return folder;
  };
  let changes = 0;
  const folder = await fresh();
  await doWork(
    work,
    folder,
    watchedFiles(() => Promise.resolve(void (changes += 1))),
  );
  return { changes, fresh, whole: await contentOf(folder) };
}

/** Kills the work before its n-th change, looks that its place holds nothing by halves, and runs it again. */
export async function killAndRunAgain(work: BundleWork, ground: CrashGround, n: number): Promise<void> {
  const folder = await ground.fresh();
  const program = path.join(import.meta.dirname, 'bundle-once.ts');
  const child = spawn(process.execPath, [program, work, folder, String(n)], { stdio: 'inherit' });
  await once(child, 'close');
  assert.equal(child.signalCode, 'SIGKILL', `change ${n}`);
  await assertWholeOrNothing(work, folder);
  await doWork(work, folder);
  assert.deepEqual(await contentOf(folder), ground.whole, `change ${n}`);
}

/** Runs the work on a disk that is full from its n-th change on: the old state, a clear error, and then it works. */
export async function fillDiskAndRunAgain(work: BundleWork, ground: CrashGround, n: number): Promise<void> {
  const folder = await ground.fresh();
  const before = await contentOf(folder);
  const failure: unknown = await doWork(work, folder, fullFrom(n)).then(
    () => undefined,
    (error: unknown) => error,
  );
  // Taking away what is no longer needed is no write: a full disk does not keep it from working.
  if (failure !== undefined) {
    assert.ok(isFailure(failure, 'disk-full'), `change ${n}: ${inspect(failure)}`);
    const after = await contentOf(folder);
    // Layers that complete has fetched stay: the next run need not fetch them again, and the document lists them still.
    if (work !== 'complete') assert.deepEqual(after, before, `change ${n}`);
    for (const [name, digest] of before) assert.equal(after.get(name), digest, `change ${n}: ${name}`);
    assert.deepEqual(
      [...after.keys()].filter((name) => /\.tmp$|\.lock$/.test(name)),
      [],
    );
  }
  await doWork(work, folder);
  assert.deepEqual(await contentOf(folder), ground.whole, `change ${n}`);
}

/** From the n-th change on, whatever needs room fails. */
function fullFrom(n: number): FileSystem {
  let spent = 0;
  const files = watchedFiles(() => {
    spent += 1;
    if (spent < n) return Promise.resolve();
    const error = new Error('ENOSPC: no space left on device, write');
    return Promise.reject(Object.assign(error, { code: 'ENOSPC', syscall: 'write', errno: -28 }));
  });
  return {
    ...files,
    unlink: (file) => machineFiles.unlink(file),
    rm: (folder) => machineFiles.rm(folder),
  };
}

/** A bundle at its place is one that verifies, whenever somebody looks. */
async function assertWholeOrNothing(work: BundleWork, folder: string): Promise<void> {
  const place = path.join(folder, placeOf(work));
  const there = await stat(place).then(
    () => true,
    () => false,
  );
  if (!there) return;
  // Complete works in its place: what it has not named yet, and its lock, are taken away by the next run.
  if (work === 'complete') await doWork(work, folder);
  await verifyBundle(place, undefined, diskLayouts);
}

/** All files with their bytes. */
async function contentOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const names = files
    .filter((each) => each.isFile())
    .map((each) => path.relative(folder, path.join(each.parentPath, each.name)))
    .toSorted();
  const contents = new Map<string, string>();
  for (const name of names) contents.set(name, digestOf(await readFile(path.join(folder, name))));
  return contents;
}
