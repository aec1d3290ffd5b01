import type { Evidence } from '../model/evidence.ts';

// Encoded at once; small enough to be cheap, large enough that few pieces are joined.
const pieceChars = 256 * 1024;

/** Evidence as JSON. Several runs of a large suite say more than one string of JavaScript can hold. */
export function evidenceBytes(evidence: Evidence): Uint8Array {
  const pieces: Buffer[] = [];
  let text = '';
  for (const fragment of fragmentsOf(evidence)) {
    text += fragment;
    if (text.length < pieceChars) continue;
    pieces.push(Buffer.from(text));
    text = '';
  }
  return Buffer.concat([...pieces, Buffer.from(text)]);
}

function* fragmentsOf({ trials, ...about }: Evidence): Generator<string> {
  yield `${opened(about)}"trials":[`;
  for (const [index, { observations, ...trial }] of trials.entries()) {
    yield `${index === 0 ? '' : ','}${opened(trial)}"observations":[`;
    for (const [at, observation] of observations.entries())
      yield `${at === 0 ? '' : ','}${JSON.stringify(observation)}`;
    yield ']}';
  }
  yield ']}';
}

/** An object that goes on; it holds at least one member. */
function opened(value: object): string {
  return `${JSON.stringify(value).slice(0, -1)},`;
}
