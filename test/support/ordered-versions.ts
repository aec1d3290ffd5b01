import type { Ecosystem } from '../../src/model/package.ts';

/**
 * Each line is in its order, `=` between two that are one version. The package managers themselves are asked
 * about each pair by the slow tests; these are the cases that people stumble over.
 */
export const orderedVersions: Readonly<Partial<Record<Ecosystem, readonly string[]>>> = {
  deb: [
    '1.0~~ 1.0~~a 1.0~ 1.0=1.0-0=1.00 1.0-1 1.0-1+b1 1.0a 1.0+1 1.0.1 1.2 1.10 1:0 2:0~rc1',
    '2.36-9+deb12u9 2.36-9+deb12u10 2.41-1',
    '2024a-0+deb12u1 2025a-0 2025b-0',
    '9.9 1:0.1',
    '1.0-~1 1.0-0ubuntu1 1.0-1-1',
  ],
  rpm: [
    '1.0~rc1 1.0 1.0^git1 1.0.1 1.1',
    '5.1.8-6.el9 5.1.8-9.el9 5.1.8-9.el9_1 5.1.8-10.el9',
    '1.a 1.1',
    '9.9-1 1:0.1-1',
    '2.0=2_0=2.0. 2.0.1',
    '1.0=1.00 1.0^git 1.0a=1.0.a 1.0b',
    '1.0~ 1.0 1.0^ 1.0^a~ 1.0^a',
  ],
  apk: [
    '1.2.5_alpha1 1.2.5_beta 1.2.5_pre2 1.2.5_rc1 1.2.5=1.2.5-r0 1.2.5-r2 1.2.5-r10 1.2.5_git20240101 1.2.5_p1 1.2.5a 1.2.5.1 1.2.6',
    '3.4.9 3.10.0',
    '1.0.01 1.0.1',
    '0.1.0_alpha 0.1.0_alpha2',
  ],
  pypi: [
    '1.0.dev1 1.0a1.dev1 1.0a1 1.0a1.post1 1.0b2 1.0rc1=1.0c1=1.0-pre-1 1.0=1=1.0.0=v1.0 1.0+abc 1.0+abc.5 1.0+5 1.0.post1.dev2 1.0.post1=1.0-1 1.1 1!0.1',
    '23.0.1 23.1 24',
    '1.9 1.10',
  ],
  npm: [
    '1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0=1.0.0+build 1.0.1 1.9.0 1.10.0',
  ],
  golang: [
    'v0.0.0-20200101000000-abcdef v0.0.0-20210101000000-000000 v0.1.0 v1.2.3=v1.2.3+incompatible v2.0.0',
    'go1.21.0 go1.22rc1 go1.22.0=go1.22 go1.22.3 go1.22.10',
  ],
  nuget: ['8.0.0-preview.1 8.0.0-rc.2 8.0.0=8.0 8.0.0.1 8.0.1 13.0.3'],
  composer: ['v6.4.0-BETA1 v6.4.0=6.4.0 v6.4.1'],
  gem: ['3.0.a 3.0.rc1 3.0.rc2 3.0=3.0.0 3.0.1 3.10'],
  maven: [
    '1.0-alpha-1 1.0-beta-1 1.0-M1 1.0-RC1 1.0-RC2 1.0-SNAPSHOT 1.0=1.0.0=1.0.Final=1.0.GA 1.0-sp1 1.0.1 1.10',
    '32.1.2-android 32.1.2.1',
  ],
  conda: ['1.26.4-py311_0 1.26.5-py311_0'],
  os: ['9.4 12 12.1 13', '3.9.0 3.20.1'],
};
