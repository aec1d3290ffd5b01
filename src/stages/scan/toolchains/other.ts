import type { Toolchain } from '../../../model/survey.ts';
import type { RepoFiles } from '../repo-files.ts';

/** Go, Rust, Ruby and PHP. */
export function otherToolchains(files: RepoFiles): readonly (Toolchain | undefined)[] {
  return [goToolchain(files), rustToolchain(files), rubyToolchain(files), phpToolchain(files)];
}

function goToolchain(files: RepoFiles): Toolchain | undefined {
  if (!files.has('go.mod')) return undefined;
  return {
    name: 'go-test',
    shownBy: 'go.mod',
    // Results from a cache would be those of another run.
    command: 'go test -json -count=1 ./...',
    results: { format: 'go-test' },
    fetches:
      files.has('go.sum') && !files.has('vendor/modules.txt')
        ? 'Go fetches modules that are not vendored'
        : undefined,
    env: {},
  };
}

function rustToolchain(files: RepoFiles): Toolchain | undefined {
  if (!files.has('Cargo.toml')) return undefined;
  const why = '`cargo test` writes no report that is read here; cargo-nextest can write JUnit XML';
  const fetches = files.has('vendor/.cargo-checksum.json')
    ? undefined
    : 'Cargo fetches crates that are not vendored';
  return {
    name: 'cargo-test',
    shownBy: 'Cargo.toml',
    command: 'cargo test',
    results: { format: 'exit-status', why },
    fetches,
    env: {},
  };
}

function rubyToolchain(files: RepoFiles): Toolchain | undefined {
  const gems = files.text('Gemfile');
  if (gems === undefined) return undefined;
  const fetches = '`bundle install` installs the gems';
  if (files.has('.rspec') || files.has('spec/spec_helper.rb')) {
    const formatter = gems.includes('rspec_junit_formatter');
    return {
      name: 'rspec',
      shownBy: files.has('.rspec') ? '.rspec' : 'spec/spec_helper.rb',
      command: `bundle install && bundle exec rspec${formatter ? ' --format RspecJunitFormatter --out out/junit.xml' : ''}`,
      results: formatter
        ? { format: 'junit', files: 'out/junit.xml' }
        : { format: 'exit-status', why: 'with the gem rspec_junit_formatter, RSpec writes JUnit XML' },
      fetches,
      env: {},
    };
  }
  if (!/\btask\b.*\btest\b|Rake::TestTask/.test(files.text('Rakefile') ?? '')) return undefined;
  const why = 'Rake writes no report';
  return {
    name: 'rake-test',
    shownBy: 'Rakefile',
    command: 'bundle install && bundle exec rake test',
    results: { format: 'exit-status', why },
    fetches,
    env: {},
  };
}

function phpToolchain(files: RepoFiles): Toolchain | undefined {
  const settings = ['phpunit.xml', 'phpunit.xml.dist'].find((file) => files.has(file));
  if (settings === undefined) return undefined;
  return {
    name: 'phpunit',
    shownBy: settings,
    command: 'composer install --no-interaction && vendor/bin/phpunit --log-junit out/junit.xml',
    results: { format: 'junit', files: 'out/junit.xml' },
    fetches: '`composer install` installs the packages',
    env: {},
  };
}
