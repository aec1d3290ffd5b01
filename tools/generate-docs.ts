import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { referencePages } from './reference/pages.ts';

/** `npm run docs`: writes docs/reference from the code that it describes. */
const folder = path.join(import.meta.dirname, '..', 'docs', 'reference');
await mkdir(folder, { recursive: true });
for (const [name, text] of await referencePages()) {
  await writeFile(path.join(folder, name), text);
  console.log(path.join('docs', 'reference', name));
}
