import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ecosystems, type Ecosystem, type Package } from './package.ts';
import { packageUrl } from './package-url.ts';

const debian: Package = { ecosystem: 'os', name: 'debian', version: '12', place: 'etc/os-release' };

/** The first six are examples of the specification itself, as far as a package’s own words go. */
const expected: readonly (readonly [Ecosystem, string, string, string | undefined, string])[] = [
  ['npm', '@angular/animation', '12.3.1', undefined, 'pkg:npm/%40angular/animation@12.3.1'],
  ['pypi', 'Django_AllAuth', '12.23', undefined, 'pkg:pypi/django-allauth@12.23'],
  ['gem', 'jruby-launcher', '1.1.2', 'java', 'pkg:gem/jruby-launcher@1.1.2?platform=java'],
  [
    'maven',
    'org.apache.xmlgraphics:batik-anim',
    '1.9.1',
    undefined,
    'pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1',
  ],
  ['nuget', 'EnterpriseLibrary.Common', '6.0.1304', undefined, 'pkg:nuget/EnterpriseLibrary.Common@6.0.1304'],
  ['golang', 'google.golang.org/Genproto', 'v1', undefined, 'pkg:golang/google.golang.org/genproto@v1'],
  [
    'deb',
    'libstdc++6',
    '1:12.2.0-14',
    'amd64',
    'pkg:deb/debian/libstdc%2B%2B6@1:12.2.0-14?arch=amd64&distro=debian-12',
  ],
  ['rpm', 'vim', '2:8.2-1', 'x86_64', 'pkg:rpm/debian/vim@8.2-1?arch=x86_64&distro=debian-12&epoch=2'],
  ['apk', 'musl', '1.2.5-r0', 'x86_64', 'pkg:apk/debian/musl@1.2.5-r0?arch=x86_64&distro=debian-12'],
  ['maven', 'tools', '', undefined, 'pkg:generic/tools'],
  ['golang', 'stdlib', 'go1.22.3 X:boringcrypto', undefined, 'pkg:golang/stdlib@1.22.3'],
  ['composer', 'Monolog/Monolog', 'v3.5.0', undefined, 'pkg:composer/monolog/monolog@v3.5.0'],
  ['conda', 'numpy', '1.26.4-py312_0', 'linux-64', 'pkg:conda/numpy@1.26.4?build=py312_0&subdir=linux-64'],
];

for (const [ecosystem, name, version, architecture, url] of expected) {
  test(`${url} is the URL of ${ecosystem} ${name}`, () => {
    assert.equal(packageUrl({ ecosystem, name, version, architecture, place: 'x' }, debian), url);
  });
}

test('every ecosystem has a URL, but for the distribution', () => {
  const tested = new Set(expected.map(([ecosystem]) => ecosystem));
  assert.deepEqual(
    ecosystems.filter((each) => !tested.has(each)),
    ['os'],
  );
  assert.equal(packageUrl(debian, debian), undefined);
});

test('without a distribution a package still has a URL, and no text breaks out of it', () => {
  const found: Package = { ecosystem: 'rpm', name: "a/b?c#d@e f'*", version: '1&2\ud800', place: 'x' };
  assert.equal(packageUrl(found, undefined), 'pkg:rpm/a%2Fb%3Fc%23d%40e%20f%27%2A@1%262%EF%BF%BD');
});
