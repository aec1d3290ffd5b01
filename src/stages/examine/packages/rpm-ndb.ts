import { BinaryFile } from './binary-file.ts';
import { UnreadableError } from './facts-reader.ts';

const slotMagic = 0x746f6c53;
const blobMagic = 0x53626c42;
const slotBytes = 16;
const pageBytes = 4096;
const blobUnitBytes = 16;

export function isNdb(bytes: Buffer): boolean {
  return bytes.toString('latin1', 0, 4) === 'RpmP';
}

/** The headers in `Packages.db` (rpm's `lib/backend/ndb/rpmpkg.c`): pages of slots, each of which points to a blob. */
export function* ndbHeaders(bytes: Buffer): Generator<Buffer, void, undefined> {
  const file = new BinaryFile(bytes, 'little');
  const slotsEnd = file.u32(12) * pageBytes;
  if (slotsEnd > file.length) throw new UnreadableError('it ends within its list of packages');
  let left = file.length;
  // The first two slots are the file's own header.
  for (let at = 2 * slotBytes; at < slotsEnd; at += slotBytes) {
    if (file.u32(at) !== slotMagic) throw new UnreadableError('its list of packages is broken');
    const [packageIndex, blobAt] = [file.u32(at + 4), file.u32(at + 8) * blobUnitBytes];
    // A free slot.
    if (packageIndex === 0 || blobAt === 0) continue;
    if (file.u32(blobAt) !== blobMagic || file.u32(blobAt + 4) !== packageIndex) {
      throw new UnreadableError('its list of packages points to something else');
    }
    const blobBytes = file.u32(blobAt + 12);
    left -= blobBytes;
    if (left < 0) throw new UnreadableError('its packages overlap');
    yield file.slice(blobAt + 16, blobBytes);
  }
}
