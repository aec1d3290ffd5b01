import type { PackageChange } from '../../model/change.ts';
import type { ShownPackage } from '../../model/change-document.ts';

/** The public form of a change of packages. */
export function shownPackage({
  architecture,
  from,
  to,
  fromSize,
  toSize,
  ...rest
}: PackageChange): ShownPackage {
  return {
    ...rest,
    ...(architecture !== undefined && { architecture }),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(fromSize !== undefined && { fromSize }),
    ...(toSize !== undefined && { toSize }),
  };
}
