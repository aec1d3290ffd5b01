import { createHash, randomUUID } from 'node:crypto';
import { isLiving, type ProcessIdentity, type ProcessTable } from '../base/process-table.ts';

/**
 * A name for what this process puts into an engine for a moment: nobody else has it, and it says whose it is, so that
 * what was left behind by a process that was killed can be told. It fits containers and repositories.
 */
export function ownedName(purpose: string, { self }: ProcessTable): string {
  return `${ownedPrefix(purpose, self)}${self.pid}-${self.started || 0}-${randomUUID()}`;
}

/** How the names of all processes of one machine begin. */
export function ownedPrefix(purpose: string, { host }: ProcessIdentity): string {
  // Names of hosts may be longer than those of containers.
  return `${ownedPurpose(purpose)}${createHash('sha256').update(host).digest('hex').slice(0, 12)}-`;
}

/** How the names of all processes of all machines begin. */
export function ownedPurpose(purpose: string): string {
  return `lockkeeper-${purpose}-`;
}

/** Whether a name is one of this machine whose process is no more. */
export async function isLeftBehind(name: string, purpose: string, processes: ProcessTable): Promise<boolean> {
  const { self } = processes;
  const prefix = ownedPrefix(purpose, self);
  if (!name.startsWith(prefix)) return false;
  const [, pid, started] = /^([1-9]\d{0,9})-(\d+)-/.exec(name.slice(prefix.length)) ?? [];
  if (pid === undefined || started === undefined) return false;
  const owner = { host: self.host, pid: Number(pid), started: started === '0' ? '' : started };
  return !(await isLiving(owner, processes));
}
