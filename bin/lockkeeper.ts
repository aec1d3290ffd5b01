#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import module from 'node:module';
import process from 'node:process';

// The answer to `--version` is asked by scripts in loops: it loads nothing else.
if (process.argv[2] === '--version') {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
  process.stdout.write(`${version}\n`);
} else {
  // Compiled code is kept between runs, so that the second start is fast; harmless where it cannot be written.
  module.enableCompileCache();
  const { runProcess } = await import('../src/cli/process.ts');
  await runProcess();
}
