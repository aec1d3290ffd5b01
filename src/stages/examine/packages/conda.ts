import { limits } from '../../../base/limits.ts';
import type { FileFacts } from '../../../model/package.ts';
import { FactsBuilder } from './facts-builder.ts';
import { wholeFile } from './facts-reader.ts';
import { numberOf, parseFields, textOf, textsOf } from './json-fields.ts';

/** One file for each package of a conda environment. */
export const condaReader = wholeFile(
  limits.packageJsonBytesMax,
  ({ path }) => environmentOf(path) !== undefined,
  readRecord,
);

function readRecord(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  const fields = parseFields(bytes);
  const name = textOf(fields, 'name');
  const version = textOf(fields, 'version');
  if (name === undefined || version === undefined) {
    facts.addNameless();
    return facts.build();
  }
  const build = textOf(fields, 'build');
  facts.add({
    ecosystem: 'conda',
    name,
    // Two builds of one version are two packages.
    version: build === undefined ? version : `${version}-${build}`,
    architecture: textOf(fields, 'subdir'),
    licence: textOf(fields, 'license'),
    size: numberOf(fields, 'size'),
  });
  facts.own({ ecosystem: 'conda', name }, textsOf(fields, 'files'), { folder: environmentOf(path) ?? '' });
  return facts.build();
}

/** The environment's folder; empty for the root. */
function environmentOf(path: string): string | undefined {
  return /^(?:(.*)\/)?conda-meta\/[^/]+\.json$/u
    .exec(path)
    ?.slice(1)
    .map((folder) => folder ?? '')[0];
}
