import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { collectBytes, pumpInto, streamOf } from './stream.ts';

function chunks(count: number): AsyncIterable<Uint8Array> {
  return streamOf(Array.from({ length: count }, (_, at) => Buffer.alloc(1_000, at)));
}

test('all chunks arrive, with back pressure and without piling up listeners', async () => {
  let bytes = 0;
  let listenersMax = 0;
  const sink = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      listenersMax = Math.max(listenersMax, sink.listenerCount('drain'), sink.listenerCount('close'));
      setImmediate(done);
    },
  });
  assert.equal(await pumpInto(chunks(100), sink), true);
  assert.equal(bytes, 100_000);
  assert.ok(listenersMax <= 2);
});

test('a sink that closes early: false, and the source is ended', async () => {
  let ended = false;
  function* endless(): Generator<Uint8Array> {
    try {
      for (;;) yield Buffer.alloc(10);
    } finally {
      ended = true;
    }
  }
  const sink = new Writable({
    write(_chunk, _encoding, done) {
      done();
      sink.destroy();
    },
  });
  assert.equal(await pumpInto(streamOf(endless()), sink), false);
  assert.ok(ended);
});

test('a sink that breaks: its error', async () => {
  const sink = new Writable({
    write(_chunk, _encoding, done) {
      done(new Error('no space'));
    },
  });
  await assert.rejects(pumpInto(chunks(3), sink), /no space/);
});

test('a source that breaks: its error', async () => {
  function* broken(): Generator<Uint8Array> {
    yield Buffer.alloc(1);
    throw new Error('broken source');
  }
  const sink = new Writable({ write: (_chunk, _encoding, done) => done() });
  await assert.rejects(pumpInto(streamOf(broken()), sink), /broken source/);
});

test('bytes are collected up to the limit, not beyond', async () => {
  const tooLarge = (): never => {
    throw new Error('too large');
  };
  assert.equal((await collectBytes(chunks(3), 3_000, tooLarge)).length, 3_000);
  await assert.rejects(collectBytes(chunks(4), 3_999, tooLarge), /too large/);
});
