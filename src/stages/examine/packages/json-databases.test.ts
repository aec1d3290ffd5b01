import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFacts } from '../../../../test/support/read-facts.ts';

const monolog = {
  name: 'monolog/monolog',
  version: '3.5.0',
  license: ['MIT'],
  'install-path': '../monolog/monolog',
};

test('Composer 1 and 2: packages, licences and the folder of each', () => {
  for (const [document, folder] of [
    [{ packages: [monolog], dev: false }, 'app/vendor/monolog/monolog/'],
    [[{ ...monolog, 'install-path': undefined }], 'app/vendor/monolog/monolog/'],
    [{ packages: [{ ...monolog, type: 'metapackage' }] }, undefined],
  ] as const) {
    const place = 'app/vendor/composer/installed.json';
    const { packages, owns } = readFacts(place, JSON.stringify(document));
    assert.deepEqual(packages, [
      { ecosystem: 'composer', name: 'monolog/monolog', version: '3.5.0', licence: 'MIT', place },
    ]);
    assert.deepEqual(owns[0]?.below, folder === undefined ? undefined : [folder]);
  }
});

test('conda: a record tells version and build, and its files are below the environment', () => {
  const record = {
    name: 'numpy',
    version: '1.26.4',
    build: 'py312_0',
    subdir: 'linux-64',
    license: 'BSD-3-Clause',
    size: 7,
    files: ['bin/f2py', '../../../../outside'],
  };
  for (const [environment, files] of [
    ['opt/conda', ['opt/conda/bin/f2py']],
    ['', ['bin/f2py']],
  ] as const) {
    const place = `${environment}/conda-meta/numpy.json`.replace(/^\//u, '');
    assert.deepEqual(readFacts(place, JSON.stringify(record)), {
      packages: [
        {
          ecosystem: 'conda',
          name: 'numpy',
          version: '1.26.4-py312_0',
          architecture: 'linux-64',
          licence: 'BSD-3-Clause',
          size: 7,
          place,
        },
      ],
      owns: [{ ecosystem: 'conda', name: 'numpy', paths: files }],
      troubles: [],
    });
  }
});

test('conda: a history beside the records is no record, a record without a version is told', () => {
  assert.deepEqual(readFacts('opt/conda/conda-meta/history', '==> x <==').troubles, []);
  assert.equal(readFacts('opt/conda/conda-meta/a.json', '{"name":"a"}').troubles.length, 1);
});

test('.NET: libraries of packages, not the program’s own, with the files that publishing put beside it', () => {
  const document = {
    targets: {
      '.NETCoreApp,Version=v8.0': {
        'App/1.0.0': { runtime: { 'App.dll': {} } },
        'Newtonsoft.Json/13.0.3': {
          runtime: { 'lib/net6.0/Newtonsoft.Json.dll': {} },
          resources: { 'lib/net6.0/de/Newtonsoft.Json.resources.dll': { locale: 'de' } },
          runtimeTargets: { 'runtimes/linux-x64/native/libx.so': { rid: 'linux-x64' } },
        },
      },
    },
    libraries: {
      'App/1.0.0': { type: 'project' },
      'Newtonsoft.Json/13.0.3': { type: 'package' },
      'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1': { type: 'runtimepack' },
    },
  };
  const place = 'app/App.deps.json';
  const { packages, owns } = readFacts(place, `\ufeff${JSON.stringify(document)}`);
  assert.deepEqual(
    packages.map(({ name, version }) => `${name} ${version}`),
    ['Newtonsoft.Json 13.0.3', 'runtimepack.Microsoft.NETCore.App.Runtime.linux-x64 8.0.1'],
  );
  assert.deepEqual(owns, [
    {
      ecosystem: 'nuget',
      name: 'Newtonsoft.Json',
      paths: [
        'app/Newtonsoft.Json.dll',
        'app/de/Newtonsoft.Json.resources.dll',
        'app/runtimes/linux-x64/native/libx.so',
      ],
    },
  ]);
});
