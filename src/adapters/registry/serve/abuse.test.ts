import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { FakeClock } from '../../../../test/support/fake-clock.ts';
import { ask, codeOf } from '../../../../test/support/http-words.ts';
import {
  bytesOf,
  freshBlob,
  inPieces,
  sampleImage,
  storeImage,
} from '../../../../test/support/sample-images.ts';
import { serving } from '../../../../test/support/served-registry.ts';
import { failureOf } from '../../../../test/support/registry-under-test.ts';
import { noSpace, watchedFiles } from '../../../../test/support/watched-files.ts';
import { limits } from '../../../base/limits.ts';

/** A connection on which a client writes whatever it likes. */
async function raw(host: string, text: string): Promise<Socket> {
  const [hostname, port] = host.split(':');
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

async function answerTo(host: string, text: string): Promise<string> {
  const socket = await raw(host, text);
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  await once(socket, 'close');
  return Buffer.concat(pieces).toString();
}

/** Looks until it is so; the test's own time limit ends what never comes. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await wait(5);
}

test('a page of the web gets no answer, and no request of it does anything', () =>
  serving(async ({ host }) => {
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
      const answer = await ask(host, 'POST /v2/a/blobs/uploads/', { headers });
      assert.deepEqual([answer.status, codeOf(answer)], [403, 'DENIED']);
    }
  }));

test('headers that are too large, or no HTTP, end the connection and nothing else', () =>
  serving(async ({ host }) => {
    const large = `GET /v2/ HTTP/1.1\r\nhost: x\r\nx: ${'a'.repeat(limits.servedHeaderBytesMax)}\r\n\r\n`;
    assert.match(await answerTo(host, large), /^HTTP\/1\.1 431 /);
    assert.match(await answerTo(host, 'what?\r\n\r\n'), /^HTTP\/1\.1 400 /);
    assert.match(
      await answerTo(
        host,
        'POST /v2/a/blobs/uploads/ HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
      ),
      /^HTTP\/1\.1 400 /,
    );
    assert.equal((await ask(host, 'GET /v2/')).status, 200);
  }));

const patience = { headersMs: 300, idleMs: 500, requestMs: 60_000 };

test('a client that never ends its headers is sent away', () =>
  serving(
    async ({ host }) => {
      assert.match(await answerTo(host, 'GET /v2/ HTTP/1.1\r\nhost: x\r\n'), /^HTTP\/1\.1 408 /);
    },
    // Else the silence might be noticed first, which gets no answer.
    { patience: { ...patience, idleMs: 60_000 } },
  ));

test('a client that stops sending is cut off, and nothing of its upload is left', () =>
  serving(
    async ({ host, folder }) => {
      const url = `/v2/a/blobs/uploads/?digest=sha256:${'1'.repeat(64)}`;
      await answerTo(host, `POST ${url} HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc`);
      await until(async () => (await readdir(path.join(folder, 'uploads'))).length === 0);
    },
    { patience },
  ));

test('a client that asks for a blob and never reads it is cut off', () =>
  serving(
    async ({ host, registries, requests }) => {
      // More than the buffers of two sockets hold.
      const { bytes, descriptor } = freshBlob(32 * 1024 * 1024);
      await registries.open(host, 'a').putBlob(descriptor, () => inPieces(bytes, 1024 * 1024));
      const socket = await raw(host, `GET /v2/a/blobs/${descriptor.digest} HTTP/1.1\r\nhost: x\r\n\r\n`);
      await until(() =>
        Promise.resolve(requests.some(({ method, sent }) => method === 'GET' && sent < descriptor.size)),
      );
      socket.destroy();
    },
    { patience },
  ));

test('a client that breaks off may go on from where it was, or leave it', () =>
  serving(async ({ host, folder }) => {
    const { bytes, descriptor } = freshBlob(300_000);
    const begun = await ask(host, 'POST /v2/a/blobs/uploads/');
    const location = String(begun.headers['location']);
    const socket = await raw(host, `PATCH ${location} HTTP/1.1\r\nhost: x\r\ncontent-length: 300000\r\n\r\n`);
    socket.write(bytes.subarray(0, 100_000));
    const progress = async (): Promise<number> => {
      const { headers: told } = await ask(host, `GET ${location}`);
      return Number(/^0-(\d+)$/.exec(String(told['range']))?.[1]) + 1;
    };
    const goOn = async (): Promise<number> => {
      const have = await progress();
      assert.ok(have <= 100_000);
      const first = have === 1 ? 0 : have;
      const headers = { 'content-range': `${first}-299999` };
      return (await ask(host, `PATCH ${location}`, { body: bytes.subarray(first), headers })).status;
    };
    await until(async () => (await ask(host, `PATCH ${location}`, { body: '' })).status === 409);
    socket.destroy();
    let status = 409;
    await until(async () => {
      status = await goOn();
      return status !== 409;
    });
    assert.equal(status, 202);
    assert.equal((await ask(host, `PUT ${location}?digest=${descriptor.digest}`)).status, 201);
    assert.deepEqual((await ask(host, `GET /v2/a/blobs/${descriptor.digest}`)).body, bytes);
    const broken = await raw(
      host,
      `POST /v2/a/blobs/uploads/?digest=sha256:${'1'.repeat(64)} HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc`,
    );
    await until(async () => (await readdir(path.join(folder, 'uploads'))).length === 1);
    broken.destroy();
    await until(async () => (await readdir(path.join(folder, 'uploads'))).length === 0);
  }));

test('two requests cannot write to one upload at once', () =>
  serving(async ({ host }) => {
    const { headers } = await ask(host, 'POST /v2/a/blobs/uploads/');
    const location = String(headers['location']);
    const first = await raw(host, `PATCH ${location} HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nabc`);
    let second = await ask(host, `PATCH ${location}`, { body: '' });
    await until(async () => {
      second = await ask(host, `PATCH ${location}`, { body: '' });
      return second.status === 409;
    });
    assert.equal(codeOf(second), 'BLOB_UPLOAD_INVALID');
    first.destroy();
  }));

test('open uploads are counted, and those that nobody goes on with make room', () => {
  const clock = new FakeClock();
  return serving(
    async ({ host, folder }) => {
      const begin = async (): Promise<number> => (await ask(host, 'POST /v2/a/blobs/uploads/')).status;
      for (let at = 0; at < limits.servedUploadsMax; at += 1) assert.equal(await begin(), 202);
      const full = await ask(host, 'POST /v2/a/blobs/uploads/');
      assert.deepEqual([full.status, codeOf(full)], [429, 'TOOMANYREQUESTS']);
      assert.equal(full.headers['retry-after'], '10');
      await clock.sleep(limits.servedUploadIdleMs + 1);
      assert.equal(await begin(), 202);
      assert.equal((await readdir(path.join(folder, 'uploads'))).length, 1);
    },
    { clock },
  );
});

test('a body that nobody wants is not read without end, and its sender sees why', () =>
  serving(async ({ host, requests }) => {
    const body = Buffer.alloc(6 * 1024 * 1024);
    const answer = await ask(host, 'PUT /v2/a/manifests/v1', { body, headers: { 'content-type': 'a/b' } });
    assert.deepEqual([answer.status, codeOf(answer)], [413, 'SIZE_INVALID']);
    const endless = await raw(
      host,
      'PUT /v2/a/manifests/v1 HTTP/1.1\r\nhost: x\r\ncontent-type: a/b\r\ncontent-length: 99999999999\r\n\r\n',
    );
    endless.resume();
    const closed = new Promise<void>((resolve) => {
      endless.once('close', () => resolve());
    });
    const more = (): void => {
      while (!endless.destroyed && endless.write(Buffer.alloc(100_000)));
    };
    endless.on('drain', more);
    more();
    await closed;
    await until(() => Promise.resolve(requests.length === 2));
    assert.ok((requests[1]?.received ?? 0) < 2 * limits.servedRestBytesMax);
  }));

for (const [what, refuses] of [
  ['while the blob arrives', 'write'],
  ['when it gets its name', 'rename'],
  ['when the repository gets it', 'link'],
] as const) {
  test(`a disk that is full ${what} is answered with 507, and what was there stays`, async () => {
    let isFull = false;
    const fs = watchedFiles((change) =>
      isFull && change === refuses ? Promise.reject(noSpace()) : Promise.resolve(),
    );
    await serving(
      async ({ host, registries, folder }) => {
        const repository = registries.open(host, 'team/ci');
        const image = sampleImage();
        await storeImage(repository, image, 'v1');
        const { bytes, descriptor } = freshBlob(50_000);
        isFull = true;
        const answer = await ask(host, `POST /v2/team/ci/blobs/uploads/?digest=${descriptor.digest}`, {
          body: bytes,
        });
        assert.equal(answer.status, 507);
        assert.equal(codeOf(answer), 'DENIED');
        assert.match(answer.body.toString(), /no space left/);
        assert.equal(await repository.hasBlob(descriptor.digest), false);
        assert.equal((await repository.resolve('v1'))?.digest, image.manifest.digest);
        assert.deepEqual(await readdir(path.join(folder, 'uploads')), []);
        isFull = false;
        await repository.putBlob(descriptor, () => inPieces(bytes));
        assert.deepEqual(await bytesOf(repository.blob(descriptor)), bytes);
      },
      { fs },
    );
  });
}

test('a blob that was damaged on the disk never arrives whole', () =>
  serving(async ({ host, folder, registries }) => {
    const repository = registries.open(host, 'team/ci');
    const { bytes, descriptor } = freshBlob(1_000_000);
    await repository.putBlob(descriptor, () => inPieces(bytes));
    await writeFile(
      path.join(folder, 'blobs/sha256', descriptor.digest.slice(7)),
      freshBlob(1_000_000).bytes,
    );
    const [hostname, port] = host.split(':');
    const answer = await answerTo(
      `${hostname}:${port}`,
      `GET /v2/team/ci/blobs/${descriptor.digest} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    );
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.ok(answer.length < 1_000_000);
    assert.equal((await failureOf(bytesOf(repository.blob(descriptor)))).code, 'content-mismatch');
  }));

test('an index that is taken away leaves its images, and a repository takes no more than its index may list', () =>
  serving(async ({ host, registries }) => {
    const repository = registries.open(host, 'team/ci');
    const image = sampleImage();
    await storeImage(repository, image, 'v0');
    const put = (tags: string) =>
      ask(host, `PUT /v2/team/ci/manifests/${image.manifest.digest}?${tags}`, {
        body: image.manifest.bytes,
        headers: { 'content-type': image.manifest.mediaType },
      });
    for (let at = 0; at < 10; at += 1) {
      const tags = Array.from({ length: 100 }, (_, each) => `tag=t${at}-${each}`).join('&');
      const { status, body } = await put(tags);
      // One entry is v0's.
      assert.equal(status, at === 9 ? 403 : 201, body.toString());
    }
    assert.equal((await repository.tags()).length, 901);
  }));
