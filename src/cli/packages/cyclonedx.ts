import { createHash } from 'node:crypto';
import type { Json } from '../../base/canonical-json.ts';
import { digestAlgorithm, digestHex } from '../../model/digest.ts';
import type { Package } from '../../model/package.ts';
import { packageUrl } from '../../model/package-url.ts';
import type { BillOrder } from './bill.ts';

type Component = { readonly [key: string]: Json | undefined };

const hashNames = { sha256: 'SHA-256', sha512: 'SHA-512' } as const;

/** CycloneDX 1.6 (ECMA-424). The same image at the same time is the same document. */
export function cycloneDx(order: BillOrder): Component {
  const { image, name, madeAt, madeBy } = order;
  const [tool = '', version = ''] = madeBy.split(' ');
  const { os, packages, manifest } = image;
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(`${manifest} ${madeAt.toISOString()}`)}`,
    version: 1,
    metadata: {
      timestamp: madeAt.toISOString(),
      tools: { components: [{ type: 'application', name: tool, version }] },
      component: {
        type: 'container',
        'bom-ref': 'image',
        name,
        version: manifest,
        hashes: [{ alg: hashNames[digestAlgorithm(manifest)], content: digestHex(manifest) }],
        properties: [{ name: 'lockkeeper:platform', value: image.platform }],
      },
    },
    components: [
      ...(os === undefined ? [] : [{ type: 'operating-system', 'bom-ref': 'os', ...described(os) }]),
      ...packages.map((found, index) => library(found, os, index)),
    ],
    dependencies: [
      {
        ref: 'image',
        dependsOn: [...(os === undefined ? [] : ['os']), ...packages.map((_, index) => refOf(index))],
      },
    ],
  };
}

function library(found: Package, os: Package | undefined, index: number): Component {
  return {
    type: 'library',
    'bom-ref': refOf(index),
    ...described(found),
    // As the package says it, which is often no expression of SPDX.
    ...(found.licence !== undefined && { licenses: [{ license: { name: found.licence } }] }),
    purl: packageUrl(found, os),
  };
}

function described({ name, version, place }: Package): Component {
  return { name, version, evidence: { occurrences: [{ location: `/${place}` }] } };
}

function refOf(index: number): string {
  return `package-${index + 1}`;
}

/** A UUID of version 8 (RFC 9562): made of a hash, so that nothing random is needed. */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
