import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { SaxesParser } from 'saxes';
import { terminalPicture } from '../../tools/terminal-picture.ts';

interface Text {
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

function textsOf(svg: string): readonly Text[] {
  const texts: Text[] = [];
  const parser = new SaxesParser({ xmlns: false });
  let open: Text | undefined;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (name !== 'text') return;
    open = { attributes: { ...attributes }, text: '' };
    texts.push(open);
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'text') open = undefined;
  });
  parser.on('text', (text) => {
    if (open !== undefined) open.text += text;
  });
  parser.write(svg).close();
  return texts;
}

const options = { command: 'lockkeeper gate', columns: 80, title: 'A <title> & "more"' };

test('text keeps its column, its colour and its weight', () => {
  const texts = textsOf(
    terminalPicture('\u001b[1m\u001b[31m✗ no\u001b[39m\u001b[22m  27\u001b[2m dim\u001b[22m', options),
  );
  const [sign, count, dim] = texts.slice(2);
  assert.equal(sign?.text, '✗ no');
  assert.deepEqual([sign?.attributes['fill'], sign?.attributes['font-weight']], ['#ff9a8f', '700']);
  assert.equal(count?.text, '27');
  assert.deepEqual([sign?.attributes['x'], count?.attributes['x']], ['20.0', '70.4']);
  assert.equal(dim?.attributes['opacity'], '0.65');
});

test('wide characters take two columns', () => {
  const [text] = textsOf(terminalPicture('日本', options)).slice(2);
  assert.equal(text?.attributes['textLength'], '33.6');
});

test('text is escaped', () => {
  const [text] = textsOf(terminalPicture('</text><script>&', options)).slice(2);
  assert.equal(text?.text, '</text><script>&');
});

test('the picture in the README is one of ours, and no larger than it may be', () => {
  const file = path.join(import.meta.dirname, '..', '..', 'docs', 'images', 'verdict-terminal.svg');
  const svg = readFileSync(file, 'utf8');
  assert.ok(svg.length < 150 * 1024);
  assert.ok(textsOf(svg).some(({ text }) => text.includes('Next:')));
});
