import path from 'node:path/posix';
import type { TarEntry } from '../../base/tar-read.ts';
import type { Collected, CollectedPlace } from '../../ports/runner.ts';
import { Refusal } from './collect.ts';
import type { Container } from './container.ts';

export type StreamPlace = Extract<CollectedPlace, { readonly kind: 'stream' }>;

/**
 * Hands on all files below a folder of a container that has ended, one after the other. The folder is ours, so whatever
 * is no plain file in it was put there to lead somewhere else, and is refused.
 */
export async function streamFiles(
  container: Container,
  place: StreamPlace,
  signal: AbortSignal | undefined,
): Promise<Collected> {
  const from = `${path.normalize(place.directory).replace(/\/+$/, '')}/.`;
  try {
    await container.copyOut(from, (entries) => takeAll(entries, place), { signal });
  } catch (error) {
    if (error instanceof Refusal) return { kind: 'refused', code: error.code, why: error.message };
    throw error;
  }
  return { kind: 'files', files: [] };
}

async function takeAll(entries: AsyncGenerator<TarEntry>, place: StreamPlace): Promise<void> {
  const { filesMax, bytesMax, take } = place;
  let files = 0;
  let bytes = 0;
  for await (const { kind, name, size, content } of entries) {
    if (kind === 'directory') continue;
    if (kind !== 'file')
      throw new Refusal(
        'refused',
        `${JSON.stringify(name)} is no plain file, and nothing else may lie there`,
      );
    files += 1;
    bytes += size;
    if (files > filesMax) throw new Refusal('too-large', `there are more than ${filesMax} files`);
    if (bytes > bytesMax) throw new Refusal('too-large', `the files hold more than ${bytesMax} bytes`);
    await take({ path: name.replace(/^\.\//, ''), size, bytes: content });
  }
}
