import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isFailure } from '../base/failure.ts';
import { parseReport, reportJsonSchema } from './report-document.ts';

test('a file that is no report is refused with its place and the first fault', () => {
  const bytes = new TextEncoder().encode('{"schemaVersion":2}');
  assert.throws(
    () => parseReport(bytes, 'old.json'),
    (error) =>
      isFailure(error, 'path-refused') &&
      error.where?.file === 'old.json' &&
      error.message.includes('schemaVersion'),
  );
});

test('the JSON Schema knows every part of a report and forbids all others', () => {
  const schema = reportJsonSchema();
  assert.equal(schema['$schema'], 'https://json-schema.org/draft/2020-12/schema');
  assert.equal(schema['additionalProperties'], false);
  const text = JSON.stringify(schema);
  for (const word of ['lost-coverage', 'hold: needs approval', 'image author', 'confirmed', 'trials']) {
    assert.ok(text.includes(word), word);
  }
});
