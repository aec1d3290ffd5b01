import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { Questions } from './questions.ts';

function asking(): {
  readonly input: PassThrough;
  readonly controller: AbortController;
  readonly questions: Questions;
  readonly said: () => string;
} {
  const [input, controller] = [new PassThrough(), new AbortController()];
  let said = '';
  const output = { write: (text: string): void => void (said += text) };
  const questions = new Questions({ input, output, signal: controller.signal });
  return { input, controller, questions, said: () => said };
}

test('each question gets the next line, typed ahead or afterwards; after the end of input the answer is no', async () => {
  const { input, questions, said } = asking();
  input.write('yes\nno\n');
  assert.equal(await questions.ask('one? '), 'yes');
  assert.equal(await questions.ask('two? '), 'no');
  const third = questions.ask('three? ');
  input.end('maybe\n');
  assert.equal(await third, 'maybe');
  assert.equal(await questions.ask('four? '), 'n');
  assert.equal(said(), 'one? two? three? four? ');
  questions.close();
});

test('an interruption ends the waiting, and nothing is asked after it', async () => {
  const { controller, questions, said } = asking();
  const waiting = questions.ask('one? ');
  setImmediate(() => controller.abort(new Error('interrupted')));
  await assert.rejects(waiting, /interrupted/);
  await assert.rejects(questions.ask('two? '), /interrupted/);
  assert.equal(said(), 'one? ');
  questions.close();
});
