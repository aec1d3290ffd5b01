import assert from 'node:assert/strict';
import { test } from 'node:test';
import { artifactsProgram, paketoToml } from '../../test/support/buildpack-files.ts';
import { delegate } from '../ports/delegate.ts';
import { pushLayers } from '../../test/support/layered-image.ts';
import { rawLayer } from '../../test/support/layers.ts';
import { builderLabels, parityGround, type MadeBuilder } from '../../test/support/parity-ground.ts';
import { Failure } from '../base/failure.ts';
import { readConfig } from '../model/config.ts';
import type { Descriptor } from '../model/descriptor.ts';
import { digestOf } from '../model/digest.ts';
import { parseImageSource } from '../model/image-source.ts';
import { mediaTypes } from '../model/media-type.ts';
import type { ParityLevel } from '../model/parity-answer.ts';
import type { ParityReport } from '../model/parity-report.ts';
import { parsePlatform } from '../model/platform.ts';
import { choosePlatform, parityCheck } from './parity-check.ts';
import type { CheckedAgainst } from './platform-judge.ts';

const watching = { observe: () => undefined, signal: undefined };
const amd64 = parsePlatform('linux/amd64');

const python = (version: string): MadeBuilder => ({
  buildpacks: [
    { id: 'heroku/python', version },
    { id: 'heroku/procfile', version: '4.0.0' },
  ],
  order: [['heroku/python', 'heroku/procfile?']],
});

const config = `version: 1
platforms:
  tools:
    deploys: [default, latest]
    ci: latest
    channels:
      default: { builder: "r.test/builder:24" }
      latest: { builder: "r.test/builder:24_new" }
`;

const { platforms } = readConfig(config, 'lockkeeper.yaml', '/repo');

function told({ pins, disagreements, unread }: ParityReport): readonly string[] {
  return [
    ...pins.flatMap(({ pin, answers, remedy }) => [
      ...answers.map(({ channel, answer }) => {
        const head = `${pin.place.file} ${pin.text} on ${channel}: ${answer.kind}`;
        switch (answer.kind) {
          case 'supported':
            return `${head} ${answer.resolvesTo}`;
          case 'ignored':
            return `${head}, uses ${answer.instead ?? '?'}${answer.fits === true ? ', fits' : ''}`;
          case 'unsupported':
          case 'unknown':
            return `${head}: ${answer.why}`;
        }
      }),
      ...(remedy === undefined
        ? []
        : [
            `→ ${remedy.series ?? 'none'} on ${remedy.on.join('+')}${remedy.notKnown.map((name) => `, not ${name}`).join('')}`,
          ]),
    ]),
    ...disagreements.map(
      ({ pin, other }) => `${pin.place.file} ${pin.text} ≠ ${other.place.file} ${other.text}`,
    ),
    ...unread.map(({ file, line, why }) => `${file}:${line} ${why}`),
  ];
}

async function ground(): Promise<{
  readonly made: ReturnType<typeof parityGround>;
  readonly ask: (
    files: Readonly<Record<string, string>>,
    more?: { readonly builder?: string; readonly level?: ParityLevel },
  ) => Promise<readonly string[]>;
}> {
  const made = parityGround();
  await made.pushBuilder('r.test/builder:24', python('0.8.0'));
  await made.pushBuilder('r.test/builder:24_new', python('0.26.1'));
  return {
    made,
    ask: async (files, { builder, level = 'L2' } = {}) => {
      made.folders.set('/repo', files);
      const against: CheckedAgainst['against'] =
        builder === undefined
          ? choosePlatform(platforms, undefined)
          : { kind: 'builder', source: parseImageSource(builder) };
      const order = { against, platform: amd64, level };
      return told((await parityCheck('/repo', order, made.tools, watching)).report);
    },
  };
}

test('the incident: the bump to 3.14 is called on both channels, and what would work is said', async () => {
  const { ask, made } = await ground();
  assert.deepEqual(await ask({ '.python-version': '3.14.0\n' }), [
    '.python-version 3.14.0 on default: ignored, uses 3.12',
    '.python-version 3.14.0 on latest: unsupported: the newest python that it knows is 3.13',
    '→ 3.13 on latest, not default',
  ]);
  assert.deepEqual(await ask({ '.python-version': '3.13\n' }), [
    '.python-version 3.13 on default: ignored, uses 3.12',
    '.python-version 3.13 on latest: supported 3.13',
    '→ 3.13 on latest, not default',
  ]);
  await made.pushBuilder('r.test/builder:24', python('2.7.1'));
  await made.pushBuilder('r.test/builder:24_new', python('3.0.0'));
  assert.deepEqual(await ask({ '.python-version': '3.14.0\n' }), [
    '.python-version 3.14.0 on default: supported 3.14.0',
    '.python-version 3.14.0 on latest: supported 3.14.0',
  ]);
});

test('the remedy is the newest that all deploying channels have, not that of the newest one', async () => {
  const { ask, made } = await ground();
  await made.pushBuilder('r.test/builder:24', python('2.7.1'));
  assert.deepEqual(await ask({ '.python-version': '3.14' }), [
    '.python-version 3.14 on default: supported 3.14',
    '.python-version 3.14 on latest: unsupported: the newest python that it knows is 3.13',
    '→ 3.13 on default+latest',
  ]);
});

test('one file means different things by the version of the buildpack', async () => {
  const { ask, made } = await ground();
  const says = async (
    version: string,
    files: Readonly<Record<string, string>>,
  ): Promise<readonly string[]> => {
    await made.pushBuilder('r.test/one:1', python(version));
    return (await ask(files, { builder: 'r.test/one:1' })).map((line) => line.replace(' on builder', ''));
  };
  const both = { 'runtime.txt': 'python-3.12.1', '.python-version': '3.13' };
  assert.deepEqual(await says('0.26.1', both), [
    '.python-version 3.13: ignored, uses 3.12.1',
    '→ 3.13',
    'runtime.txt 3.12.1: supported 3.12.1',
    '.python-version 3.13 ≠ runtime.txt 3.12.1',
  ]);
  assert.deepEqual(await says('2.7.0', both), [
    '.python-version 3.13: unsupported: heroku/python 2.7.0 fails the build where runtime.txt is there',
    '→ 3.14',
    'runtime.txt 3.12.1: unsupported: heroku/python 2.7.0 fails the build where runtime.txt is there',
    '→ 3.14',
    '.python-version 3.13 ≠ runtime.txt 3.12.1',
  ]);
  assert.deepEqual(await says('2.7.0', { 'runtime.txt': 'three', '.python-version': '3.13' }), [
    '.python-version 3.13: unsupported: heroku/python 2.7.0 fails the build where runtime.txt is there',
    '→ 3.14',
    'runtime.txt:1 it is not one line such as python-3.12.1',
  ]);
  assert.deepEqual(await says('0.18.0', { 'runtime.txt': 'python-3.12' }), [
    'runtime.txt 3.12: unsupported: "3.12" is not of the form X.Y.Z',
    '→ 3.12',
  ]);
  assert.deepEqual(await says('2.7.0', { '.python-version': '3.12\n3.13\n' }), [
    '.python-version 3.12: unsupported: one version only may stand there',
    '→ 3.14',
    '.python-version 3.13: unsupported: one version only may stand there',
    '→ 3.14',
  ]);
  assert.deepEqual(await says('2.7.0', { '.python-version': '3.8' }), [
    '.python-version 3.8: unsupported: the oldest python that it knows is 3.9',
    '→ 3.14',
  ]);
  assert.deepEqual(await says('6.6.0', { '.python-version': '3.13' }), [
    '.python-version 3.13: unknown: the data on heroku/python ends with 6.5.6, as of 2026-11-21, and the builder has 6.6.0',
  ]);
  assert.deepEqual(await says('0.1.0', { '.python-version': '3.13' }), [
    '.python-version 3.13: unknown: the data on heroku/python begins with 0.2.0, and the builder has 0.1.0',
  ]);
});

test('a range in a file that is not read does no harm where what is used is within it', async () => {
  const { ask } = await ground();
  assert.deepEqual(
    await ask(
      { '.python-version': '3.13', 'pyproject.toml': '[project]\nrequires-python = ">=3.12,<3.14"\n' },
      { builder: 'r.test/builder:24_new' },
    ),
    [
      '.python-version 3.13 on builder: supported 3.13',
      'pyproject.toml >=3.12,<3.14 on builder: ignored, uses 3.13, fits',
    ],
  );
  assert.deepEqual(
    await ask(
      { 'pyproject.toml': '[project]\nrequires-python = ">=3.14"\n' },
      { builder: 'r.test/builder:24_new' },
    ),
    ['pyproject.toml >=3.14 on builder: ignored, uses 3.13', '→ 3.13 on builder'],
  );
});

test('a command that names its interpreter works with what is installed, or does not', async () => {
  const { ask } = await ground();
  const files = { '.python-version': '3.13', Procfile: 'web: python3.12 -m app\nok: python3.13 x\n' };
  assert.deepEqual(await ask(files, { builder: 'r.test/builder:24_new' }), [
    '.python-version 3.13 on builder: supported 3.13',
    'Procfile 3.12 on builder: unsupported: the command names 3.12, and heroku/python 0.26.1 installs 3.13',
    '→ 3.13 on builder',
    'Procfile 3.13 on builder: supported 3.13',
    '.python-version 3.13 ≠ Procfile 3.12',
  ]);
});

test('versions of a list in the builder are told by one layer, once, and not before level L1', async () => {
  const { ask, made } = await ground();
  const program = artifactsProgram('node', ['26.5.0', '24.18.0', '22.23.1', '22.1.0'], 600);
  await made.pushBuilder('r.test/node:1', {
    buildpacks: [
      {
        id: 'heroku/nodejs',
        version: '5.3.0',
        files: [{ name: 'cnb/buildpacks/heroku_nodejs/5.3.0/bin/build', content: program, mode: 0o755 }],
      },
    ],
    order: [['heroku/nodejs']],
  });
  const builder = 'r.test/node:1';
  const files = { 'package.json': '{"engines":{"node":"22.x"}}', '.nvmrc': 'lts/jod' };
  assert.deepEqual(
    await ask(files, { builder }),
    [
      '.nvmrc lts/jod on builder: ignored, uses 22.23.1',
      'package.json 22.x on builder: supported 22.23.1',
    ].toSpliced(1, 0, '→ 26 on builder'),
  );
  assert.deepEqual(await ask({ 'package.json': '{"engines":{"node":"^23"}}' }, { builder }), [
    'package.json ^23 on builder: unsupported: its list holds no node ^23; the newest is 26.5.0',
    '→ 26 on builder',
  ]);
  assert.deepEqual(await ask({ 'package.json': '{"engines":{"node":"^23"}}' }, { builder, level: 'L0' }), [
    'package.json ^23 on builder: unknown: it takes level L2 to tell',
  ]);
});

test('Paketo’s tables are in buildpack.toml; its own default and its own names of long-term releases count', async () => {
  const { ask, made } = await ground();
  const pack = (id: string, version: string, text: string): MadeBuilder['buildpacks'][number] => ({
    id,
    version,
    files: [{ name: `cnb/buildpacks/${id.replace('/', '_')}/${version}/buildpack.toml`, content: text }],
  });
  await made.pushBuilder('r.test/paketo:1', {
    buildpacks: [
      { id: 'paketo-buildpacks/python', version: '2.0.0', order: [['paketo-buildpacks/cpython@1.18.0']] },
      pack('paketo-buildpacks/cpython', '1.18.0', paketoToml('python', ['3.13.14', '3.12.13'], '3.12.x')),
      pack('paketo-buildpacks/node-engine', '8.5.0', paketoToml('node', ['24.18.0', '20.20.2'], '24.*.*')),
    ],
    order: [['paketo-buildpacks/python'], ['paketo-buildpacks/node-engine']],
  });
  const builder = 'r.test/paketo:1';
  assert.deepEqual(await ask({ '.python-version': '3.14' }, { builder }), [
    '.python-version 3.14 on builder: ignored, uses 3.12.13',
    '→ 3.13 on builder',
  ]);
  const project = '[[io.buildpacks.build.env]]\nname = "BP_CPYTHON_VERSION"\nvalue = "3.13.*"\n';
  assert.deepEqual(await ask({ 'project.toml': project }, { builder }), [
    'project.toml 3.13.* on builder: supported 3.13.14',
  ]);
  assert.deepEqual(await ask({ '.nvmrc': 'lts/*' }, { builder }), [
    '.nvmrc lts/* on builder: supported 20.20.2',
  ]);
  assert.deepEqual(await ask({ '.nvmrc': 'lts/jod' }, { builder }), [
    '.nvmrc lts/jod on builder: unsupported: "lts/jod" is no version, and no name that it knows',
    '→ 24 on builder',
  ]);
  assert.deepEqual(await ask({ 'package.json': '{"engines":{"node":"20"}}' }, { builder }), [
    'package.json 20 on builder: unknown: another buildpack of the group hands this on, and no data says how',
  ]);
});

test('what no data describes is unknown, and so is what a server decides', async () => {
  const { ask } = await ground();
  assert.deepEqual(await ask({ '.java-version': '21' }, { builder: 'r.test/builder:24' }), [
    '.java-version 21 on builder: unknown: no buildpack of the builder is known to install java',
  ]);
});

test('a table that is damaged tells nothing rather than half', async () => {
  const { ask, made } = await ground();
  const push = (content: string): Promise<unknown> =>
    made.pushBuilder('r.test/node:2', {
      buildpacks: [
        {
          id: 'heroku/nodejs',
          version: '5.3.0',
          files: [{ name: 'cnb/buildpacks/heroku_nodejs/5.3.0/bin/build', content }],
        },
      ],
      order: [['heroku/nodejs']],
    });
  const path = '/cnb/buildpacks/heroku_nodejs/5.3.0/bin/build';
  const says = async (content: string): Promise<string> => {
    await push(content);
    const [line = ''] = await ask(
      { 'package.json': '{"engines":{"node":"22"}}' },
      { builder: 'r.test/node:2' },
    );
    return line.replace('package.json 22 on builder: unknown: ', '');
  };
  const whole = artifactsProgram('node', ['22.1.0'], 600);
  assert.equal(await says('nothing'), `${path}: no list of artifacts is in it`);
  assert.equal(
    await says(artifactsProgram('node', ['22.1.0'], 10)),
    `${path}: its list has 10 artifacts, and 500 at least were expected`,
  );
  assert.equal(
    await says(whole.replace('checksum = "sha256:', 'checksum = "sha256:zz')),
    `${path}: the 1. artifact of its list cannot be read`,
  );
});

const node = (content: string): MadeBuilder => ({
  buildpacks: [
    {
      id: 'heroku/nodejs',
      version: '5.3.0',
      files: [{ name: 'cnb/buildpacks/heroku_nodejs/5.3.0/bin/build', content }],
    },
  ],
  order: [['heroku/nodejs']],
});

test('a layer that is not what the builder says tells nothing, and nothing of it is kept for an honest builder', async () => {
  const { ask, made } = await ground();
  const honest = node(artifactsProgram('node', ['22.1.0'], 600));
  const forged = node(artifactsProgram('node', ['18.1.0'], 600));
  const asked = { 'package.json': '{"engines":{"node":"22"}}' };
  const archive = (from: MadeBuilder): string =>
    digestOf(rawLayer(from.buildpacks.flatMap(({ files }) => files ?? [])));
  const order = [{ name: 'cnb/order.toml', content: 'x' }];
  await pushLayers(made.registries.open('r.test', 'forged'), {
    tag: '1',
    layers: [order, ...forged.buildpacks.map(({ files }) => files ?? [])],
    settings: { Labels: builderLabels(honest) },
    diffIds: [digestOf(rawLayer(order)), archive(honest)],
  });
  const [line = ''] = await ask(asked, { builder: 'r.test/forged:1' });
  assert.match(
    line,
    /unknown: its list of versions cannot be read: layer sha256:\w+ unpacks to sha256:\w+, and/,
  );
  // Nor does one whose labels name a layer that it has not.
  await pushLayers(made.registries.open('r.test', 'without'), {
    tag: '1',
    layers: [order],
    settings: { Labels: builderLabels(honest) },
  });
  const [without = ''] = await ask(asked, { builder: 'r.test/without:1' });
  assert.match(without, /unknown: the builder has no layer/);
  await made.pushBuilder('r.test/honest:1', honest);
  assert.deepEqual(await ask(asked, { builder: 'r.test/honest:1' }), [
    'package.json 22 on builder: supported 22.1.0',
  ]);
});

test('a layer that cannot be had leaves the other runtimes their answers, and the channel is told', async () => {
  const { made } = await ground();
  const both = node(artifactsProgram('node', ['22.1.0'], 600));
  await made.pushBuilder('r.test/both:1', {
    buildpacks: [...both.buildpacks, { id: 'heroku/python', version: '2.7.1' }],
    order: [['heroku/nodejs'], ['heroku/python']],
  });
  made.folders.set('/repo', { 'package.json': '{"engines":{"node":"22"}}', '.python-version': '3.14' });
  const repository = made.registries.open('r.test', 'both');
  const refusing = delegate(repository, {
    blob: (descriptor: Descriptor) => {
      if (descriptor.mediaType === mediaTypes.ociLayerGzip)
        throw new Failure('registry-unavailable', 'r.test does not answer');
      return repository.blob(descriptor);
    },
  });
  const tools = { ...made.tools, registries: { open: () => refusing } };
  const against = { kind: 'builder', source: parseImageSource('r.test/both:1') } as const;
  const order = { against, platform: amd64, level: 'L2' } as const;
  const { report } = await parityCheck('/repo', order, tools, watching);
  assert.deepEqual(told(report), [
    '.python-version 3.14 on builder: supported 3.14',
    'package.json 22 on builder: unknown: its list of versions cannot be read: r.test does not answer',
  ]);
  assert.deepEqual(
    report.failed.map(({ name, failure }) => [name, failure.code]),
    [['builder', 'registry-unavailable']],
  );
});

test('where several buildpacks may install a runtime, an answer is one that all of them give', async () => {
  const { ask, made } = await ground();
  const engine = (version: string): MadeBuilder['buildpacks'][number] => ({ id: 'heroku/python', version });
  const order = [['x/ruby'], ['heroku/python@2.7.1']];
  const push = (...versions: readonly [string, string]): Promise<unknown> =>
    made.pushBuilder('r.test/two:1', {
      buildpacks: [
        { id: 'x/ruby', version: '1.0.0', order: [[`heroku/python@${versions[0]}`]] },
        ...[...new Set(versions)].map(engine),
      ],
      order: order.map((group) => group.map((entry) => entry.replace('2.7.1', versions[1]))),
    });
  const builder = 'r.test/two:1';
  await push('0.26.1', '2.7.1');
  assert.deepEqual(await ask({ '.python-version': '3.14' }, { builder }), [
    '.python-version 3.14 on builder: unknown: which of heroku/python 0.26.1, heroku/python 2.7.1 installs python shows in the build only, and they differ on it',
  ]);
  assert.deepEqual(await ask({ '.python-version': '3.13' }, { builder }), [
    '.python-version 3.13 on builder: supported 3.13',
  ]);
  assert.deepEqual(await ask({ '.python-version': '3.15' }, { builder }), [
    '.python-version 3.15 on builder: unsupported: the newest python that it knows is 3.13',
    '→ 3.13 on builder',
  ]);
  // An entry of the order without a version may be either.
  order.splice(0, 2, ['heroku/python']);
  await push('0.26.1', '2.7.1');
  const [line = ''] = await ask({ '.python-version': '3.14' }, { builder });
  assert.match(line, /unknown: which of heroku\/python 0\.26\.1, heroku\/python 2\.7\.1/);
});

test('what the platform puts before the builder’s buildpacks, and sets for its builds, counts', async () => {
  const { made } = await ground();
  await made.pushBuilder('r.test/builder:24', python('0.26.1'));
  const toml = paketoToml('node', ['24.18.0', '20.20.2'], '24.*.*');
  const name = 'cnb/buildpacks/paketo-buildpacks_node-engine/8.5.0/buildpack.toml';
  await made.pushBuilder('r.test/node:1', {
    buildpacks: [{ id: 'paketo-buildpacks/node-engine', version: '8.5.0', files: [{ name, content: toml }] }],
    order: [['paketo-buildpacks/node-engine']],
  });
  const asked = async (
    channel: string,
    files: Readonly<Record<string, string>>,
  ): Promise<readonly string[]> => {
    const yaml = `version: 1\nplatforms:\n  p:\n    channels:\n      a: { ${channel} }\n`;
    const against = choosePlatform(readConfig(yaml, 'lockkeeper.yaml', '/repo').platforms, undefined);
    made.folders.set('/repo', files);
    const order = { against, platform: amd64, level: 'L2' } as const;
    return told((await parityCheck('/repo', order, made.tools, watching)).report);
  };
  const before = 'before: [{ id: heroku/python, version: 0.8.0, image: "r.test/python:0.8.0" }]';
  assert.deepEqual(await asked(`builder: "r.test/builder:24", ${before}`, { '.python-version': '3.13' }), [
    '.python-version 3.13 on a: unknown: which of heroku/python 0.8.0, heroku/python 0.26.1 installs python shows in the build only, and they differ on it',
  ]);
  const env = 'env: { BP_NODE_VERSION: "20.*" }';
  assert.deepEqual(await asked(`builder: "r.test/node:1", ${env}`, { '.nvmrc': '24' }), [
    '.nvmrc 24 on a: ignored, uses 20.20.2',
    '→ 24 on a',
  ]);
  const own = '[[io.buildpacks.build.env]]\nname = "BP_NODE_VERSION"\nvalue = "24.*"\n';
  assert.deepEqual(await asked(`builder: "r.test/node:1", ${env}`, { 'project.toml': own }), [
    'project.toml 24.* on a: unknown: both the platform and project.toml set BP_NODE_VERSION',
  ]);
});

test('which platform is meant has to be clear', () => {
  assert.throws(() => choosePlatform([], undefined), { code: 'usage' });
  assert.throws(() => choosePlatform(platforms, 'other'), { code: 'name-unknown' });
  assert.throws(() => choosePlatform([...platforms, ...platforms], undefined), { code: 'usage' });
  assert.equal(choosePlatform(platforms, 'tools'), platforms[0]);
  const words = { alone: 'Describe', one: 'NAME' };
  assert.throws(() => choosePlatform([], undefined, words), { hint: /^Describe the platform under/ });
  assert.throws(() => choosePlatform([...platforms, ...platforms], undefined, words), {
    hint: /with NAME: /,
  });
});
