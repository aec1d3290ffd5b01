import path from 'node:path';
import { diskLayouts } from '../adapters/registry/layout.ts';
import type { Layout } from '../ports/layout.ts';
import { privateFolder, type ShellEnvironment } from './environment.ts';

/** Layouts for what engines hand out; they go when the process ends. */
export function scratchLayouts(environment: ShellEnvironment): () => Promise<Layout> {
  return async () => diskLayouts.openOrCreate(path.join(await privateFolder(environment), 'layout'));
}
