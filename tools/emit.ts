import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readPackageManifest } from './project-files.ts';

/**
 * Emits what is published into `dist`: plain JavaScript, because Node strips no types below `node_modules`.
 * The layout is that of the sources, so that paths relative to a file hold in both.
 */
function main(): void {
  const root = process.cwd();
  const dist = join(root, 'dist');
  rmSync(dist, { recursive: true, force: true });
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  const emit = ['--noEmit', 'false', '--outDir', dist, '--rewriteRelativeImportExtensions'];
  execFileSync(tsc, ['--project', root, ...emit], { stdio: 'inherit' });
  for (const unpublished of globSync(['test', 'tools', 'demo', '**/*.test.js'], { cwd: dist })) {
    rmSync(join(dist, unpublished), { recursive: true, force: true });
  }
  copyData(root, dist);
  const { name, version, type } = readPackageManifest(root);
  writeFileSync(join(dist, 'package.json'), JSON.stringify({ name, version, type }));
}

/** Pages, styles and tables that the program reads at run time. */
function copyData(root: string, dist: string): void {
  const assets = globSync('src/**/*', { cwd: root, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
  for (const path of [...assets, 'data']) {
    if (!existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    cpSync(join(root, path), join(dist, path), { recursive: true });
  }
}

main();
