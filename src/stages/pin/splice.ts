import { Failure } from '../../base/failure.ts';

/** Bytes of a file that become others. */
export interface Edit {
  /** First byte, and the one after the last. */
  readonly start: number;
  readonly end: number;
  /** What stands there now; ASCII, as all of an image name is. */
  readonly before: string;
  readonly after: string;
}

/**
 * The file with all edits made, and nothing else changed, whatever its encoding and its line ends are. Edits of the same
 * bytes to the same text are one. One pass: the time is the file's size and the edits' number, not their product.
 * @throws Failure `file-changed` when other bytes stand there; nothing is to be written then
 */
export function splice(bytes: Uint8Array, edits: readonly Edit[], file: string): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const edit of inOrder(edits)) {
    const here = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (edit.start < at || here.toString('latin1', edit.start, edit.end) !== edit.before)
      throw changed(file, edit);
    pieces.push(bytes.subarray(at, edit.start), Buffer.from(spaced(bytes, edit), 'latin1'));
    at = edit.end;
  }
  pieces.push(bytes.subarray(at));
  return Buffer.concat(pieces);
}

/** What comes into an empty value stands apart from its key's colon, or YAML would read both as one word. */
function spaced(bytes: Uint8Array, { start, before, after }: Edit): string {
  return before === '' && bytes[start - 1] === 0x3a ? ` ${after}` : after;
}

function inOrder(edits: readonly Edit[]): readonly Edit[] {
  const sorted = edits.toSorted((left, right) => left.start - right.start || left.end - right.end);
  return sorted.filter((edit, index) => {
    const last = sorted[index - 1];
    return last?.start !== edit.start || last.end !== edit.end || last.after !== edit.after;
  });
}

function changed(file: string, { before }: Edit): Failure {
  return new Failure('file-changed', `${file} does not hold ${JSON.stringify(before)} where it was found`, {
    hint: 'Somebody wrote to it meanwhile; nothing of it was changed. Run the same command again.',
    where: { file },
  });
}
