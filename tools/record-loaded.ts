import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';

/**
 * Preloaded into the test processes and, by NODE_OPTIONS, into every Node program that they start: leaves the names of
 * all modules that the process loads. Coverage would tell the same, but at half again the time, and Node hands its
 * variable even to programs whose environment is built from nothing.
 */
const folder = process.env['LOCKKEEPER_LOADED'];

if (folder !== undefined) {
  const loaded = new Set([import.meta.url]);
  registerHooks({
    load(url, context, nextLoad) {
      loaded.add(url);
      return nextLoad(url, context);
    },
  });
  process.on('exit', () => {
    // A program may outlive the run, or be killed while it writes: only a whole list gets its name.
    if (!existsSync(folder)) return;
    const path = join(folder, `${process.pid}-${Date.now()}`);
    writeFileSync(path, JSON.stringify([...loaded]));
    renameSync(path, `${path}.json`);
  });
}
