import type { ProcessTable } from '../../base/process-table.ts';
import type { Engine } from '../../model/engine.ts';
import { askEngine } from '../../ports/engine-command.ts';
import { isLeftBehind, ownedName, ownedPrefix } from '../../ports/owned-name.ts';

const purpose = 'noop';

/** A name for a container that runs a no-op, which lives for a moment. */
export function noopContainerName(processes: ProcessTable): string {
  return ownedName(purpose, processes);
}

/** Takes away what killed processes of this machine left. What cannot be taken away stays, and `doctor` lists it. */
export async function removeLeftNoops(engine: Engine, processes: ProcessTable): Promise<void> {
  const prefix = ownedPrefix(purpose, processes.self);
  const words = ['ps', '--all', '--filter', `name=${prefix}`, '--format', '{{.Names}}'];
  const { stdout } = await askEngine(engine, words);
  for (const name of stdout.split('\n'))
    if (await isLeftBehind(name, purpose, processes))
      await askEngine(engine, ['rm', '--force', '--volumes', name]);
}
