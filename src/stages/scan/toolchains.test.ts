import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Toolchain } from '../../model/survey.ts';
import { findToolchains } from './toolchains.ts';

function find(files: Readonly<Record<string, string>>): readonly Toolchain[] {
  return findToolchains({ has: (path) => Object.hasOwn(files, path), text: (path) => files[path] });
}

function only(
  files: Readonly<Record<string, string>>,
): Pick<Toolchain, 'name' | 'shownBy' | 'command' | 'results'> {
  const [first, ...rest] = find(files);
  assert.ok(
    first !== undefined && rest.length === 0,
    `one toolchain, not ${rest.length + (first === undefined ? 0 : 1)}`,
  );
  const { name, shownBy, command, results } = first;
  return { name, shownBy, command, results };
}

const packageJson = (test_: string, packages: readonly string[] = []): string =>
  JSON.stringify({
    scripts: { test: test_ },
    devDependencies: Object.fromEntries(packages.map((name) => [name, '1'])),
  });

const junit = { format: 'junit', files: 'out/junit.xml' };

test('nothing shows no toolchain', () => {
  assert.deepEqual(find({ 'README.md': '' }), []);
});

test('pytest is told by its own marks and by being asked for', () => {
  const marks: readonly (readonly [string, string])[] = [
    ['pytest.ini', '[pytest]'],
    ['conftest.py', ''],
    ['tests/conftest.py', ''],
    ['pyproject.toml', '[tool.pytest.ini_options]\n'],
    ['setup.cfg', '[tool:pytest]\n'],
    ['requirements-dev.txt', 'mypy\npytest==8.1\n'],
    ['setup.py', 'tests_require=["pytest"]'],
  ];
  for (const [file, text] of marks) {
    assert.deepEqual(only({ [file]: text }), {
      name: 'pytest',
      shownBy: file,
      command: 'python3 -m pytest -p no:cacheprovider --junitxml=out/junit.xml',
      results: junit,
    });
  }
});

test('tox writes JUnit XML where it hands words on to pytest, and an exit status else', () => {
  assert.deepEqual(
    only({ 'tox.ini': '[testenv]\ncommands = pytest {posargs}\n' }).command,
    'tox -- --junitxml=out/junit.xml',
  );
  const plain = only({ 'tox.ini': '[testenv]\ncommands = trial allmydata\n' });
  assert.deepEqual([plain.command, plain.results.format], ['tox', 'exit-status']);
});

test('unittest is what is left of a Python project with tests', () => {
  assert.equal(only({ 'setup.py': '', 'tests/__init__.py': '' }).name, 'unittest');
  assert.deepEqual(find({ 'setup.py': '' }), []);
});

test('runners of Node’s world get the reporter that they have', () => {
  const command = (
    script: string,
    packages: readonly string[] = [],
    extra: Readonly<Record<string, string>> = {},
  ): string => only({ 'package.json': packageJson(script, packages), ...extra }).command;
  assert.equal(
    command('node --test test/'),
    'mkdir -p out && node --test --test-reporter=junit --test-reporter-destination=out/junit.xml test/',
  );
  assert.equal(
    command('node --test'),
    'mkdir -p out && node --test --test-reporter=junit --test-reporter-destination=out/junit.xml',
  );
  assert.equal(
    command('vitest run --coverage', ['vitest'], { 'pnpm-lock.yaml': '' }),
    'pnpm install --frozen-lockfile && pnpm exec vitest run --reporter=junit --outputFile=out/junit.xml --coverage',
  );
  assert.equal(
    command('mocha test/*.js', ['mocha'], { 'package-lock.json': '' }),
    'npm ci --no-audit --no-fund && npx --no-install mocha --reporter xunit --reporter-option output=out/junit.xml test/*.js',
  );
  assert.equal(
    command('tape test/*.js', ['tape']),
    'npm install --no-audit --no-fund && npx --no-install tape test/*.js',
  );
  assert.equal(
    command('jest', ['jest', 'jest-junit'], { 'yarn.lock': '' }),
    'yarn install --frozen-lockfile && yarn run jest --ci --reporters=default --reporters=jest-junit',
  );
});

test('a test script of several steps, or of an unknown runner, is run as it is', () => {
  for (const script of [
    'eslint . && node --test',
    'jest',
    'node test.js',
    'node --test-only x',
    './run.sh',
    'x '.repeat(1000),
  ]) {
    const found = only({ 'package.json': packageJson(script) });
    assert.deepEqual([found.command, found.results.format], ['npm test', 'exit-status'], script);
  }
});

test('npm’s placeholder, no script and a broken package.json are no tests', () => {
  for (const text of [
    packageJson('echo "Error: no test specified" && exit 1'),
    '{}',
    '{',
    '[]',
    '{"scripts":{"test":3}}',
    'null',
  ]) {
    assert.deepEqual(find({ 'package.json': text }), [], text);
  }
});

test('each of the other toolchains is told by its mark', () => {
  const found = (files: Readonly<Record<string, string>>): readonly [string, string] => {
    const { command, results } = only(files);
    return [command, results.format === 'junit' ? results.files : results.format];
  };
  assert.deepEqual(found({ 'go.mod': '' }), ['go test -json -count=1 ./...', 'go-test']);
  assert.deepEqual(found({ 'Cargo.toml': '' }), ['cargo test', 'exit-status']);
  assert.deepEqual(found({ 'pom.xml': '', mvnw: '' }), [
    './mvnw --batch-mode test',
    '**/target/surefire-reports/TEST-*.xml',
  ]);
  assert.deepEqual(found({ 'build.gradle.kts': '' }), [
    'gradle --no-daemon --continue test',
    '**/build/test-results/**/TEST-*.xml',
  ]);
  assert.deepEqual(found({ Gemfile: "gem 'rspec_junit_formatter'", '.rspec': '' }), [
    'bundle install && bundle exec rspec --format RspecJunitFormatter --out out/junit.xml',
    'out/junit.xml',
  ]);
  assert.deepEqual(found({ Gemfile: '', '.rspec': '' }), [
    'bundle install && bundle exec rspec',
    'exit-status',
  ]);
  assert.deepEqual(found({ Gemfile: '', Rakefile: 'Rake::TestTask.new' }), [
    'bundle install && bundle exec rake test',
    'exit-status',
  ]);
  assert.deepEqual(found({ 'phpunit.xml.dist': '' }), [
    'composer install --no-interaction && vendor/bin/phpunit --log-junit out/junit.xml',
    'out/junit.xml',
  ]);
  assert.deepEqual(found({ Makefile: 'all:\n\ntest: all\n' }), ['make test', 'exit-status']);
  assert.deepEqual(found({ Makefile: 'TEST := x\ncheck:\n' }), ['make check', 'exit-status']);
});

test('make is asked only where nothing else is known', () => {
  assert.deepEqual(
    find({ Makefile: 'test:\n', 'go.mod': '' }).map(({ name }) => name),
    ['go-test'],
  );
});

test('Go and Rust need a network unless everything is vendored', () => {
  assert.equal(find({ 'go.mod': '', 'go.sum': '', 'vendor/modules.txt': '' })[0]?.fetches, undefined);
  assert.notEqual(find({ 'go.mod': '', 'go.sum': '' })[0]?.fetches, undefined);
  assert.equal(find({ 'go.mod': '' })[0]?.fetches, undefined);
});
