import { Failure } from '../base/failure.ts';
import { bundleDocument, parseBundle, type Bundle } from '../model/bundle.ts';
import type { Layout } from '../ports/layout.ts';

/** The bundle that a layout is. @throws Failure `bundle-missing`, `bundle-invalid` */
export async function readBundle(layout: Layout): Promise<Bundle> {
  const bytes = await layout.document(bundleDocument);
  if (bytes !== undefined) return parseBundle(bytes, layout.path);
  throw new Failure('bundle-missing', `${layout.path} is an OCI layout, but holds no ${bundleDocument}`, {
    hint: `Make a bundle with \`lockkeeper build --out ${layout.path}\`.`,
  });
}
