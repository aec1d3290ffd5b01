import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * Puts a program of this name before the real one on a PATH, which it returns: a few lines of shell look at the words
 * first, and what they do not end goes on to the real program.
 */
export async function lyingProgram(folder: string, name: string, lines: string): Promise<string> {
  const bin = path.join(folder, 'bin');
  await mkdir(bin, { recursive: true });
  const script = `#!/bin/sh
real() { PATH=\${PATH#*:} command ${name} "$@"; }
${lines}
real "$@"
`;
  await writeFile(path.join(bin, name), script, { mode: 0o755 });
  return `${bin}:${process.env['PATH']}`;
}
