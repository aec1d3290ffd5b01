import { posix } from 'node:path';
import { nearest } from '../base/nearest.ts';
import type { YamlNode } from '../base/yaml-node.ts';
import { faultAt, pathText, shown, type ConfigFault, type ConfigPath } from './config-faults.ts';
import { platformsFaults } from './config-platform-faults.ts';
import type { ConfigDocument } from './config-schema.ts';
import { formatPlatform } from './platform.ts';
import { formatReference } from './reference.ts';

/** Values that are right by themselves and wrong together. */
export function valueFaults(
  root: YamlNode,
  document: ConfigDocument,
  directory: string,
): readonly ConfigFault[] {
  const at = (path: ConfigPath, message: string): ConfigFault =>
    faultAt(root, path, `${pathText(path)} ${message}`);
  return [
    ...nameFaults(document, at),
    ...platformFaults(document, at),
    ...pathFaults(document, directory, at),
    ...ruleFaults(document, at),
    ...exceptionFaults(document, at),
    ...platformsFaults(document, at),
  ];
}

type At = (path: ConfigPath, message: string) => ConfigFault;

function nameFaults({ images }: ConfigDocument, at: At): readonly ConfigFault[] {
  const takenBy = new Map<string, string>();
  return Object.entries(images).flatMap(([name, { baseline, image, promote }]) => {
    const faults: ConfigFault[] = [];
    if (image !== undefined && formatReference({ tag: 'latest', ...image }) === formatReference(baseline)) {
      faults.push(
        at(
          ['images', name, 'image'],
          `is the baseline’s own name, ${shown(image.written)}; there is nothing to compare`,
        ),
      );
    }
    for (const [index, target] of (promote ?? [baseline]).entries()) {
      const path = promote === undefined ? ['images', name, 'baseline'] : ['images', name, 'promote', index];
      const written = formatReference(target);
      const other = takenBy.get(written);
      if (other !== undefined)
        faults.push(
          at(
            path,
            `is ${shown(target.written)}, which is promoted for ${other} already; one name holds one image`,
          ),
        );
      takenBy.set(written, `images.${name}`);
    }
    return faults;
  });
}

function platformFaults({ images }: ConfigDocument, at: At): readonly ConfigFault[] {
  return Object.entries(images).flatMap(([name, { build }]) => {
    const written = (build?.platforms ?? []).map(formatPlatform);
    return written.flatMap((platform, index) =>
      written.indexOf(platform) === index
        ? []
        : [at(['images', name, 'build', 'platforms', index], `names ${platform} a second time`)],
    );
  });
}

/**
 * A path may leave the repo: the tests of a consumer often lie in a checkout beside this one, and who writes this file
 * chooses commands to run anyway. But no path climbs above the root of the file system.
 */
function pathFaults(
  { images, suites, gate }: ConfigDocument,
  directory: string,
  at: At,
): readonly ConfigFault[] {
  const depth = directory.split('/').filter((part) => part !== '').length;
  const climbs = (path: string): boolean =>
    posix
      .normalize(path)
      .split('/')
      .filter((part) => part === '..').length > depth;
  const check = (place: ConfigPath, path: string): readonly ConfigFault[] =>
    climbs(path)
      ? [
          at(
            place,
            `is ${shown(path)}, which climbs above the root of the file system, seen from ${directory}`,
          ),
        ]
      : [];
  return [
    ...Object.entries(images).flatMap(([name, { build }]) =>
      build === undefined
        ? []
        : [
            ...check(['images', name, 'build', 'dockerfile'], build.dockerfile),
            ...check(['images', name, 'build', 'context'], build.context),
          ],
    ),
    ...Object.entries(suites).flatMap(([name, { source }]) =>
      source === false ? [] : check(['suites', name, 'source'], source),
    ),
    ...(gate.ledger === undefined ? [] : check(['gate', 'ledger'], gate.ledger)),
  ];
}

/** With too few reruns for so small an alpha, nothing could ever be found to have regressed. */
function ruleFaults({ gate }: ConfigDocument, at: At): readonly ConfigFault[] {
  const smallest = 1 / chooseHalf(gate.confirm);
  if (gate.alpha >= smallest) return [];
  const advice = gate.confirm < 6 ? 'raise confirm, or alpha' : 'raise alpha';
  return [
    at(
      ['gate', 'alpha'],
      `is ${gate.alpha}, but ${gate.confirm} reruns a side prove nothing below ${smallest.toPrecision(2)}; ${advice}`,
    ),
  ];
}

/** 2k over k: one over it is the p-value of Fisher's one-sided test when k of k fail against none of k. */
function chooseHalf(k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product = (product * (k + i)) / i;
  return product;
}

/** Waivers and holds name what is there; a waiver ends. */
function exceptionFaults({ images, suites, waivers, holds }: ConfigDocument, at: At): readonly ConfigFault[] {
  const unknown = (path: ConfigPath, name: string, known: readonly string[]): readonly ConfigFault[] => {
    if (known.includes(name)) return [];
    const near = nearest(name, known);
    const advice = near === undefined ? `there is ${known.join(', ')}` : `did you mean ${near}?`;
    return [at(path, `names ${shown(name)}, which is not there; ${advice}`)];
  };
  const [imageNames, suiteNames] = [Object.keys(images), Object.keys(suites)];
  return [
    ...waivers.flatMap(({ image, suite, until, candidate }, index) => {
      const path = ['waivers', index] as const;
      const ends = [until, candidate].filter((end) => end !== undefined).length;
      return [
        ...unknown([...path, 'image'], image, imageNames),
        ...(suite === undefined ? [] : unknown([...path, 'suite'], suite, suiteNames)),
        ...(ends === 1
          ? []
          : [
              at(
                path,
                `has ${ends === 0 ? 'no end' : 'two ends'}; give until (a day) or candidate (a digest)`,
              ),
            ]),
      ];
    }),
    ...holds.flatMap(({ until, digest, keep }, index) =>
      (until ?? digest ?? keep) === undefined
        ? [
            at(
              ['holds', index],
              'has no end; give until (a day), digest (what is held back) or keep (what stays)',
            ),
          ]
        : [],
    ),
  ];
}
