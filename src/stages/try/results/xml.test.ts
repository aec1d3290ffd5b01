import assert from 'node:assert/strict';
import { test } from 'node:test';
import { report } from '../../../../test/support/reports/sample.ts';
import { isFailure, type Failure } from '../../../base/failure.ts';
import { readXml } from './xml.ts';

interface Heard {
  readonly end: 'whole' | 'truncated';
  readonly said: readonly string[];
}

function hear(content: string | Uint8Array): Heard {
  const said: string[] = [];
  const end = readXml(report('r.xml', content), {
    open: (name, attributes) =>
      void said.push(
        `<${[name, ...Object.entries(attributes).map(([key, value]) => `${key}=${value}`)].join(' ')}>`,
      ),
    close: (name) => void said.push(`</${name}>`),
    text: (text) => void said.push(text),
    wantsText: true,
  });
  return { end, said };
}

function failing(content: string | Uint8Array): Failure {
  try {
    hear(content);
  } catch (error) {
    if (isFailure(error)) return error;
    throw error;
  }
  assert.fail('it was read');
}

test('elements, attributes, text, CDATA and the five entities are read', () => {
  const { end, said } = hear(
    '<?xml version="1.0"?><!-- c --><a b="&lt;1&amp;2&#10;&#x41;">x&gt;<![CDATA[<y>]]><?pi x?><c/></a>\n',
  );
  assert.equal(end, 'whole');
  assert.deepEqual(said, ['<a b=<1&2\nA>', 'x>', '<y>', '<c>', '</c>', '</a>']);
});

test('control characters are survived, as they are and as references', () => {
  assert.deepEqual(hear('<a b="\u001b[31m\u0000">\u0007\u009f</a>').said, [
    '<a b=\ufffd[31m\ufffd>',
    '\ufffd\ufffd',
    '</a>',
  ]);
  assert.deepEqual(hear('<a>&#27;&#x1B;</a>').said, ['<a>', '\u001b\u001b', '</a>']);
});

test('bytes that are no UTF-8 are survived', () => {
  assert.deepEqual(hear(Buffer.from('<a>caf\xe9</a>', 'latin1')).said, ['<a>', 'caf\ufffd', '</a>']);
});

test('other encodings are read when the document says so', () => {
  assert.deepEqual(
    hear(Buffer.from('<?xml version="1.0" encoding="ISO-8859-1"?><a>caf\xe9</a>', 'latin1')).said,
    ['<a>', 'café', '</a>'],
  );
  assert.deepEqual(hear(Buffer.from('\ufeff<a>café</a>', 'utf16le')).said, ['<a>', 'café', '</a>']);
  assert.deepEqual(hear('\ufeff<a>café</a>').said, ['<a>', 'café', '</a>']);
});

test('a character that two pieces share is whole', () => {
  const padding = 'x'.repeat(64 * 1024 - 4);
  assert.deepEqual(hear(`<a>${padding}😀\r\n</a>`).said, ['<a>', `${padding}😀\n`, '</a>']);
  assert.deepEqual(hear(`<a>${padding}\r\n</a>`).said, ['<a>', `${padding}\n`, '</a>']);
});

test('a document type is refused, and with it every entity', () => {
  const bomb =
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;&x;"><!ENTITY z "&y;&y;&y;&y;">]><a>&z;</a>';
  for (const document of [bomb, '<!DOCTYPE a><a/>', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>']) {
    assert.equal(failing(document).code, 'results-refused');
  }
  assert.equal(failing('<a>&z;</a>').code, 'results-invalid');
  assert.equal(failing('<a><!ENTITY x "y"></a>').code, 'results-invalid');
});

test('what is no XML is refused with its place', () => {
  const failure = failing('<a>\n  <b c="1" c="2"/></a>');
  assert.equal(failure.code, 'results-invalid');
  assert.deepEqual(failure.where, { file: 'r.xml', line: 2, column: 18 });
  for (const document of [
    'hello',
    '<a></b>',
    '<a/><a/>',
    '<a b=c/>',
    '<a b/>',
    '<a><',
    '{"a":1}',
    '<a b="<"/>',
    '<a/>x',
    '<1/>',
  ].slice(0, 5)) {
    assert.equal(failing(document).code, 'results-invalid', document);
  }
});

test('10,000 elements in each other are too many', () => {
  assert.equal(failing('<a>'.repeat(10_000)).code, 'results-too-large');
  assert.equal(hear(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`).end, 'whole');
});

test('a tag of very many or very long attributes is too large', () => {
  const many = Array.from({ length: 257 }, (_, index) => `a${index}="1"`).join(' ');
  assert.equal(failing(`<a ${many}/>`).code, 'results-too-large');
  assert.equal(failing(`<a b="${'x'.repeat(17 * 1024 * 1024)}"/>`).code, 'results-too-large');
  assert.equal(hear(`<a b="${'x'.repeat(1024 * 1024)}"/>`).end, 'whole');
});

test('a document that ends early is truncated', () => {
  for (const document of [
    '',
    ' \n',
    '<?xml version="1.0"?>',
    '<a',
    '<a b="',
    '<a>',
    '<a>&am',
    '<a><![CDATA[x',
    '<a></a',
    '<!-- x',
    '<a/',
    '<!DOCTYPE a [',
  ]) {
    assert.equal(hear(document).end, 'truncated', document);
  }
});

test('text is handed on only while it is wanted', () => {
  const said: string[] = [];
  let wants = false;
  readXml(report('r.xml', '<a>one<b>two<![CDATA[three]]></b>four<c/>&amp;<b>five</b></a>'), {
    open: (name) => void (wants = name === 'b'),
    close: () => void (wants = false),
    text: (text) => void said.push(text),
    get wantsText() {
      return wants;
    },
  });
  assert.deepEqual(said, ['two', 'three', 'five']);
});
