import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { baseImage, type Release } from './bases.ts';
import { ask } from './shell.ts';

/** A small repository as people have it: a Dockerfile for CI, and the gate's configuration beside it. */
export interface Project {
  readonly folder: string;
  readonly commitDockerfile: (
    release: Release,
    extraPackage: string | undefined,
    message: string,
  ) => Promise<void>;
}

export async function makeProject(
  folder: string,
  options: { readonly image: string; readonly suites: string },
): Promise<Project> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(path.join(folder, 'ci'), { recursive: true });
  await writeFile(
    path.join(folder, 'lockkeeper.yaml'),
    configText(options.image, path.relative(folder, options.suites)),
  );
  await ask('git', ['init', '--quiet', '--initial-branch=main', folder]);
  return {
    folder,
    commitDockerfile: async (release, extraPackage, message) => {
      await writeFile(path.join(folder, 'ci/Dockerfile'), dockerfileText(release, extraPackage));
      const author = ['-c', 'user.name=Demo', '-c', 'user.email=demo@localhost'];
      await ask('git', ['-C', folder, 'add', '--all']);
      await ask('git', ['-C', folder, ...author, 'commit', '--quiet', '--message', message]);
    },
  };
}

function dockerfileText(release: Release, extraPackage: string | undefined): string {
  const lines = [`FROM ${baseImage(release)}`];
  if (extraPackage !== undefined) {
    lines.push(
      `COPY ${extraPackage} /tmp/`,
      `RUN dpkg --install /tmp/${extraPackage} && rm /tmp/${extraPackage}`,
    );
  }
  lines.push('CMD ["sh"]');
  return `${lines.join('\n')}\n`;
}

function configText(image: string, suites: string): string {
  return `# Which images are guarded, by which tests, and which names move when they pass.
version: 1
images:
  ci:
    baseline: ${image}
    build:
      dockerfile: ci/Dockerfile
      context: ci
suites:
  # The tests of gyp, as node-gyp 9.4.0 ships it.
  gyp:
    source: ${suites}/node-gyp/gyp
    workdir: pylib
    command: python3 -m pytest --quiet -p no:cacheprovider --rootdir=. --junitxml=out/gyp.xml gyp/*_test.py
    results: { format: junit, files: out/*.xml }
    timeout: 5m
  # The tests of resolve 1.12.0, of which some fail on any recent Node.
  resolve:
    source: ${suites}/resolve
    workdir: package
    command: node ../node_modules/tape/bin/tape test/core.js
    results: { format: tap, stdout: true }
    timeout: 5m
`;
}
