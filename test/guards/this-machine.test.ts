import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { filesInGit, filesOnDisk, readTexts } from '../../tools/project-files.ts';

const root = resolve(process.cwd());

/** Folders that every machine has: what lies in them says nothing about this one. */
const general = new Set([
  '/',
  '/data',
  '/home',
  '/mnt',
  '/opt',
  '/root',
  '/srv',
  '/tmp',
  '/usr',
  '/usr/src',
  '/var',
  '/var/tmp',
]);

/** Where the project and its neighbours lie on this machine, and whose home it is. */
function machinePaths(checkout: string, home: string): readonly string[] {
  const around = dirname(checkout);
  const neighbours = general.has(around) ? [] : readdirSync(around).map((name) => join(around, name));
  return [checkout, ...neighbours, home].filter((path) => path.split('/').length > 2);
}

/** Hosts that may stand on anyone's machine, and in anyone's text. */
const everyonesHost =
  /(?:^|\.)(?:npmjs\.org|debian\.org|ubuntu\.com|nodesource\.com|docker\.com|google\.com|microsoft\.com|github\.com)$/u;

/** Where this machine gets its packages from, when that is a mirror or proxy of its own. */
function machineHosts(): readonly string[] {
  const aptFiles = globSync('/etc/apt/{sources.list,sources.list.d/*,apt.conf,apt.conf.d/*}').filter(
    (path) => !path.endsWith('.d'),
  );
  const said = [
    spawnSync('npm', ['config', 'get', 'registry', 'proxy', 'https-proxy'], { encoding: 'utf8' }).stdout,
    ...aptFiles.map((path) => readFileSync(path, 'utf8')),
    ...Object.entries(process.env).map(([name, value]) =>
      /proxy|registry|mirror/iu.test(name) ? `${value}` : '',
    ),
  ].join('\n');
  return hostsIn(said).filter((host) => !everyonesHost.test(host) && !/^(?:localhost|127\.|\[)/u.test(host));
}

function hostsIn(text: string): readonly string[] {
  const hosts = [...text.matchAll(/:\/\/(?:[^/@\s]*@)?(?<host>\[[^\]]*\]|[\w.-]+)/gu)].map(
    (match) => match.groups?.['host'],
  );
  return [...new Set(hosts.filter((host) => host !== undefined))];
}

interface Needles {
  readonly paths: readonly string[];
  readonly hosts: readonly string[];
}

function findTraces(texts: ReadonlyMap<string, string>, { paths, hosts }: Needles): readonly string[] {
  // A path is one only where it begins and where its last name ends; a host also as the end of a longer one.
  const patterns = [
    ...paths.map((path) => new RegExp(`(?<![\\w.-])${RegExp.escape(path)}(?![\\w-])`, 'u')),
    ...hosts.map((host) => new RegExp(`(?<![\\w-])${RegExp.escape(host)}(?![\\w-])`, 'u')),
  ];
  return [...texts].flatMap(([path, text]) =>
    patterns.flatMap((pattern) => {
      const match = pattern.exec(text);
      return match === null ? [] : [`${path}: ${match[0]}`];
    }),
  );
}

test('no file of the project names a path or package mirror of this machine', () => {
  const paths = filesInGit(root) ?? filesOnDisk(root);
  assert.ok(paths.length > 50, 'hardly a file is looked at');
  const texts = new Map([...readTexts(root, paths)].filter(([, text]) => !text.includes('\0')));
  assert.deepEqual(findTraces(texts, { paths: machinePaths(root, homedir()), hosts: machineHosts() }), []);
});

test('the checkout, its neighbours and the home of the user are paths of this machine', () => {
  const paths = machinePaths(root, '/home/someone');
  assert.ok(paths.includes(root) && paths.includes('/home/someone'));
  assert.deepEqual(machinePaths('/opt/x', '/root'), ['/opt/x']);
  assert.ok(existsSync(root));
});

test('a path or a host of the machine is found in a text, and nothing that only looks like one', () => {
  const needles = { paths: ['/build/job'], hosts: ['mirror.example'] };
  const find = (text: string): readonly string[] => findTraces(new Map([['a.md', text]]), needles);
  assert.deepEqual(find('see /build/job/log'), ['a.md: /build/job']);
  assert.deepEqual(find('see /build/job'), ['a.md: /build/job']);
  assert.deepEqual(find('http://npm.mirror.example/x'), ['a.md: mirror.example']);
  assert.deepEqual(find('/build/jobs, my/build/job, mirror.examples, a-mirror.example'), []);
});

test('hosts are read from sources and settings with and without a login', () => {
  const said =
    'deb http://one.example/debian x\nhttps://user:pass@two.example:8080/\nAcquire::http::Proxy "http://[::1]:1/";';
  assert.deepEqual(hostsIn(said), ['one.example', 'two.example', '[::1]']);
});
