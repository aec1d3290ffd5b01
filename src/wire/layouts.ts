import { diskLayouts } from '../adapters/registry/layout.ts';
import type { Tools } from '../flows/tools.ts';

/** For what needs neither engine nor registry. */
export function layoutTools(): Pick<Tools, 'layouts'> {
  return { layouts: diskLayouts };
}
