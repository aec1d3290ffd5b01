import { createHash } from 'node:crypto';
import { limits } from '../../../base/limits.ts';
import type { TarEntry } from '../../../base/tar-read.ts';
import type { FileNode, LayerEntry, NodeKind } from '../../../model/layer.ts';
import { packFacts, type KeptFacts } from '../../../model/kept-facts.ts';
import type { FileFacts } from '../../../model/package.ts';
import type { FactsReader, LayerFile } from '../packages/facts-reader.ts';
import { packageReaders } from '../packages/readers.ts';
import { entryPath } from './entry-path.ts';
import { normaliserFor } from './normalise.ts';
import { Oddities } from './oddities.ts';
import { spellXattrs } from './xattrs.ts';

export interface EntryReaderOptions {
  /** What all files of the layer may hold together. */
  readonly bytesMax: number;
  readonly refuse: (why: string) => Error;
  readonly tooLarge: () => Error;
}

/** Turns the members of one layer's archive into entries, within the limits on what is kept of a layer. */
export class EntryReader {
  readonly entries: LayerEntry[] = [];
  readonly #options: EntryReaderOptions;
  readonly #oddities = new Oddities();
  #chars = 0;
  #facts = 0;
  #bytes = 0;

  constructor(options: EntryReaderOptions) {
    this.#options = options;
  }

  findings(): readonly string[] {
    return this.#oddities.sentences();
  }

  /** What follows the end of the archive; engines do not look at it. */
  addRest(piece: Uint8Array): void {
    if (piece.some((byte) => byte !== 0)) this.#oddities.note('rest', '');
  }

  async add(entry: TarEntry): Promise<void> {
    const { bytesMax, refuse, tooLarge } = this.#options;
    if (this.entries.length >= limits.layerEntriesMax)
      throw refuse(`it has more than ${limits.layerEntriesMax} files`);
    // A bomb is told by what it promises, before any of it is unpacked; files with holes may promise it in small portions.
    this.#bytes += entry.size;
    if (this.#bytes > bytesMax) throw tooLarge();
    const place = entryPath(entry.name);
    if (place.kind === 'outside') this.#oddities.note('outside', entry.name);
    if (place.kind !== 'path') return;
    if (place.isAbsolute) this.#oddities.note('absolute', entry.name);
    const whiteout = whiteoutAt(place.path);
    if (whiteout === 'other') this.#oddities.note('whiteout', entry.name);
    else if (whiteout !== undefined) this.#keep(whiteout);
    else if (entry.kind === 'hard-link') this.#addHardLink(place.path, entry);
    else await this.#addNode(place.path, entry.kind, entry);
  }

  #addHardLink(path: string, { linkName }: TarEntry): void {
    const target = entryPath(linkName);
    if (target.kind === 'path') this.#keep({ kind: 'hard-link', path, target: target.path });
    else this.#oddities.note('hard-link', path);
  }

  async #addNode(path: string, kind: NodeKind, entry: TarEntry): Promise<void> {
    if (kind === 'link' && leadsOut(path, entry.linkName)) this.#oddities.note('link', path);
    if (kind === 'character-device' || kind === 'block-device') this.#oddities.note('device', path);
    if (kind === 'fifo') this.#oddities.note('fifo', path);
    if (kind === 'other') this.#oddities.note('other', path);
    const { mode, uid, gid, size, device, linkName: target } = entry;
    const content = kind === 'file' ? await this.#read(path, entry) : nothingRead;
    const xattrs = spellXattrs(entry.xattrs);
    this.#keep({
      kind: 'node',
      path,
      node: { kind, mode, uid, gid, size, target, device, xattrs, ...content },
    });
  }

  async #read(path: string, { size, mode, content }: TarEntry): Promise<Content> {
    const hash = createHash('sha256');
    const facts = this.#factsReader({ path, size, executable: (mode & 0o111) !== 0 });
    const normaliser = normaliserFor(path, size);
    for await (const piece of content) {
      hash.update(piece);
      facts?.push(piece);
      normaliser?.push(piece);
    }
    const normal = normaliser?.end();
    return {
      sha256: hash.digest('hex'),
      normal:
        normaliser === undefined || normal === undefined ? undefined : { by: normaliser.by, sha256: normal },
      facts: this.#bounded(path, facts?.end()),
    };
  }

  /** Once too much was told, what is left is not even read. */
  #factsReader(file: LayerFile): FactsReader | undefined {
    if (this.#facts <= limits.layerFactsMax) return packageReaders.open(file);
    if (packageReaders.wants(file)) this.#oddities.note('facts', file.path);
    return undefined;
  }

  /** A layer may hold any number of files that look like lists of files. */
  #bounded(path: string, facts: FileFacts | undefined): KeptFacts | undefined {
    if (facts === undefined) return undefined;
    const owned = facts.owns.reduce((sum, { paths, below }) => sum + paths.length + (below?.length ?? 0), 0);
    this.#facts += facts.packages.length + owned;
    if (this.#facts <= limits.layerFactsMax) return packFacts(facts);
    this.#oddities.note('facts', path);
    return undefined;
  }

  #keep(entry: LayerEntry): void {
    const texts = entry.kind === 'node' ? [entry.node.target, entry.node.xattrs] : [];
    this.#chars += texts.reduce((sum, text) => sum + text.length, entry.path.length);
    if (this.#chars > limits.layerNamesCharsMax)
      throw this.#options.refuse(
        `its names are longer than ${limits.layerNamesCharsMax} characters together`,
      );
    this.entries.push(entry);
  }
}

type Content = Pick<FileNode, 'sha256' | 'normal' | 'facts'>;

const nothingRead: Content = { sha256: '', normal: undefined, facts: undefined };

/** Of what a name that begins with `.wh.` takes away (image-spec, "Whiteouts"); `other`: nothing that is defined. */
function whiteoutAt(path: string): LayerEntry | 'other' | undefined {
  const slash = path.lastIndexOf('/') + 1;
  if (!path.startsWith('.wh.', slash)) return undefined;
  const name = path.slice(slash + '.wh.'.length);
  const folder = path.slice(0, Math.max(0, slash - 1));
  if (name === '.wh..opq') return { kind: 'opaque', path: folder };
  // `.wh..wh.` is what aufs kept for itself; `.wh.` alone, `.wh..` and `.wh...` name nothing.
  if (name === '' || name === '.' || name === '..' || name.startsWith('.wh.')) return 'other';
  return { kind: 'whiteout', path: path.slice(0, slash) + name };
}

/** Whether a link goes above the root, where a container ends up at its own root and a careless program does not. */
function leadsOut(path: string, target: string): boolean {
  if (!target.includes('..')) return false;
  let depth = target.startsWith('/') ? 0 : path.split('/').length - 1;
  for (const part of target.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return true;
  }
  return false;
}
