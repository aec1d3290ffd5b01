import type { Json } from '../../base/canonical-json.ts';
import { digestAlgorithm, digestHex } from '../../model/digest.ts';
import type { Package } from '../../model/package.ts';
import { packageUrl } from '../../model/package-url.ts';
import type { BillOrder } from './bill.ts';

type Element = { readonly [key: string]: Json | undefined };

const documentId = 'SPDXRef-DOCUMENT';
const imageId = 'SPDXRef-Image';
const nothingSaid = 'NOASSERTION';

/** SPDX 2.3 (ISO/IEC 5962) as JSON. */
export function spdx({ image, name, madeAt, madeBy }: BillOrder): Element {
  const { manifest, os } = image;
  const packages = [...(os === undefined ? [] : [os]), ...image.packages];
  // SPDX knows seconds only.
  const created = `${madeAt.toISOString().slice(0, 19)}Z`;
  return {
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: documentId,
    name,
    documentNamespace: `https://lockkeeper.dev/spdx/${manifest.replace(':', '-')}/${created}`,
    creationInfo: { created, creators: [`Tool: ${madeBy.replace(' ', '-')}`] },
    documentDescribes: [imageId],
    packages: [
      {
        ...common,
        SPDXID: imageId,
        name,
        versionInfo: manifest,
        primaryPackagePurpose: 'CONTAINER',
        checksums: [
          { algorithm: digestAlgorithm(manifest).toUpperCase(), checksumValue: digestHex(manifest) },
        ],
        comment: `Platform ${image.platform}.`,
      },
      ...packages.map((found, index) => element(found, os, index)),
    ],
    relationships: [
      related(documentId, 'DESCRIBES', imageId),
      ...packages.map((_, index) => related(imageId, 'CONTAINS', idOf(index))),
    ],
  };
}

const common = {
  downloadLocation: nothingSaid,
  filesAnalyzed: false,
  licenseConcluded: nothingSaid,
  copyrightText: nothingSaid,
};

function element(found: Package, os: Package | undefined, index: number): Element {
  const { name, version, licence, source, place } = found;
  const purl = packageUrl(found, os);
  return {
    ...common,
    SPDXID: idOf(index),
    name,
    ...(version !== '' && { versionInfo: version }),
    primaryPackagePurpose: found.ecosystem === 'os' ? 'OPERATING_SYSTEM' : 'LIBRARY',
    licenseDeclared: nothingSaid,
    // As the package says it, which is often no expression of SPDX.
    ...(licence !== undefined && { licenseComments: `Declared as: ${licence}` }),
    sourceInfo: `Found in /${place}${source === undefined ? '' : `, built from ${source}`}.`,
    ...(purl !== undefined && {
      externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
    }),
  };
}

function related(from: string, relationshipType: string, to: string): Element {
  return { spdxElementId: from, relationshipType, relatedSpdxElement: to };
}

function idOf(index: number): string {
  return `SPDXRef-Package-${index + 1}`;
}
