import { createHash, randomUUID } from 'node:crypto';
import { isLiving, type ProcessIdentity, type ProcessTable } from '../../base/process-table.ts';
import type { Engine } from '../../model/engine.ts';
import { askEngine } from '../../ports/engine-command.ts';

/**
 * A name for a container that runs a no-op: nobody else has it, and it says whose container it is. Such a container
 * lives for a moment; one whose process is no more was left behind when that one was killed.
 */
export function noopContainerName({ self }: ProcessTable): string {
  return `${prefixOf(self)}${self.pid}-${self.started || 0}-${randomUUID()}`;
}

/** Takes away what killed processes of this machine left. What cannot be taken away stays, and `doctor` lists it. */
export async function removeLeftNoops(engine: Engine, processes: ProcessTable): Promise<void> {
  const prefix = prefixOf(processes.self);
  const words = ['ps', '--all', '--filter', `name=${prefix}`, '--format', '{{.Names}}'];
  const { stdout } = await askEngine(engine, words);
  for (const name of stdout.split('\n')) {
    const owner = ownerOf(name, processes.self);
    if (owner !== undefined && !(await isLiving(owner, processes)))
      await askEngine(engine, ['rm', '--force', '--volumes', name]);
  }
}

// Names of hosts may be longer than those of containers.
function prefixOf({ host }: ProcessIdentity): string {
  return `lockkeeper-noop-${createHash('sha256').update(host).digest('hex').slice(0, 12)}-`;
}

function ownerOf(name: string, self: ProcessIdentity): ProcessIdentity | undefined {
  if (!name.startsWith(prefixOf(self))) return undefined;
  const [, pid, started] = /^([1-9]\d{0,9})-(\d+)-/.exec(name.slice(prefixOf(self).length)) ?? [];
  if (pid === undefined || started === undefined) return undefined;
  return { host: self.host, pid: Number(pid), started: started === '0' ? '' : started };
}
