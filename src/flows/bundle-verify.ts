import type { Bundle } from '../model/bundle.ts';
import type { Layouts } from '../ports/layout.ts';
import { imagesOf } from '../stages/resolve/platforms.ts';
import { verify, type Verification } from '../stages/verify/verify.ts';
import { readBundle } from './open-bundle.ts';

export interface VerifiedBundle extends Verification {
  readonly bundle: Bundle;
}

/**
 * Verifies a folder or an archive, believing nothing of it; see {@link verify}. With `out`, what was verified is
 * unpacked there: only bytes that were hashed get there, and the folder is there only when all of them were right.
 */
export async function verifyBundle(
  place: string,
  out: string | undefined,
  layouts: Layouts,
): Promise<VerifiedBundle> {
  const layout = await layouts.open(place);
  const bundle = await readBundle(layout);
  const verified = {
    bundle,
    ...(await verify({ place, files: layouts.files(place), layout, bundle, imagesOf })),
  };
  if (out !== undefined) await layouts.unpack(place, out);
  return verified;
}
