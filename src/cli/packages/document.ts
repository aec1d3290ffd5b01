import type { Ecosystem, Package } from '../../model/package.ts';
import type { PackageListDocument } from '../../model/package-list-document.ts';
import type { PackageList } from '../../model/package-list.ts';
import { packageUrl } from '../../model/package-url.ts';

type Listed = PackageListDocument['platforms'][number]['packages'][number];

/** @param ecosystems those that are shown; empty: all */
export function packageListDocument(
  { name, digest, platforms, notices }: PackageList,
  ecosystems: readonly Ecosystem[],
  madeBy: string,
): PackageListDocument {
  const shows = ({ ecosystem }: Package): boolean =>
    ecosystems.length === 0 || ecosystems.includes(ecosystem);
  return {
    schemaVersion: 1,
    kind: 'packages',
    madeBy,
    image: { name, digest },
    platforms: platforms.map(({ platform, manifest, os, packages, findings }) => ({
      platform,
      manifest,
      ...(os !== undefined && { os: { name: os.name, version: os.version } }),
      packages: packages.filter(shows).map((found) => listed(found, os)),
      findings: [...findings],
    })),
    notices: [...notices],
  };
}

function listed(found: Package, os: Package | undefined): Listed {
  const purl = packageUrl(found, os);
  return { ...found, ...(purl !== undefined && { purl }) };
}
