import path from 'node:path';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { isLiving, type ProcessIdentity, type ProcessTable } from '../../base/process-table.ts';
import { streamOf } from '../../base/stream.ts';
import type { Files } from './files.ts';

export interface LockTools extends ProcessTable {
  readonly files: Files;
}

const lockName = '.lockkeeper.lock';

/**
 * Runs `work` while this process holds the lock file of a folder. The file names its owner; the lock of a process that
 * is no more counts for nothing. That of another machine always counts, because nobody here can tell.
 * @throws Failure `bundle-busy`
 */
export async function holdingLock<T>(folder: string, tools: LockTools, work: () => Promise<T>): Promise<T> {
  return holding(path.join(folder, lockName), tools, work);
}

async function holding<T>(lock: string, tools: LockTools, work: () => Promise<T>): Promise<T> {
  await acquire(lock, tools);
  try {
    return await work();
  } finally {
    await tools.files.removeIfThere(lock);
  }
}

async function acquire(lock: string, tools: LockTools): Promise<void> {
  for (let round = 0; round < limits.lockRoundsMax; round += 1) {
    if (await tryLock(lock, tools)) return;
    if (await isDead(lock, tools)) await takeAway(lock, tools);
  }
  throw busy(lock, undefined);
}

/**
 * Whether the lock that is there belongs to a process that is no more; false also where there is none any more.
 * @throws Failure `bundle-busy`: its owner lives, or nobody can tell who that is
 */
async function isDead(lock: string, tools: LockTools): Promise<boolean> {
  const held = await readLock(lock, tools);
  if (held === undefined) return false;
  const owner = parseOwner(held);
  if (owner === undefined || (await isLiving(owner, tools))) throw busy(lock, owner);
  return true;
}

/** A lock file comes into being whole: it is written under another name and then linked. */
async function tryLock(lock: string, { files, self }: LockTools): Promise<boolean> {
  const fresh = await files.writeBeside(lock, streamOf([Buffer.from(formatOwner(self))]));
  try {
    await files.fs.link(fresh, lock);
    return true;
  } catch (error) {
    // Whoever got the lock a moment ago took our file for one that was left behind.
    if (systemErrorCode(error) === 'EEXIST' || systemErrorCode(error) === 'ENOENT') return false;
    throw translateSystemError(error, lock);
  } finally {
    await files.removeIfThere(fresh);
  }
}

/**
 * Several may find the same dead lock, and one that is late would take away the fresh lock of another: so whoever takes
 * a dead lock away holds a lock for that, which dies with it as any other, and looks again under it.
 */
async function takeAway(lock: string, tools: LockTools): Promise<void> {
  await holding(`${lock}.dead`, tools, async () => {
    if (await isDead(lock, tools)) await tools.files.removeIfThere(lock);
  });
}

async function readLock(lock: string, { files }: LockTools): Promise<string | undefined> {
  const refuse = (why: string): Failure => new Failure('bundle-invalid', `${lock} is no lock file: ${why}`);
  return (await files.read(lock, limits.lockBytesMax, refuse))?.toString('utf8');
}

function formatOwner({ host, pid, started }: ProcessIdentity): string {
  return `${pid}\n${started}\n${host}\n`;
}

function parseOwner(text: string): ProcessIdentity | undefined {
  const [, pid, started = '', host = ''] = /^([1-9]\d{0,9})\n([^\n]*)\n([^\n]*)\n$/.exec(text) ?? [];
  return pid === undefined ? undefined : { host, pid: Number(pid), started };
}

function busy(lock: string, owner: ProcessIdentity | undefined): Failure {
  const who = owner === undefined ? 'Another process' : `Process ${owner.pid} on ${owner.host}`;
  return new Failure('bundle-busy', `${who} works on ${path.dirname(lock)}`, {
    hint: `Wait until it has ended. If you are sure that it has, remove ${lock}.`,
  });
}
