import type { SampleTest } from './sample-unit.ts';

/** node-gyp's Python tests: 27 in six files; where `distutils` is gone, seven files cannot be collected. */
export function gypTests(story: 'same' | 'lost'): readonly SampleTest[] {
  const tests = Object.entries(gyp).flatMap(([module, names]) =>
    names.map((name): SampleTest => ({
      parts: { class: `gyp.${module}`, name },
      ...(story === 'same'
        ? { kind: 'same', baseline: 'passed', candidate: 'passed' }
        : {
            kind: 'lost-coverage',
            baseline: 'passed',
            candidate: 'missing',
            because: 'passed in the baseline and does not run in the candidate',
          }),
    })),
  );
  if (story === 'same') return tests;
  const modules = [
    'MSVSSettings_test',
    'common_test',
    'easy_xml_test',
    'generator.msvs_test',
    'generator.ninja_test',
    'generator.xcode_test',
    'input_test',
  ];
  return [...tests, ...modules.map(collectionError)];
}

function collectionError(module: string): SampleTest {
  return {
    parts: { name: `gyp.${module}` },
    kind: 'regressed',
    baseline: 'missing',
    candidate: 'errored',
    because: 'errored in the candidate in 4 of 4 runs, and never in the baseline',
    candidateDetail: [
      `ImportError while importing test module '/lockkeeper/source/gyp/${module.replace('.', '/')}.py'.`,
      'Hint: make sure your test modules/packages have valid Python names.',
      'Traceback:',
      '/usr/lib/python3.13/importlib/__init__.py:88: in import_module',
      '    return _bootstrap._gcd_import(name[level:], package, level)',
      'gyp/__init__.py:9: in <module>',
      '    import gyp.input',
      'gyp/input.py:19: in <module>',
      '    from distutils.version import StrictVersion',
      "E   ModuleNotFoundError: No module named 'distutils'",
    ].join('\n'),
  };
}

/** resolve's own list of core modules: 317 assertions on Node 18, 321 on Node 20; those of newer modules fail. */
export function resolveTests(release: 'bookworm' | 'trixie'): readonly SampleTest[] {
  const lists = ['core via repl module', 'core via builtinModules list'];
  const old = lists.flatMap((list) =>
    missingModules.map((module) => coreTest(list, module, 'still-failing')),
  );
  const required: SampleTest = {
    ...coreTest('core list', 'fs/promises', 'still-failing'),
    parts: { class: 'core list', name: 'fs/promises not supported; requiring throws' },
  };
  const passing = Array.from({ length: 290 }, (_, index): SampleTest => ({
    parts: { class: 'core list', name: `module ${index + 1} supported; requiring does not throw` },
    kind: 'same',
    baseline: 'passed',
    candidate: 'passed',
  }));
  if (release === 'bookworm') return [required, ...old, ...passing];
  const added = lists.flatMap((list): readonly SampleTest[] => [
    coreTest(list, 'inspector/promises', 'new-failing'),
    {
      parts: { class: list, name: 'requiring inspector/promises does not throw' },
      kind: 'gained',
      baseline: 'missing',
      candidate: 'passed',
    },
  ]);
  return [required, ...old, ...added, ...passing];
}

function coreTest(list: string, module: string, kind: 'still-failing' | 'new-failing'): SampleTest {
  const detail = [
    'operator: ok',
    'expected: true',
    'actual:   undefined',
    'at: Test.<anonymous> (/lockkeeper/source/resolve/test/core.js:46:16)',
    'stack: |-',
    `  Error: ${module} is a core module`,
    '      at Test.assert [as _assert] (/lockkeeper/source/node_modules/tape/lib/test.js:225:54)',
    '      at Test.bound [as _assert] (/lockkeeper/source/node_modules/tape/lib/test.js:77:32)',
  ].join('\n');
  const isNew = kind === 'new-failing';
  return {
    parts: { class: list, name: `${module} is a core module` },
    kind,
    baseline: isNew ? 'missing' : 'failed',
    candidate: 'failed',
    because: isNew
      ? 'fails in the candidate and was not there before'
      : 'fails on both sides, and in the same way',
    ...(isNew ? {} : { baselineDetail: detail }),
    candidateDetail: detail,
  };
}

/** A suite with something of every kind. */
export function unitTests(): readonly SampleTest[] {
  return [
    {
      parts: {
        file: 'tests/test_tls.py',
        class: 'tests.test_tls.TestHandshake',
        name: 'test_negotiates_tls_1_1',
      },
      kind: 'regressed',
      baseline: 'passed',
      candidate: 'failed',
      because: 'passes in the baseline in 6 of 6 reruns and fails in the candidate in 6 of 6, p = 0.0011',
      candidateDetail: [
        'self = <tests.test_tls.TestHandshake testMethod=test_negotiates_tls_1_1>',
        '',
        '    def test_negotiates_tls_1_1(self):',
        '        context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)',
        '>       with context.wrap_socket(socket.create_connection(self.address)) as connection:',
        '',
        'tests/test_tls.py:41:',
        '_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _',
        'E   ssl.SSLError: [SSL: UNSUPPORTED_PROTOCOL] unsupported protocol (_ssl.c:1029)',
        '',
        '/usr/lib/python3.13/ssl.py:1372: SSLError',
      ].join('\n'),
      confirmed: { baselinePassed: 6, baselineFailed: 0, candidatePassed: 0, candidateFailed: 6, p: 0.0011 },
    },
    {
      parts: { file: 'tests/test_locale.py', class: 'tests.test_locale', name: 'test_sorts_umlauts[de_DE]' },
      kind: 'regressed',
      baseline: 'passed',
      candidate: 'failed',
      because: 'passes in the baseline in 6 of 6 reruns and fails in the candidate in 6 of 6, p = 0.0011',
      candidateDetail: 'E   locale.Error: unsupported locale setting\n\ntests/test_locale.py:12: Error',
      confirmed: { baselinePassed: 6, baselineFailed: 0, candidatePassed: 0, candidateFailed: 6, p: 0.0011 },
    },
    {
      parts: {
        file: 'tests/test_queue.py',
        class: 'tests.test_queue',
        name: 'test_redelivers_after_timeout',
      },
      kind: 'newly-flaky',
      baseline: 'passed',
      candidate: 'failed',
      because: 'passes in the baseline in 6 of 6 reruns and fails in the candidate in 2 of 6, p = 0.23',
      candidateDetail: 'E   TimeoutError: no message within 2.0 s',
      confirmed: { baselinePassed: 6, baselineFailed: 0, candidatePassed: 4, candidateFailed: 2, p: 0.2273 },
    },
    {
      parts: { file: 'tests/test_clock.py', class: 'tests.test_clock', name: 'test_wakes_in_time' },
      kind: 'flaky-on-both',
      baseline: 'passed',
      candidate: 'failed',
      because: 'fails in the baseline in 1 of 3 reruns and passes in the candidate in 2 of 3',
      candidateDetail: 'E   assert 0.213 < 0.2',
      confirmed: { baselinePassed: 2, baselineFailed: 1, candidatePassed: 2, candidateFailed: 1, p: 0.8 },
    },
    {
      parts: { file: 'tests/test_dns.py', class: 'tests.test_dns', name: 'test_resolves_idn' },
      kind: 'changed-failure',
      baseline: 'failed',
      candidate: 'failed',
      because: 'fails on both sides, with another message',
      baselineDetail: 'E   socket.gaierror: [Errno -2] Name or service not known',
      candidateDetail: 'E   UnicodeError: label empty or too long',
    },
    {
      parts: { file: 'tests/test_tmp.py', class: 'tests.test_tmp', name: 'test_cleans_up' },
      kind: 'lost-failing',
      baseline: 'failed',
      candidate: 'missing',
      baselineDetail: 'E   OSError: [Errno 39] Directory not empty',
    },
    ...['test_reads_pfx', 'test_reads_legacy_pem'].map((name): SampleTest => ({
      parts: { file: 'tests/test_keys.py', class: 'tests.test_keys', name },
      kind: 'still-failing',
      baseline: 'failed',
      candidate: 'failed',
      baselineDetail: 'E   ValueError: could not deserialize key data',
      candidateDetail: 'E   ValueError: could not deserialize key data',
    })),
    {
      parts: { file: 'tests/test_zip.py', class: 'tests.test_zip', name: 'test_zstd' },
      kind: 'fixed',
      baseline: 'failed',
      candidate: 'passed',
      baselineDetail: "E   ModuleNotFoundError: No module named 'compression'",
    },
    {
      parts: { file: 'tests/test_zip.py', class: 'tests.test_zip', name: 'test_zstd_dictionary' },
      kind: 'gained',
      baseline: 'skipped',
      candidate: 'passed',
    },
    ...Array.from({ length: 231 }, (_, index): SampleTest => ({
      parts: {
        file: `tests/test_${index % 21}.py`,
        class: `tests.test_${index % 21}`,
        name: `test_case_${index + 1}`,
      },
      kind: 'same',
      baseline: 'passed',
      candidate: 'passed',
    })),
    ...Array.from({ length: 4 }, (_, index): SampleTest => ({
      parts: {
        file: 'tests/test_windows.py',
        class: 'tests.test_windows',
        name: `test_registry_${index + 1}`,
      },
      kind: 'same',
      baseline: 'skipped',
      candidate: 'skipped',
    })),
  ];
}

const missingModules = [
  'assert/strict',
  'diagnostics_channel',
  'dns/promises',
  'fs/promises',
  'path/posix',
  'path/win32',
  'readline/promises',
  'stream/consumers',
  'stream/promises',
  'stream/web',
  'timers/promises',
  'util/types',
  'wasi',
];

const gyp: Readonly<Record<string, readonly string[]>> = {
  'MSVSSettings_test.TestSequenceFunctions': [
    'testConvertToMSBuildSettings_actual',
    'testConvertToMSBuildSettings_empty',
    'testConvertToMSBuildSettings_full_synthetic',
    'testConvertToMSBuildSettings_minimal',
    'testConvertToMSBuildSettings_warnings',
    'testValidateMSBuildSettings_settings',
    'testValidateMSVSSettings_settings',
    'testValidateMSVSSettings_tool_names',
  ],
  'common_test.TestTopologicallySorted': ['test_Cycle', 'test_Valid'],
  'common_test.TestGetFlavor': ['test_param', 'test_platform_default'],
  'easy_xml_test.TestSequenceFunctions': [
    'test_EasyXml_complex',
    'test_EasyXml_escaping',
    'test_EasyXml_pretty',
    'test_EasyXml_simple',
    'test_EasyXml_simple_with_attributes',
  ],
  'input_test.TestFindCycles': [
    'test_big_cycle',
    'test_cycle_self_reference',
    'test_cycle_two_nodes',
    'test_no_cycle_dag',
    'test_no_cycle_empty_graph',
    'test_no_cycle_line',
    'test_two_cycles',
  ],
  'generator.msvs_test.TestSequenceFunctions': ['test_GetLibraries'],
  'generator.ninja_test.TestPrefixesAndSuffixes': ['test_BinaryNamesLinux', 'test_BinaryNamesWindows'],
};
