import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { filesOnDisk } from './project-files.ts';
import { isErased } from './source-file.ts';

/**
 * The sources that no test loads. Coverage reports leave such files out, so that they look as if all were well.
 * @param folder where the tests and the programs that they started left the names of what they loaded
 */
export function unloadedSources(root: string, folder: string): readonly string[] {
  const loaded = loadedFiles(root, folder);
  return filesOnDisk(root).filter(
    (path) => isSource(path) && !loaded.has(path) && !isErased(readFileSync(join(root, path), 'utf8')),
  );
}

const names = z.array(z.string());

function isSource(path: string): boolean {
  return /^(?:src|tools)\/.*\.ts$/u.test(path) && !path.endsWith('.test.ts');
}

function loadedFiles(root: string, folder: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  for (const name of readdirSync(folder).filter((one) => one.endsWith('.json'))) {
    const urls = names.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    for (const url of urls.filter((one) => one.startsWith('file:'))) {
      loaded.add(relative(root, fileURLToPath(url)).replaceAll('\\', '/'));
    }
  }
  return loaded;
}
