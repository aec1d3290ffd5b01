/** A zip archive of one stored file, with its time in the plain fields and in an extended timestamp. */
export function zipOf(name: string, text: string, time: number): Buffer {
  const content = Buffer.from(text);
  const extra = Buffer.from([0x55, 0x54, 5, 0, 1, time, 0, 0, 0]);
  const fields = (at: number, head: Buffer): void => {
    head.writeUInt16LE(10, at);
    head.writeUInt16LE(time, at + 6);
    head.writeUInt16LE(time, at + 8);
    head.writeUInt32LE(content.length, at + 14);
    head.writeUInt32LE(content.length, at + 18);
    head.writeUInt16LE(name.length, at + 22);
    head.writeUInt16LE(extra.length, at + 24);
  };
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50);
  fields(4, local);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50);
  fields(6, central);
  const before = Buffer.concat([local, Buffer.from(name), extra, content]);
  const directory = Buffer.concat([central, Buffer.from(name), extra]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(before.length, 16);
  return Buffer.concat([before, directory, end]);
}
