import type { TarMember } from '../../../src/base/tar-write.ts';
import { folder, link, makeImage, tester, textFile, type TestImage } from '../images.ts';
import { script, type StubBuildpack } from './stub-buildpacks.ts';

/**
 * A builder and a run image that keep the contract of Cloud Native Buildpacks, made of Debian's busybox and scripts of
 * our own: no builder of anybody else can be had where the tests run. Labels by the platform specification 0.15, one
 * layer for each buildpack.
 */
export interface StubBuilder {
  readonly buildpacks: readonly StubBuildpack[];
  /** Groups of `id` or `id@version`, one that ends in `?` is optional; each buildpack in a group of its own by default. */
  readonly order?: readonly (readonly string[])[];
  /** The name in the label and in run.toml. */
  readonly runImage?: string;
  readonly platformApis?: readonly string[];
  /** `python-3.13.2`: what the network would have. */
  readonly mirror?: readonly string[];
  /** Instead of the right ones, or beside them. */
  readonly labels?: Readonly<Record<string, string>>;
}

const stubApis = ['0.4', '0.7', '0.10', '0.12', '0.14', '0.15'];
export const stubRunName = 'registry.example.org/platform/run:24';

export async function stubBuilder(options: StubBuilder): Promise<TestImage> {
  // Once to learn the digests of the layers, and once with the labels that name them.
  const { diffIds } = await makeImage(imageOf(options, {}));
  const own = diffIds.slice(-options.buildpacks.length);
  return makeImage(imageOf(options, { ...labelsOf(options, own), ...options.labels }));
}

function imageOf(
  options: StubBuilder,
  labels: Readonly<Record<string, string>>,
): Parameters<typeof makeImage>[0] {
  return {
    files: lifecycleFiles(options),
    layers: options.buildpacks.map(layerOf),
    settings: {
      Env: [
        'PATH=/bin',
        `CNB_USER_ID=${tester.uid}`,
        `CNB_GROUP_ID=${tester.gid}`,
        'CNB_STACK_ID=io.buildpacks.stacks.jammy',
      ],
      User: `${tester.uid}:${tester.gid}`,
      Labels: labels,
    },
  };
}

function lifecycleFiles(options: StubBuilder): readonly TarMember[] {
  const { platformApis = stubApis, runImage = stubRunName, mirror = [] } = options;
  const made = mirror.map((name) => {
    const [command = '', version = ''] = name.split('-');
    return textFile(`mirror/${name}`, `#!/bin/sh\necho ${command} ${version}\n`, 0o755);
  });
  return [
    folder('cnb'),
    folder('cnb/lifecycle'),
    textFile('cnb/lifecycle/creator', script('lifecycle.sh'), 0o755),
    link('cnb/lifecycle/detector', 'creator'),
    link('cnb/lifecycle/builder', 'creator'),
    textFile('cnb/lifecycle/launcher', script('launcher.sh'), 0o755),
    textFile('cnb/lifecycle/version', '0.20.6'),
    textFile('cnb/lifecycle/platform-apis', `${platformApis.join('\n')}\n`),
    folder('cnb/process'),
    link('cnb/process/web', '/cnb/lifecycle/launcher'),
    textFile('cnb/order.toml', orderToml(options)),
    textFile('cnb/run.toml', `[[images]]\n  image = "${runImage}"\n`),
    folder('mirror'),
    ...made,
  ];
}

function layerOf({ id, version, files }: StubBuildpack): readonly TarMember[] {
  const root = `cnb/buildpacks/${id.replaceAll('/', '_')}/${version}`;
  return [
    folder('cnb/buildpacks'),
    folder(`cnb/buildpacks/${id.replaceAll('/', '_')}`),
    folder(root),
    folder(`${root}/bin`),
    ...files().map((file) => ({ ...file, name: `${root}/${file.name}` })),
  ];
}

interface Entry {
  readonly id: string;
  readonly version: string;
  readonly optional: boolean;
}

function groupsOf({ buildpacks, order }: StubBuilder): readonly (readonly Entry[])[] {
  const groups = order ?? buildpacks.map(({ id }) => [id]);
  return groups.map((group) =>
    group.map((written) => {
      const [id = '', wanted] = written.replace(/\?$/, '').split('@');
      const version = wanted ?? buildpacks.find((each) => each.id === id)?.version ?? '';
      return { id, version, optional: written.endsWith('?') };
    }),
  );
}

function orderToml(options: StubBuilder): string {
  const groups = groupsOf(options).map((group) =>
    [
      '[[order]]',
      ...group.map(
        ({ id, version, optional }) =>
          `  [[order.group]]\n    id = "${id}"\n    version = "${version}"\n    optional = ${optional}`,
      ),
    ].join('\n'),
  );
  return `${groups.join('\n\n')}\n`;
}

function labelsOf(options: StubBuilder, diffIds: readonly string[]): Record<string, string> {
  const { buildpacks, runImage = stubRunName, platformApis = stubApis } = options;
  const layers: Record<string, Record<string, unknown>> = {};
  for (const [at, { id, version }] of buildpacks.entries()) {
    const targets = [{ os: 'linux', arch: 'amd64' }];
    layers[id] = { ...layers[id], [version]: { api: '0.10', targets, layerDiffID: diffIds[at] } };
  }
  const order = groupsOf(options).map((group) => ({
    group: group.map(({ id, version, optional }) => ({ id, version, ...(optional ? { optional } : {}) })),
  }));
  const metadata = {
    description: 'A builder of tests',
    buildpacks: buildpacks.map(({ id, version }) => ({ id, version })),
    stack: { runImage: { image: runImage, mirrors: null } },
    images: [{ image: runImage, mirrors: null }],
    lifecycle: {
      version: '0.20.6',
      api: { buildpack: '0.7', platform: '0.7' },
      apis: {
        buildpack: { deprecated: [], supported: ['0.7', '0.8', '0.9', '0.10', '0.11'] },
        platform: { deprecated: [], supported: platformApis },
      },
    },
    createdBy: { name: 'lockkeeper tests', version: '1' },
  };
  return {
    'io.buildpacks.builder.metadata': JSON.stringify(metadata),
    'io.buildpacks.buildpack.order': JSON.stringify(order),
    'io.buildpacks.buildpack.layers': JSON.stringify(layers),
    'io.buildpacks.stack.id': 'io.buildpacks.stacks.jammy',
  };
}

/** What a built application runs on. */
export function stubRunImage(): Promise<TestImage> {
  return makeImage({
    files: [textFile('etc/os-release', 'ID=debian\nVERSION_ID=12\n')],
    settings: {
      User: `${tester.uid}:${tester.gid}`,
      Labels: { 'io.buildpacks.stack.id': 'io.buildpacks.stacks.jammy' },
    },
  });
}
