import { tarBlockBytes, tarFields, tarPadding } from '../../../base/tar.ts';

/** Overwrites the times of all members, and the checksums that cover them; false where it is no plain archive. */
export function blankTarTimes(bytes: Buffer): boolean {
  let at = 0;
  while (at + tarBlockBytes <= bytes.length) {
    const block = bytes.subarray(at, at + tarBlockBytes);
    if (block.every((byte) => byte === 0)) return true;
    const [start, length] = tarFields.size;
    const size = Number.parseInt(block.toString('latin1', start, start + length).trim(), 8);
    if (!Number.isSafeInteger(size) || size < 0 || block.toString('latin1', 257, 262) !== 'ustar')
      return false;
    for (const [from, count] of [tarFields.mtime, tarFields.checksum]) block.fill(0, from, from + count);
    at += tarBlockBytes + size + tarPadding(size);
  }
  return false;
}
