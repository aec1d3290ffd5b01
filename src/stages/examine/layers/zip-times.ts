/**
 * Overwrites the times of all files in a zip archive (APPNOTE.TXT 6.3.10, 4.3 to 4.5), in the central directory and before
 * each file; false where it is none that can be read without doubt. Places that the archive names are looked at only
 * where they lie within it.
 */
export function blankZipTimes(bytes: Buffer): boolean {
  const end = endOfDirectory(bytes);
  if (end === undefined) return false;
  const entries = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  for (let entry = 0; entry < entries; entry += 1) {
    if (!hasSignature(bytes, at, centralHead, 46)) return false;
    const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const local = bytes.readUInt32LE(at + 42);
    if (name === undefined || extra === undefined || comment === undefined) return false;
    bytes.fill(0, at + 12, at + 16);
    if (!blankExtra(bytes, at + 46 + name, extra) || !blankLocal(bytes, local)) return false;
    at += 46 + name + extra + comment;
  }
  return true;
}

const endMark = 0x06054b50;
const centralHead = 0x02014b50;
const localHead = 0x04034b50;
const endBytes = 22;
const commentBytesMax = 0xffff;
// Extra fields that hold times: extended timestamp, Info-ZIP Unix (old), NTFS.
const timed: ReadonlySet<number> = new Set([0x5455, 0x5855, 0x000a]);

function endOfDirectory(bytes: Buffer): number | undefined {
  const last = bytes.length - endBytes;
  for (let at = last; at >= Math.max(0, last - commentBytesMax); at -= 1)
    if (bytes.readUInt32LE(at) === endMark) return at;
  return undefined;
}

function hasSignature(bytes: Buffer, at: number, signature: number, size: number): boolean {
  return at + size <= bytes.length && bytes.readUInt32LE(at) === signature;
}

function blankLocal(bytes: Buffer, at: number): boolean {
  if (!hasSignature(bytes, at, localHead, 30)) return false;
  bytes.fill(0, at + 10, at + 14);
  return blankExtra(bytes, at + 30 + bytes.readUInt16LE(at + 26), bytes.readUInt16LE(at + 28));
}

function blankExtra(bytes: Buffer, start: number, length: number): boolean {
  const end = start + length;
  if (end > bytes.length) return false;
  for (let at = start; at + 4 <= end;) {
    const size = bytes.readUInt16LE(at + 2);
    if (at + 4 + size > end) return false;
    if (timed.has(bytes.readUInt16LE(at))) bytes.fill(0, at + 4, at + 4 + size);
    at += 4 + size;
  }
  return true;
}
