import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { filesOnDisk } from './project-files.ts';
import { isErased } from './source-file.ts';

/**
 * The sources that no test loads. Coverage reports leave such files out, so that they look as if all were well.
 * @param folder where the tests, and all programs that they started, left what they loaded: coverage reports of V8,
 *   or lists in their form
 */
export function unloadedSources(root: string, folder: string): readonly string[] {
  const loaded = loadedFiles(root, folder);
  return filesOnDisk(root).filter(
    (path) => isSource(path) && !loaded.has(path) && !isErased(readFileSync(join(root, path), 'utf8')),
  );
}

function isSource(path: string): boolean {
  return /^(?:src|tools)\/.*\.ts$/u.test(path) && !path.endsWith('.test.ts');
}

function loadedFiles(root: string, folder: string): ReadonlySet<string> {
  const loaded = new Set<string>();
  for (const name of readdirSync(folder)) {
    // The scripts are all that we need of a large document.
    for (const [, url] of readFileSync(join(folder, name), 'utf8').matchAll(/"url":"(file:[^"]*)"/gu)) {
      if (url !== undefined) loaded.add(relative(root, fileURLToPath(url)).replaceAll('\\', '/'));
    }
  }
  return loaded;
}
