import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, reset, type Misbehaviour, type SeenRequest } from '../../../test/support/fault-server.ts';
import { against, failureOf } from '../../../test/support/registry-under-test.ts';
import { freshBlob, inPieces } from '../../../test/support/sample-images.ts';

const MiB = 1024 * 1024;
const blob = freshBlob(20 * MiB);
const send = (): AsyncIterable<Uint8Array> => inPieces(blob.bytes, MiB);

interface ChunkServer {
  readonly misbehave: Misbehaviour;
  /** What arrived in the upload that counts. */
  received(): Buffer;
  readonly uploads: () => number;
}

interface ChunkServerOptions {
  readonly startHeaders?: Readonly<Record<string, string>>;
  /** What happens to the n-th PATCH; true: the server takes it. */
  readonly onPatch?: (request: SeenRequest, take: () => void, number: number) => 'take' | 'reset' | 'lose';
  readonly onStatus?: Misbehaviour;
  readonly refuseWhole?: boolean;
}

/** A registry that takes uploads in chunks. */
function chunkServer(options: ChunkServerOptions = {}): ChunkServer {
  let pieces: Buffer[] = [];
  let uploads = 0;
  let patches = 0;
  const size = (): number => pieces.reduce((sum, piece) => sum + piece.length, 0);
  const accepted = (): Record<string, string> => ({
    location: `/upload/${uploads}-${size()}`,
    range: `0-${Math.max(0, size() - 1)}`,
  });
  const misbehave: Misbehaviour = (request, response, number) => {
    switch (request.method) {
      case 'HEAD':
        return answer(response, 404);
      case 'POST':
        pieces = [];
        uploads += 1;
        return answer(response, 202, { location: `/upload/${uploads}-0`, ...options.startHeaders });
      case 'GET':
        return options.onStatus === undefined
          ? answer(response, 204, accepted())
          : options.onStatus(request, response, number);
      case 'PATCH': {
        patches += 1;
        const [first] = (request.headers['content-range'] ?? '').split('-');
        if (Number(first) !== size()) return answer(response, 416, accepted());
        const take = (): void => {
          pieces.push(request.body);
        };
        const what = options.onPatch?.(request, take, patches) ?? 'take';
        if (what === 'reset') return reset(response);
        if (what === 'lose') return answer(response, 404);
        take();
        return answer(response, 202, accepted());
      }
      default:
        if (options.refuseWhole === true && request.body.length > 0) return answer(response, 413);
        return answer(
          response,
          Buffer.concat(pieces).equals(blob.bytes) && request.url.includes('digest=') ? 201 : 400,
        );
    }
  };
  return { misbehave, received: () => Buffer.concat(pieces), uploads: () => uploads };
}

test('a registry that asks for pieces gets pieces of a fixed size and the digest at the end', async () => {
  const server = chunkServer({ startHeaders: { 'oci-chunk-min-length': '1000' } });
  await against({ misbehave: server.misbehave }, async ({ repository, server: { seen } }) => {
    assert.equal(await repository.putBlob(blob.descriptor, send), 'stored');
    const patches = seen.filter(({ method }) => method === 'PATCH');
    assert.deepEqual(
      patches.map(({ headers }) => headers['content-range']),
      ['0-8388607', '8388608-16777215', '16777216-20971519'],
    );
    assert.deepEqual(server.received(), blob.bytes);
  });
});

test('a registry that wants larger pieces gets them', async () => {
  const server = chunkServer({ startHeaders: { 'oci-chunk-min-length': String(16 * MiB) } });
  await against({ misbehave: server.misbehave }, async ({ repository, server: { seen } }) => {
    await repository.putBlob(blob.descriptor, send);
    assert.equal(seen.filter(({ method }) => method === 'PATCH').length, 2);
  });
});

for (const wanted of ['1000000000', '-1', 'all', '1e9']) {
  test(`a registry that wants pieces of ${wanted} bytes is refused`, async () => {
    await against(
      { misbehave: chunkServer({ startHeaders: { 'oci-chunk-min-length': wanted } }).misbehave },
      async ({ repository }) => {
        assert.equal((await failureOf(repository.putBlob(blob.descriptor, send))).code, 'registry-refused');
      },
    );
  });
}

test('a blob that is too large for one request is sent in pieces', async () => {
  const server = chunkServer({ refuseWhole: true });
  await against({ misbehave: server.misbehave }, async ({ repository }) => {
    assert.equal(await repository.putBlob(blob.descriptor, send), 'stored');
    assert.deepEqual(server.received(), blob.bytes);
  });
});

const inChunks = { 'oci-chunk-min-length': '0' };

test('a piece whose answer was lost is not sent again when the registry has it', async () => {
  const server = chunkServer({
    startHeaders: inChunks,
    onPatch: (_, take, number) => {
      if (number !== 2) return 'take';
      take();
      return 'reset';
    },
  });
  await against({ misbehave: server.misbehave }, async ({ repository, server: { seen } }) => {
    assert.equal(await repository.putBlob(blob.descriptor, send), 'stored');
    assert.deepEqual(seen.map(({ method }) => method).slice(2), ['PATCH', 'PATCH', 'GET', 'PATCH', 'PUT']);
    assert.equal(server.uploads(), 1);
  });
});

test('a piece that did not arrive is sent again from where the registry stands', async () => {
  const server = chunkServer({
    startHeaders: inChunks,
    onPatch: (_, _take, number) => (number === 2 ? 'reset' : 'take'),
  });
  await against({ misbehave: server.misbehave }, async ({ repository }) => {
    assert.equal(await repository.putBlob(blob.descriptor, send), 'stored');
    assert.deepEqual(server.received(), blob.bytes);
    assert.equal(server.uploads(), 1);
  });
});

test('where the registry does not say how far it got, the upload is begun anew and never guessed', async () => {
  const server = chunkServer({
    startHeaders: inChunks,
    onPatch: (_, _take, number) => (number === 2 ? 'reset' : 'take'),
    onStatus: (_, response) => answer(response, 204, { range: '0-0' }),
  });
  await against({ misbehave: server.misbehave }, async ({ repository }) => {
    assert.equal(await repository.putBlob(blob.descriptor, send), 'stored');
    assert.equal(server.uploads(), 2);
  });
});

test('a registry that claims to have more than was sent is not believed', async () => {
  const server = chunkServer({
    startHeaders: inChunks,
    onPatch: (_, _take, number) => (number === 1 ? 'reset' : 'take'),
    onStatus: (_, response) => answer(response, 204, { range: '0-99999999' }),
  });
  await against({ misbehave: server.misbehave }, async ({ repository }) => {
    assert.equal(await repository.putBlob(blob.descriptor, send), 'stored');
    assert.equal(server.uploads(), 2);
  });
});

test('an upload that the registry lost between two pieces is begun anew', async () => {
  const server = chunkServer({
    startHeaders: inChunks,
    onPatch: (_, _take, number) => (number === 2 ? 'lose' : 'take'),
    onStatus: (_, response) => answer(response, 404),
  });
  await against({ misbehave: server.misbehave }, async ({ repository }) => {
    assert.equal(await repository.putBlob(blob.descriptor, send), 'stored');
    assert.equal(server.uploads(), 2);
  });
});
