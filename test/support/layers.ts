import { gzipSync } from 'node:zlib';
import { formatPaxRecord } from '../../src/base/tar-pax.ts';
import { streamOf } from '../../src/base/stream.ts';
import { tarChecksum, tarPadding } from '../../src/base/tar.ts';
import { digestOf } from '../../src/model/digest.ts';
import type { LayerContents } from '../../src/model/layer.ts';
import { readLayer } from '../../src/stages/examine/layers/read-layer.ts';

/** A member of a layer as strangers may write it: any name, any type, any size. */
export interface RawMember {
  readonly name: string;
  /** The type flag of ustar: `0` file, `1` hard link, `2` link, `3` and `4` devices, `5` folder, `6` named pipe. */
  readonly type?: string;
  readonly content?: Uint8Array | string;
  readonly linkName?: string;
  readonly mode?: number;
  readonly uid?: number;
  /** Claimed instead of the size of the content. */
  readonly size?: number;
  readonly pax?: Readonly<Record<string, string>>;
}

/** An archive of these members with its end marker. */
export function rawLayer(members: readonly RawMember[]): Buffer {
  return Buffer.concat([...members.map(rawMember), Buffer.alloc(1024)]);
}

export function rawMember({ pax, ...member }: RawMember): Buffer {
  const own = plainMember(member);
  if (pax === undefined) return own;
  const records = Object.entries(pax).map(([key, value]) => formatPaxRecord(key, Buffer.from(value)));
  return Buffer.concat([plainMember({ name: 'pax', type: 'x', content: Buffer.concat(records) }), own]);
}

function plainMember(member: Omit<RawMember, 'pax'>): Buffer {
  const { name, type = '0', linkName = '', mode = 0o644, uid = 0 } = member;
  const content = Buffer.from(member.content ?? '');
  const header = Buffer.alloc(512);
  const octal = (value: number, at: number, length: number): void => {
    header.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
  };
  header.write(name, 0);
  octal(mode, 100, 8);
  octal(uid, 108, 8);
  octal(0, 116, 8);
  octal(member.size ?? content.length, 124, 12);
  octal(0, 136, 12);
  header.write(type, 156);
  header.write(linkName, 157);
  header.write('ustar\u000000', 257, 'latin1');
  octal(1, 329, 8);
  octal(3, 337, 8);
  octal(tarChecksum(header), 148, 7);
  return Buffer.concat([header, content, Buffer.alloc(tarPadding(content.length))]);
}

/** Reads an archive as a layer whose diff id it has. */
export function contentsOf(archive: Buffer, packed: Buffer = archive): Promise<LayerContents> {
  return readLayer({
    name: 'sha256:test',
    packed: streamOf([packed]),
    packedSize: packed.length,
    diffId: digestOf(archive),
  });
}

export function layerOf(members: readonly RawMember[]): Promise<LayerContents> {
  const archive = rawLayer(members);
  return contentsOf(archive, gzipSync(archive, { level: 1 }));
}
