import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { noCredentials } from '../../src/adapters/credentials/none.ts';
import { DistributionRegistries } from '../../src/adapters/registry/distribution.ts';
import { systemClock } from '../../src/base/system-clock.ts';
import { sampleImage, sampleIndex, storeImage } from '../support/sample-images.ts';

export const imagesTotal = 120;

/** Names of images that a registry holds, each with the digest of an earlier image: every pin to it is stale. */
export async function publishImages(host: string): Promise<readonly string[]> {
  const registries = new DistributionRegistries({
    credentials: noCredentials,
    clock: systemClock,
    random: Math.random,
  });
  const names: string[] = [];
  try {
    for (let index = 0; index < imagesTotal; index += 1) {
      const repository = registries.open(host, `bench/image-${index}`);
      const [before] = [await publish(), await publish()];
      names.push(`${host}/bench/image-${index}:1.0@${before}`);
      async function publish(): Promise<string> {
        const image = sampleImage();
        await storeImage(repository, image);
        const list = sampleIndex([{ manifest: image.manifest, architecture: 'amd64' }]);
        await repository.putManifest(list, '1.0');
        return list.digest;
      }
    }
  } finally {
    await registries.close();
  }
  return names;
}

/** A repository of 500 files, four mentions each, in three syntaxes that every tool knows. */
export function writeManyFiles(folder: string, names: readonly string[]): number {
  let next = 0;
  const name = (): string => names[next++ % names.length] ?? '';
  for (let index = 0; index < 500; index += 1) {
    const [file, text] =
      index % 5 < 2
        ? [`apps/app-${index}/Dockerfile`, dockerfile([name(), name(), name(), name()])]
        : index % 5 < 4
          ? [`.github/workflows/job-${index}.yml`, workflow([name(), name(), name(), name()])]
          : [`stacks/${index}/docker-compose.yml`, compose([name(), name(), name(), name()])];
    write(folder, file, text);
  }
  return next;
}

/** The same in two large files. */
export function writeTwoFiles(folder: string, names: readonly string[]): number {
  const part = (from: number): readonly string[] =>
    Array.from({ length: 400 }, (_, index) => names[(from + index) % names.length] ?? '');
  write(folder, 'docker-compose.yml', compose(part(0)));
  write(folder, '.github/workflows/all.yml', workflow(part(400)));
  return 800;
}

/** Each name once, in one file: what starting and asking takes, with next to nothing to find. */
export function writeEachOnce(folder: string, names: readonly string[]): number {
  write(folder, 'Dockerfile', dockerfile(names));
  return names.length;
}

/** A fresh copy, since pinning changes it. */
export function copyOf(folder: string, to: string): string {
  cpSync(folder, to, { recursive: true });
  return to;
}

function write(folder: string, file: string, text: string): void {
  const place = path.join(folder, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, text);
}

const dockerfile = (names: readonly string[]): string =>
  names.map((name, index) => `FROM ${name} AS stage${index}\nRUN make part-${index}\n`).join('\n');

const workflow = (names: readonly string[]): string =>
  `name: all\non: [push]\njobs:\n${names
    .map(
      (name, index) =>
        `  job-${index}:\n    runs-on: ubuntu-24.04\n    container:\n      image: ${name}\n    steps:\n      - run: make test\n`,
    )
    .join('')}`;

const compose = (names: readonly string[]): string =>
  `services:\n${names.map((name, index) => `  service-${index}:\n    image: ${name}\n    restart: always\n`).join('')}`;
