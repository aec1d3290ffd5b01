import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { FakeClock } from '../../../test/support/fake-clock.ts';
import { limits } from '../../base/limits.ts';
import { Answer } from './answer.ts';
import { Deadline } from './deadline.ts';
import { Pace } from './pace.ts';

const times = { connectMs: 1000, headersMs: 1000, idleMs: 1000, transferGraceMs: 1000 };
const pieceBytes = 64 * 1024;
const aheadPieces = limits.answerAheadBytes / pieceBytes;

/** An answer, and the message that it reads, as the network fills it. */
function answered(): { readonly answer: Answer; readonly message: IncomingMessage } {
  const message = new IncomingMessage(new Socket());
  const answer = new Answer(
    { message, deadline: new Deadline(() => undefined), isSent: () => true, hangUp: () => undefined },
    { pace: new Pace(times, new FakeClock()), what: 'cannot', signal: undefined, idleMs: 1000 },
  );
  return { answer, message };
}

/** How many pieces an answer takes that nobody reads. */
async function fill(message: IncomingMessage): Promise<number> {
  for (let pieces = 0; ; pieces += 1) {
    await nextTurn();
    if (message.isPaused()) return pieces;
    assert.ok(pieces <= aheadPieces, 'it takes more than may wait');
    message.push(Buffer.alloc(pieceBytes));
  }
}

test('what comes before anybody reads it is taken up to the limit, and more when half of it is read', async () => {
  const { answer, message } = answered();
  assert.equal(await fill(message), aheadPieces);
  for (let piece = 1; piece <= aheadPieces / 2; piece += 1) {
    assert.equal(message.isPaused(), true);
    assert.equal((await answer.next()).kind, 'bytes');
  }
  assert.equal(await fill(message), aheadPieces / 2);
});
