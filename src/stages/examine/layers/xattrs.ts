import { createHash } from 'node:crypto';

/** All extended attributes in one spelling: sorted by name, short values in hexadecimal, long ones as their hash. */
export function spellXattrs(xattrs: ReadonlyMap<string, Uint8Array>): string {
  if (xattrs.size === 0) return '';
  return [...xattrs]
    .map(([name, value]) => `${name}=${spellValue(value)}`)
    .toSorted()
    .join('\n');
}

const valueBytesMax = 64;

function spellValue(value: Uint8Array): string {
  if (value.length <= valueBytesMax) return Buffer.from(value).toString('hex');
  return `sha256:${createHash('sha256').update(value).digest('hex')}`;
}
