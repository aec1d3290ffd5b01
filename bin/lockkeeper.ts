#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import module from 'node:module';
import path from 'node:path';
import process from 'node:process';
import v8 from 'node:v8';

// The answer to `--version` is asked by scripts in loops: it loads nothing else, and the overview hardly more.
if (process.argv[2] === '--version') {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : 'unknown';
  process.stdout.write(`${version}\n`);
} else if (process.argv[2] === '--help' && process.argv.length === 3) {
  const { overviewHelp } = await import('../src/cli/help.ts');
  process.stdout.write(overviewHelp());
} else {
  // Compiled code is kept between runs, so that the second start is fast; harmless where it cannot be written. It is kept
  // where only this person writes: in a shared folder for temporary files anybody could put code of theirs in its place.
  const { HOME = '', XDG_CACHE_HOME = '' } = process.env;
  const caches = [XDG_CACHE_HOME, path.join(HOME, '.cache')].find((folder) => path.isAbsolute(folder));
  if (caches !== undefined) module.enableCompileCache(path.join(caches, 'lockkeeper'));
  // Reports of 100,000 tests are many small objects that live long: a young generation that grows to its default of
  // 32 MiB a half costs a third of the memory and wins no time.
  v8.setFlagsFromString('--semi-space-growth-factor=1');
  const { runProcess } = await import('../src/cli/process.ts');
  await runProcess();
}
