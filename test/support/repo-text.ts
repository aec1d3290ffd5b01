import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Small repositories as texts, each file behind a line `-- path --`: no tool takes their files for the project's own. */
export function readRepoText(name: string): Readonly<Record<string, string>> {
  const text = readFileSync(path.join(import.meta.dirname, 'scan', `${name}.txt`), 'utf8');
  const files: Record<string, string> = {};
  for (const part of text.split(/^(?=-- .+ --$)/m)) {
    const [head, file] = /^-- (.+) --\n/.exec(part) ?? [];
    if (head !== undefined && file !== undefined) files[file] = part.slice(head.length);
  }
  return files;
}
