import path from 'node:path';
import type { ImageSource } from '../model/image-source.ts';

/** The same source; the folder of a layout is where the person's shell has it. */
export function imagePlace(source: ImageSource, cwd: string): ImageSource {
  return source.kind === 'layout' ? { ...source, path: path.resolve(cwd, source.path) } : source;
}
