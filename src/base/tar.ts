/** What reader and writer of tar archives share: POSIX ustar with pax headers, and GNU's way with long names. */

export const tarBlockBytes = 512;

/** `link` is a symbolic link; `hard-link` names another member of the same archive. */
export type TarKind =
  | 'file'
  | 'directory'
  | 'link'
  | 'hard-link'
  | 'character-device'
  | 'block-device'
  | 'fifo'
  | 'other';

export const tarKinds: ReadonlyMap<string, TarKind> = new Map([
  ['0', 'file'],
  ['\0', 'file'],
  // Contiguous files are plain files on every system that is left.
  ['7', 'file'],
  ['1', 'hard-link'],
  ['2', 'link'],
  ['3', 'character-device'],
  ['4', 'block-device'],
  ['5', 'directory'],
  ['6', 'fifo'],
]);

/** Where the fields of a header lie: offset and length in bytes. */
export const tarFields = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkName: [157, 100],
  magic: [257, 8],
  deviceMajor: [329, 8],
  deviceMinor: [337, 8],
  prefix: [345, 155],
} as const satisfies Record<string, readonly [number, number]>;

/** The sum over all bytes of a header, with its own field counted as spaces. */
export function tarChecksum(header: Uint8Array): number {
  const [start, length] = tarFields.checksum;
  let sum = 0;
  for (let at = 0; at < tarBlockBytes; at += 1) {
    sum += at >= start && at < start + length ? 0x20 : (header[at] ?? 0);
  }
  return sum;
}

/** Zero bytes that follow `size` bytes of content, up to the next block. */
export function tarPadding(size: number): number {
  return (tarBlockBytes - (size % tarBlockBytes)) % tarBlockBytes;
}
