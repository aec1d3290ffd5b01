import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { referencePages } from './reference/pages.ts';

/** `npm run docs`: writes docs/reference from the code that it describes. */
export async function generateDocs(folder: string): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true });
  const pages = await referencePages();
  for (const [name, text] of pages) await writeFile(path.join(folder, name), text);
  return [...pages.keys()];
}

if (import.meta.main) {
  const names = await generateDocs(path.join(import.meta.dirname, '..', 'docs', 'reference'));
  console.log(names.map((name) => path.join('docs', 'reference', name)).join('\n'));
}
