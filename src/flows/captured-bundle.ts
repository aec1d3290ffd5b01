import { bundleDocument, formatBundle, parseBundle, type Bundle, type LeftOut } from '../model/bundle.ts';
import type { Candidate } from '../model/candidate.ts';
import type { Descriptor } from '../model/descriptor.ts';
import type { Digest } from '../model/digest.ts';
import { imageNameOf, tagOf } from '../model/layout-entry.ts';
import type { Layout } from '../ports/layout.ts';
import { manifestTree } from '../ports/tree.ts';
import { setOf } from './bundle-create.ts';
import { platformsOf } from './bundle-find.ts';

export interface Capture {
  readonly layout: Layout;
  /** Layers that receivers have, or can get. */
  readonly known: (digest: Digest) => LeftOut | undefined;
  /** ISO 8601. */
  readonly now: string;
}

/**
 * Writes the document of a bundle that is pushed into, made from what lies there after every push: a crash at any time
 * leaves an older document, and the next push a whole one. There is none as long as there is no image. Artifacts that
 * were pushed by a tag stay in the layout, and are no candidates.
 * @throws Failure `bundle-invalid` when it would hold more than a bundle may, `content-*`, `disk-full`, `file-*`
 */
export async function describeCapture(capture: Capture): Promise<void> {
  const { layout, now } = capture;
  const bytes = await layout.document(bundleDocument);
  const before = bytes === undefined ? undefined : parseBundle(bytes, layout.path);
  const members: Candidate[] = [];
  for (const entry of await layout.entries()) {
    const member = await memberOf(entry, before, capture);
    if (member !== undefined) members.push(member);
  }
  if (members.length === 0) return;
  const bundle: Bundle = {
    schemaVersion: 1,
    set: setOf(members),
    createdAt: before?.createdAt ?? now,
    source: before?.source ?? { commit: undefined, tree: undefined, dirty: false },
    members,
    baselines: before?.baselines ?? [],
    leftOut: await leftOutOf(before, capture),
  };
  const document = formatBundle(bundle);
  parseBundle(document, layout.path);
  await layout.putDocument(bundleDocument, document);
}

async function memberOf(
  entry: Descriptor,
  before: Bundle | undefined,
  { layout, now }: Capture,
): Promise<Candidate | undefined> {
  const image = tagOf(entry);
  if (image === undefined) return undefined;
  const known = before?.members.find((member) => member.image === image);
  const { digest, mediaType } = entry;
  if (known?.digest === digest) return known;
  const platforms = await platformsOf(layout, entry);
  if (platforms.length === 0) return undefined;
  const reference = imageNameOf(entry) ?? image;
  return { image, digest, mediaType, platforms, origin: { kind: 'ready', reference, resolvedAt: now } };
}

/** Layers that images here name, that are not here, and that are known to be elsewhere; in the order of the digests. */
async function leftOutOf(
  before: Bundle | undefined,
  { layout, known }: Capture,
): Promise<readonly LeftOut[]> {
  const earlier = new Map(before?.leftOut.map((each) => [each.digest, each]));
  const found = new Map<Digest, LeftOut>();
  for (const entry of await layout.entries()) {
    for (const manifest of await manifestTree(layout, entry.digest)) {
      for (const { digest } of manifest.kind === 'index' ? [] : manifest.layers) {
        const layer = known(digest) ?? earlier.get(digest);
        if (layer !== undefined && !(await layout.hasBlob(digest))) found.set(digest, layer);
      }
    }
  }
  return [...found.values()].toSorted((left, right) => (left.digest < right.digest ? -1 : 1));
}
