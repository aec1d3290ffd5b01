import type { Failure } from '../../base/failure.ts';
import { ByteSource } from '../../base/byte-source.ts';
import { decodeFileName } from '../../base/file-name.ts';
import { limits } from '../../base/limits.ts';
import { TarHeaders } from '../../base/tar-headers.ts';
import { tarBlockBytes, tarPadding, type TarKind } from '../../base/tar.ts';
import { archivedName } from './bundle-names.ts';

/** A member of an archive, and where its content begins, in bytes from the start of the archive. */
export interface TarMemberPlace {
  readonly name: string;
  readonly kind: TarKind;
  readonly size: number;
  readonly offset: number;
  /** Can be read once, before the next member is asked for; what is not read is skipped. */
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * The members of an archive in its order. Stricter than what engines read: a name stands there once, and after the end
 * marker there is nothing but zeros, so that no other reader can see another bundle in the same bytes.
 * @param refuse makes the error that is thrown
 */
export async function* tarMembers(
  source: AsyncIterable<Uint8Array>,
  refuse: (why: string) => Failure,
): AsyncGenerator<TarMemberPlace, void, undefined> {
  const bytes = new ByteSource(source);
  const headers = new TarHeaders(bytes, refuse);
  const names = new Set<string>();
  try {
    for (let header = await headers.next(); header !== undefined; header = await headers.next()) {
      const { kind, size } = header;
      const name = archivedName(decodeFileName(header.name), kind === 'directory');
      if (names.has(name)) throw refuse(`${JSON.stringify(name.slice(0, 200))} stands there twice`);
      names.add(name);
      if (names.size > limits.bundleFilesMax) throw refuse(`it has more than ${limits.bundleFilesMax} files`);
      const offset = bytes.position;
      const end = offset + size + tarPadding(size);
      yield { name, kind, size, offset, content: part(bytes, offset + size, refuse) };
      await bytes.skip(end - bytes.position);
      if (bytes.position < end) throw truncated(refuse);
    }
    await checkEnd(bytes, refuse);
  } finally {
    await bytes.close();
  }
}

async function* part(
  bytes: ByteSource,
  end: number,
  refuse: (why: string) => Failure,
): AsyncGenerator<Uint8Array, void, undefined> {
  while (bytes.position < end) {
    const piece = await bytes.next(end - bytes.position);
    if (piece === undefined) throw truncated(refuse);
    yield piece;
  }
}

/** One block of zeros was read; writers add a second one, and fill up to what tapes liked. */
async function checkEnd(bytes: ByteSource, refuse: (why: string) => Failure): Promise<void> {
  const start = bytes.position;
  for (
    let piece = await bytes.next(tarBlockBytes);
    piece !== undefined;
    piece = await bytes.next(tarBlockBytes)
  ) {
    if (piece.some((byte) => byte !== 0)) throw refuse('something stands behind its end');
    if (bytes.position - start > limits.archiveHeaderBytesMax)
      throw refuse('zeros without end stand behind its end');
  }
}

function truncated(refuse: (why: string) => Failure): Failure {
  return refuse('it ends within a file');
}
