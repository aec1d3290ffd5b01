import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scanFiles } from '../../../test/support/memory-tree.ts';

const texts = async (path: string, text: string | Uint8Array): Promise<readonly string[]> =>
  (await scanFiles({ [path]: text })).mentions.map((mention) => mention.text);
const reasons = async (path: string, text: string | Uint8Array): Promise<readonly string[]> =>
  (await scanFiles({ [path]: text })).notRead.map(({ why }) => why);

const around = (broken: string): string =>
  `before: { image: "first:1" }\n${broken}\nafter:\n  image: last:2\n`;

test('broken YAML is listed, and what stands before and behind the break is found', async () => {
  for (const broken of [
    'a: "x',
    'a: [x',
    'a: {x: [',
    "a: 'x",
    'a: b: c',
    '\ta: 1',
    '  a: 1\n b: 2',
    'a: ]',
    '%x',
    '&a *b',
  ]) {
    const text = around(broken);
    const found = await texts('x.yml', text);
    assert.ok(found.includes('first:1') && found.includes('last:2'), `${broken}: ${found.join(' ')}`);
    assert.equal((await reasons('x.yml', text)).length, 1, broken);
  }
});

test('a line of a broken file that belongs to nothing is still looked at', async () => {
  assert.deepEqual(await texts('x.yml', '{{{ [\n  - image: kept:1\n'), ['kept:1']);
});

test('undefined anchors, double keys and merges stop nothing', async () => {
  const text = 'a: &x { image: "one:1" }\nb: *gone\nc: { <<: *x }\nd: { image: "two:2", image: "three:3" }\n';
  assert.deepEqual(await texts('x.yml', text), ['one:1', 'two:2', 'three:3']);
  assert.deepEqual(await reasons('x.yml', text), ['line 2: no anchor &gone stands before this alias']);
});

test('aliases of aliases of aliases are read in no time', async () => {
  const bomb = Array.from(
    { length: 40 },
    (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(9)}]`,
  );
  const text = `a0: &a0 [{ image: "x:1" }]\n${bomb.join('\n')}\nlast: { image: "y:2" }\n`;
  assert.deepEqual(await texts('x.yml', text), ['x:1', 'y:2']);
});

test('nesting of ten thousand levels is told, and the rest of the file read', async () => {
  for (const deep of ['['.repeat(10_000), '{a: '.repeat(10_000), '- '.repeat(10_000)]) {
    const text = `first: { image: "x:1" }\ndeep:\n  ${deep}\nlast: { image: "y:2" }\n`;
    assert.deepEqual(await texts('x.yml', text), ['x:1', 'y:2']);
    assert.match((await reasons('x.yml', text))[0] ?? '', /nested|line/);
  }
  for (const path of ['main.tf', 'devcontainer.json', 'builder.toml'])
    assert.deepEqual(await texts(path, `${'{ "a": '.repeat(10_000)}\n`), []);
});

test('broken HCL, JSON and TOML are read on behind the break', async () => {
  const broken = { 'main.tf': '"', 'builder.toml': '[[[', '.devcontainer/devcontainer.json': '{ "a": [' };
  const line: Readonly<Record<string, string>> = {
    'main.tf': 'image = "x/y:1"',
    'builder.toml': 'build-image = "x/y:1"',
    '.devcontainer/devcontainer.json': '"containerImage": "x/y:1"',
  };
  for (const [path, fault] of Object.entries(broken)) {
    const good = line[path] ?? '';
    assert.deepEqual(await texts(path, `${good}\n${fault}\n${good}\n`), ['x/y:1', 'x/y:1'], path);
  }
});

test('UTF-16 and NUL bytes are listed; Latin-1 is read byte for byte', async () => {
  assert.deepEqual(await reasons('x.yml', Buffer.from('\ufeffimage: x:1\n', 'utf16le')), [
    'it is UTF-16, in which no mention is looked for',
  ]);
  assert.deepEqual(await reasons('x.yml', 'image: x:1\n\0'), ['it holds NUL bytes, as no text does']);
  const latin = Buffer.from('# caf\xe9\nimage: x:1\n', 'latin1');
  const [mention] = (await scanFiles({ 'x.yml': latin })).mentions;
  assert.ok(mention !== undefined);
  assert.equal(latin.subarray(mention.place.start, mention.place.end).toString(), 'x:1');
});

test('long lines, made to be slow to read, do not keep the scan', async () => {
  const length = 40_000;
  for (const unit of [
    '"',
    "'",
    '$',
    '${',
    '${{',
    '{{',
    '<<',
    '$(',
    '((',
    'a:b/',
    '- ',
    'docker run ',
    ' ',
    '\\',
    '@',
    'image: ',
    '[',
    '<<A ',
    'x="$y" ',
    'a.b/c:d"',
    '(a.b)c.d.e@',
    'image',
    'image="',
    '<!--',
    '<a>b:',
    'a="docker",',
    '`a',
    'A=(',
    '--',
  ]) {
    const text = unit.repeat(Math.ceil(length / unit.length));
    for (const path of [
      'Dockerfile',
      'run.sh',
      'Makefile',
      'main.tf',
      'x.ts',
      'Jenkinsfile',
      'builder.toml',
      '.env',
      'MODULE.bazel',
      'a.proj',
      'Earthfile',
      'x.py',
      'pom.xml',
      'x.ps1',
      'x.ini',
      'app.container',
    ])
      await scanFiles({ [path]: `${text}\ndocker image sha256: pull datasource=docker\n` });
  }
  for (const unit of ['"', '{{', '- ', '[', 'a: ', '&a ', '*a ', '!', '${{'])
    await scanFiles({ '.github/workflows/x.yml': `image: x\na: ${unit.repeat(20_000 / unit.length)}\n` });
});

test('no input ends the scan', async () => {
  for (const path of [
    'Dockerfile',
    '.gitlab-ci.yml',
    '.github/workflows/a.yml',
    '.circleci/config.yml',
    'azure-pipelines.yml',
    'x.yml',
    'main.tf',
    'Makefile',
    'a.sh',
  ]) {
    for (const text of [
      '',
      '\n',
      '\ufeff',
      ':',
      '-',
      'image:',
      'image: ""',
      'image: |\n',
      'jobs: 3',
      'jobs: [a]',
      'jobs: {a: null}',
      'FROM',
      'FROM \\',
      'image: {a: [b]}',
      '---\n---\n',
      '? image\n: x',
      '[]',
      '{}',
      '"',
    ])
      await texts(path, text);
  }
});

test('variables that are set over and over by way of each other end', async () => {
  const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'];
  const lines = names.flatMap((name, index) =>
    Array.from({ length: 60 }, () => `${name}_IMAGE=$${names[(index + 1) % 8]}_IMAGE`),
  );
  const uses = ['H_IMAGE=debian:12', 'docker run $A_IMAGE', 'docker run x/$A_IMAGE/$B_IMAGE:1', ''];
  assert.ok((await texts('run.sh', [...lines, ...uses].join('\n'))).includes('debian:12'));
});

test('tabs and Windows line ends in every place where white space stands', async () => {
  assert.deepEqual(await texts('Dockerfile', 'FROM\t\tdebian:12\tAS\ta\r\nCOPY\t--from=b/c:1\t/ /\r\n'), [
    'debian:12',
    'b/c:1',
  ]);
  const make = 'IMAGE\t:=\tdebian:12\r\nrun:\r\n\t\tdocker\trun\t--rm\ta:1\r\n';
  assert.deepEqual(await texts('Makefile', make), ['debian:12', 'a:1']);
});

test('a digest of a wrong length or in capitals is told wherever a name stands, and pins nothing', async () => {
  for (const digest of ['a'.repeat(63), 'a'.repeat(65), 'A'.repeat(64), 'g'.repeat(64)]) {
    const name = `ghcr.io/a/b@sha256:${digest}`;
    const files = {
      Dockerfile: `FROM ${name}\n`,
      '.github/workflows/a.yml': `jobs: { a: { container: "${name}" } }\n`,
      'k8s.yml': `kind: Pod\nimage: "${name}"\n`,
      'run.sh': `docker run ${name}\n`,
    };
    for (const [path, text] of Object.entries(files)) {
      const { mentions } = await scanFiles({ [path]: text });
      assert.deepEqual(
        mentions.map(({ meaning }) => meaning.kind),
        ['unresolved'],
        `${path} ${digest}`,
      );
    }
  }
});

test('what looks like an image name and is none is no mention', async () => {
  const values = [
    'https://example.org/a:1',
    'git@github.com:a/b.git',
    'git+ssh://git@example.org/a/b.git',
    'a/b/c.png',
    './image:1',
    '/srv/images/a:1',
    'C:/images/a',
    '10:30',
    '1.2.3',
    '127.0.0.1:8080',
    'true',
    'you-must-set-this',
    '<your-image>',
    'REPLACE_ME',
    'the image that is used',
    'data:image/png;base64,AAAA',
    '@IMAGE@',
    'key: value',
  ];
  for (const value of values) {
    assert.deepEqual(await texts('values.yaml', `image: "${value}"\nlogo: "${value}"\n`), [], value);
    assert.deepEqual(
      await texts('src/a.ts', `const image = "${value}";\nconst b = "${value}";\n`),
      [],
      value,
    );
    assert.deepEqual(await texts('x.json', `{ "image": "${value}" }\n`), [], value);
  }
  const prose = '"""Runs docker run debian:12 and pulls ghcr.io/a/b:1 from there."""\n# docker run a:1\n';
  assert.deepEqual(await texts('a.py', prose), []);
  assert.deepEqual(await texts('README.md', 'docker run debian:12\n'), []);
});
