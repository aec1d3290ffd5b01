import { isFailure } from '../base/failure.ts';
import { bundleDocument, formatBundle, parseBundle, type Bundle } from '../model/bundle.ts';
import type { Layout, Layouts } from '../ports/layout.ts';

/**
 * Makes a bundle aside and puts it into its place as a whole. Where the very same one stands there already, that one
 * stays. A run that was killed left its work aside, and the next one goes on with it; so does one that failed for
 * reasons that pass. @throws Failure `output-exists` when another bundle, or anything else, stands there
 */
export async function putInPlace(
  out: string,
  layouts: Layouts,
  make: (into: Layout) => Promise<Bundle>,
): Promise<Bundle> {
  const stage = await layouts.stage(out);
  try {
    const bundle = await stage.layout.exclusively(async () => {
      const made = await make(stage.layout);
      await stage.layout.removeUnnamed();
      return made;
    });
    const standing = await standingBundle(out, layouts);
    if (standing !== undefined && timeless(standing) === timeless(bundle)) {
      await stage.discard();
      return standing;
    }
    await stage.commit();
    return bundle;
  } catch (error) {
    if (!mayGoOn(error)) await stage.discard();
    throw error;
  }
}

/** A full disk is not for us to fill, and another process' work is not ours to take away. */
function mayGoOn(error: unknown): boolean {
  if (isFailure(error, 'bundle-busy')) return true;
  return isFailure(error) && error.retryable && error.code !== 'disk-full';
}

async function standingBundle(out: string, layouts: Layouts): Promise<Bundle | undefined> {
  try {
    const document = await (await layouts.open(out)).document(bundleDocument);
    return document === undefined ? undefined : parseBundle(document, out);
  } catch (error) {
    if (isFailure(error, 'bundle-missing', 'bundle-invalid')) return undefined;
    throw error;
  }
}

/** As it is read back, without the times at which things were looked up and written down. */
function timeless(made: Bundle): string {
  const bundle = parseBundle(formatBundle(made), '');
  const members = bundle.members.map((member) => ({
    ...member,
    origin: member.origin.kind === 'ready' ? { ...member.origin, resolvedAt: '' } : member.origin,
  }));
  return JSON.stringify({ ...bundle, createdAt: '', members });
}
