import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { answer, reset, startFaultServer, type FaultServer } from '../../../test/support/fault-server.ts';
import { limits } from '../../base/limits.ts';
import { SystemDocuments } from './documents.ts';

let folder: string;
let server: FaultServer;
before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'documents-'));
  server = await startFaultServer((request, response) => {
    const { url } = request;
    if (url === '/ok') return answer(response, 200, {}, 'a: 1\n');
    if (url === '/moved') return answer(response, 302, { location: '/ok' });
    if (url === '/round') return answer(response, 302, { location: '/round' });
    if (url === '/out') return answer(response, 302, { location: 'http://plain.example.org/' });
    if (url === '/huge') return answer(response, 200, {}, 'x'.repeat(limits.documentBytesMax + 1));
    if (url === '/reset') return reset(response);
    return answer(response, Number(url.slice(1)));
  });
});
after(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const documents = (signal?: AbortSignal): SystemDocuments =>
  new SystemDocuments({ proxies: { https: '', http: '', except: '' }, signal });
const at = (name: string): string => `http://${server.host.replace('localhost', '127.0.0.1')}/${name}`;

test('a document is read as it is, also where it has moved to', async () => {
  for (const name of ['ok', 'moved'])
    assert.equal(Buffer.from(await documents().read(at(name))).toString(), 'a: 1\n');
});

test('what a server does wrong is told apart', async () => {
  const codes = {
    404: 'document-missing',
    410: 'document-missing',
    401: 'document-missing',
    403: 'document-missing',
    500: 'document-unavailable',
    304: 'document-unavailable',
    round: 'document-invalid',
    out: 'document-invalid',
    huge: 'document-invalid',
    reset: 'document-unavailable',
  };
  for (const [name, code] of Object.entries(codes))
    await assert.rejects(documents().read(at(name)), { code }, name);
});

test('nobody is asked without TLS but this machine', async () => {
  await assert.rejects(documents().read('http://192.0.2.1/x'), { code: 'document-invalid' });
});

test('a broken-off read is an interruption', async () => {
  await assert.rejects(documents(AbortSignal.abort()).read(at('ok')), { code: 'interrupted' });
});

test('files: the bytes, or what is wrong with them', async () => {
  const file = path.join(folder, 'values.yaml');
  await writeFile(file, 'a: 2\n');
  assert.equal(Buffer.from(await documents().read(file)).toString(), 'a: 2\n');
  await assert.rejects(documents().read(path.join(folder, 'none')), { code: 'document-missing' });
  await assert.rejects(documents().read(folder), { code: 'path-refused' });
  await writeFile(file, 'x'.repeat(limits.documentBytesMax + 1));
  await assert.rejects(documents().read(file), { code: 'document-invalid' });
});

test('below a folder: its own files, and nothing that a link or a path leads to', async () => {
  const repo = path.join(folder, 'repo');
  await mkdir(path.join(repo, 'deep'), { recursive: true });
  await writeFile(path.join(folder, 'secret'), 'token\n');
  await writeFile(path.join(repo, 'deep', '..own'), 'a: 3\n');
  await symlink('../secret', path.join(repo, 'link'));
  await symlink('..', path.join(repo, 'up'));
  await symlink(repo, path.join(folder, 'linked'));
  const inside = documents().below(repo);
  assert.equal(Buffer.from(await inside.read(path.join(repo, 'deep', '..own'))).toString(), 'a: 3\n');
  for (const place of [at('ok'), at('ok').replace('http:', 'https:'), 'https://localhost:1/x'])
    await assert.rejects(inside.read(place), { code: 'document-invalid' }, 'no service of this machine');
  const throughLink = path.join(folder, 'linked');
  assert.ok(
    await documents()
      .below(throughLink)
      .read(path.join(throughLink, 'deep', '..own')),
  );
  for (const place of [
    path.join(folder, 'secret'),
    '/etc/hostname',
    repo,
    path.join(repo, 'link'),
    path.join(repo, 'up', 'secret'),
    path.join(repo, 'up', 'repo', 'deep', '..own'),
    `${repo}/../secret`,
  ])
    await assert.rejects(inside.read(place), { code: 'path-refused' }, place);
});
