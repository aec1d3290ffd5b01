import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

// The last one is where the demo works, at times while others look.
const ignored = new Set(['.git', 'node_modules', 'dist', '.lockkeeper']);

/** All files of the project that are on disk, by path from its root with `/`, sorted. */
export function filesOnDisk(root: string): readonly string[] {
  return filesBelow(root, '').toSorted();
}

function filesBelow(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory()) return ignored.has(entry.name) ? [] : filesBelow(root, `${path}/`);
    return entry.isFile() ? [path] : [];
  });
}

/** The same as git sees them: tracked, or new and not ignored. Undefined outside of a git checkout. */
export function filesInGit(root: string): readonly string[] | undefined {
  if (!existsSync(join(root, '.git'))) return undefined;
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const paths = execFileSync('git', args, { cwd: root, encoding: 'utf8' }).split('\0');
  return paths.filter((path) => path !== '' && isFile(join(root, path))).toSorted();
}

export function readTexts(root: string, paths: readonly string[]): ReadonlyMap<string, string> {
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const manifest = z.object({
  name: z.string(),
  version: z.string(),
  type: z.literal('module'),
  devDependencies: z.record(z.string(), z.string()),
  scripts: z.record(z.string(), z.string()),
});

export type PackageManifest = z.infer<typeof manifest>;

export function readPackageManifest(root: string): PackageManifest {
  return manifest.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
