import { limits } from '../../../base/limits.ts';
import { writableRanges, type FileRange } from './elf-segments.ts';

export interface GoBuildInfo {
  /** `go1.22.3`; undefined where Go before 1.18 linked the program, which says it in a place that cannot be streamed. */
  readonly goVersion: string | undefined;
  /** Lines of `path`, `mod`, `dep`, `=>` and `build`, each with its fields after tabs; empty without modules. */
  readonly modules: string;
}

/** Written by the linker (Go's `debug/buildinfo`): aligned, a pointer’s size, flags, and since 1.18 both texts. */
const mark = Buffer.from('\u00ff Go buildinf:', 'latin1');
const alignment = 16;
const headerBytes = 32;
const textsFollow = 2;
/** Before and after the modules, in the texts and wherever the program keeps them. */
const modulesBegin = Buffer.from('3077af0c9274080241e1c107e6d618e6', 'hex');
const modulesEnd = Buffer.from('f932433186182072008242104116d8f2', 'hex');
const headBytes = 4096;
const goVersionBytesMax = 200;

type Found = 'nothing' | 'more needed' | GoBuildInfo;

/**
 * Looks for the build info of a program of any size as it streams by. Programs that read build info have its mark
 * among their constants, so that a place counts first that may be written at run time, where the linker puts it.
 */
export class GoBuildInfoScanner {
  #window: Buffer = Buffer.alloc(0);
  /** Where the window begins in the file. */
  #position = 0;
  /** Undefined until the head of the file was seen. */
  #writable: readonly FileRange[] | undefined;
  #elsewhere: GoBuildInfo | undefined;
  #olderModules: string | undefined;
  #info: GoBuildInfo | undefined;
  #triesLeft: number = limits.goBuildInfoTriesMax;
  #marksLeft: number = limits.goBuildInfoMarksMax;
  #nextInfo = -1;
  #nextModules = -1;
  #done = false;

  push(chunk: Uint8Array): void {
    if (this.#done) return;
    this.#window = Buffer.concat([this.#window, chunk]);
    if (this.#writable !== undefined || this.#window.length >= headBytes) this.#scan('more may come');
  }

  /** Undefined where the file is no program that Go linked. */
  end(): GoBuildInfo | undefined {
    if (!this.#done) this.#scan('all is here');
    return this.#info ?? this.#elsewhere;
  }

  #scan(rest: 'more may come' | 'all is here'): void {
    this.#writable ??= writableRanges(this.#window.subarray(0, headBytes));
    if (this.#writable === undefined) {
      this.#stop();
      return;
    }
    let at = 0;
    this.#nextInfo = -1;
    this.#nextModules = -1;
    while (!this.#done) {
      const found = this.#nextMark(at);
      if (found === undefined) break;
      const outcome = this.#readAt(found);
      if (outcome === 'more needed' && rest === 'more may come') {
        this.#forget(found);
        return;
      }
      at = found + 1;
    }
    // A mark may begin within the last bytes.
    this.#forget(Math.max(at, this.#window.length - modulesBegin.length + 1));
  }

  /** Where each mark is next, so that one that is rare is not looked for again behind each that is not. */
  #nextMark(at: number): number | undefined {
    if (this.#nextInfo < at) this.#nextInfo = placeOf(this.#window.indexOf(mark, at));
    if (this.#nextModules < at) this.#nextModules = placeOf(this.#window.indexOf(modulesBegin, at));
    const found = Math.min(this.#nextInfo, this.#nextModules);
    if (found === Infinity) return undefined;
    this.#marksLeft -= 1;
    if (this.#marksLeft >= 0) return found;
    this.#stop();
    return undefined;
  }

  #readAt(place: number): 'more needed' | 'done' {
    const bytes = this.#window.subarray(place);
    if (bytes[0] !== mark[0]) return this.#keepModules(bytes);
    const start = this.#position + place;
    if (start % alignment !== 0) return 'done';
    const found = parseInfo(bytes, this.#olderModules);
    if (found === 'more needed') return found;
    if (found === 'nothing') return 'done';
    const isWritable = this.#writable?.some(({ from, to }) => start >= from && start < to) ?? false;
    this.#triesLeft -= 1;
    this.#elsewhere ??= found;
    if (isWritable) this.#info = found;
    if (isWritable || this.#triesLeft === 0) this.#stop();
    return 'done';
  }

  /** Modules that stand before the build info; Go before 1.18 only points to them. */
  #keepModules(bytes: Buffer): 'more needed' | 'done' {
    const searched = bytes.subarray(0, limits.goBuildInfoBytesMax);
    const end = searched.indexOf(modulesEnd);
    if (end === -1) {
      if (bytes.length < limits.goBuildInfoBytesMax) return 'more needed';
      this.#triesLeft -= 1;
      if (this.#triesLeft === 0) this.#stop();
      return 'done';
    }
    this.#olderModules ??= searched.toString('utf8', modulesBegin.length, end);
    return 'done';
  }

  #forget(bytes: number): void {
    const kept = Math.min(bytes, this.#window.length);
    // A copy, so that the chunk that it came from can go.
    this.#window = Buffer.from(this.#window.subarray(kept));
    this.#position += kept;
  }

  #stop(): void {
    this.#done = true;
    this.#window = Buffer.alloc(0);
  }
}

function placeOf(index: number): number {
  return index === -1 ? Infinity : index;
}

function parseInfo(bytes: Buffer, olderModules: string | undefined): Found {
  if (bytes.length < headerBytes) return 'more needed';
  const [pointerBytes = 0, flags = 0] = bytes.subarray(mark.length, mark.length + 2);
  if ((flags & textsFollow) === 0) {
    const plausible = (pointerBytes === 4 || pointerBytes === 8) && flags <= 1;
    return plausible && olderModules !== undefined
      ? { goVersion: undefined, modules: olderModules }
      : 'nothing';
  }
  const version = textAt(bytes, headerBytes, goVersionBytesMax);
  if (typeof version === 'string') return version;
  const goVersion = version.text.toString('utf8');
  if (!/^(?:go\d|devel)/u.test(goVersion)) return 'nothing';
  const framed = textAt(bytes, version.end, limits.goBuildInfoBytesMax);
  if (typeof framed === 'string') return framed;
  return { goVersion, modules: unframed(framed.text) };
}

interface Text {
  readonly text: Buffer;
  readonly end: number;
}

/** A text after its length, which takes seven bits a byte. */
function textAt(bytes: Buffer, start: number, bytesMax: number): Text | 'nothing' | 'more needed' {
  let length = 0;
  for (let index = 0; index < 4; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) return 'more needed';
    length += (byte & 0x7f) * 128 ** index;
    if (byte >= 0x80) continue;
    if (length > bytesMax) return 'nothing';
    const from = start + index + 1;
    if (from + length > bytes.length) return 'more needed';
    return { text: bytes.subarray(from, from + length), end: from + length };
  }
  return 'nothing';
}

/** Go itself asks for no more than the line's end before the closing frame. */
function unframed(text: Buffer): string {
  const frame = modulesBegin.length;
  return text.length > 2 * frame && text[text.length - frame - 1] === 0x0a
    ? text.toString('utf8', frame, text.length - frame)
    : '';
}
