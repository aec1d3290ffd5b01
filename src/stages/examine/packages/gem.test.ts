import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFacts } from '../../../../test/support/read-facts.ts';

const home = 'var/lib/gems/3.1.0';
const specification = `# -*- encoding: utf-8 -*-
# stub: nokogiri 1.16.0 x86_64-linux lib

Gem::Specification.new do |s|
  s.name = "nokogiri".freeze
  s.version = "1.16.0"
  s.platform = "x86_64-linux".freeze
  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze)
  s.licenses = ["MIT".freeze, "BSD-2-Clause".freeze]
  s.add_dependency(%q<racc>.freeze, ["~> 1.4".freeze])
end
`;

test('gems: what RubyGems wrote tells name, version and platform, and the folder that is the gem’s', () => {
  const place = `${home}/specifications/nokogiri-1.16.0-x86_64-linux.gemspec`;
  assert.deepEqual(readFacts(place, specification), {
    packages: [
      {
        ecosystem: 'gem',
        name: 'nokogiri',
        version: '1.16.0',
        architecture: 'x86_64-linux',
        licence: 'MIT OR BSD-2-Clause',
        place,
      },
    ],
    owns: [
      {
        ecosystem: 'gem',
        name: 'nokogiri',
        paths: [],
        below: [`${home}/gems/nokogiri-1.16.0-x86_64-linux/`],
      },
    ],
    troubles: [],
  });
});

test('gems: where the program computes its version, the file’s name says it', () => {
  const text =
    "Gem::Specification.new do |gem|\n  gem.name = 'net-http'\n  gem.version = Net::HTTP::VERSION\nend\n";
  const [found] = readFacts(`${home}/specifications/default/net-http-0.3.2.gemspec`, text).packages;
  assert.deepEqual([found?.name, found?.version], ['net-http', '0.3.2']);
});

test('gems: nothing that names it is a trouble, and a source’s own specification is no installed gem', () => {
  assert.equal(readFacts(`${home}/specifications/x.gemspec`, '').troubles.length, 1);
  assert.deepEqual(readFacts('src/x-1.0.gemspec', specification).packages, []);
});
