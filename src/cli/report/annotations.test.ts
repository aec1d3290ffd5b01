import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderAnnotations } from './annotations.ts';
import type { PlacedFinding } from './placed-finding.ts';

const stale: PlacedFinding = {
  rule: 'stale',
  severity: 'error',
  title: 'Stale pin',
  message: 'alpine:3.20 moved on',
  place: { file: '.github/workflows/ci.yml', line: 12, column: 16, endLine: 12, endColumn: 30 },
  identity: ['ci.yml', 'alpine'],
};

test('a finding at a place becomes one command with file, line and column', () => {
  assert.equal(
    renderAnnotations([stale]),
    '::error file=.github/workflows/ci.yml,line=12,endLine=12,col=16,endColumn=30,title=Stale pin::alpine:3.20 moved on\n',
  );
});

test('names and texts of others neither end a command nor begin one', () => {
  const text = 'a,b:c%\n::set-output name=x::y\r\n##[add-path]/evil \u202e';
  const written = renderAnnotations([
    {
      ...stale,
      severity: 'warning',
      title: text,
      message: text,
      place: { file: 'a,b:c%::d/e.yml', line: 1 },
    },
  ]);
  assert.equal(
    written,
    String.raw`::warning file=a%2Cb%3Ac%25%3A%3Ad/e.yml,line=1,title=a%2Cb%3Ac%25 \x3a%3Aset-output name=x%3A%3Ay \x23#[add-path]/evil \u202e` +
      String.raw`::a,b:c%25%0A\x3a:set-output name=x::y%0A\x23#[add-path]/evil \u202e` +
      '\n',
  );
});

test('a file whose name cannot be shown is left away, not changed', () => {
  const place = { file: 'a\nb.yml', line: 3 };
  assert.equal(renderAnnotations([{ ...stale, place }]), '::error title=Stale pin::alpine:3.20 moved on\n');
});

test('of each level there are at most ten, and a last line counts the rest', () => {
  const of = (severity: PlacedFinding['severity'], count: number): readonly PlacedFinding[] =>
    Array.from({ length: count }, () => ({ ...stale, severity }));
  const count = (lines: readonly string[], severity: string): number =>
    lines.filter((line) => line.startsWith(`::${severity} `)).length;

  const full = renderAnnotations([...of('error', 10), ...of('notice', 10)]).split('\n');
  assert.deepEqual([count(full, 'error'), count(full, 'notice')], [10, 10]);

  const over = renderAnnotations([...of('error', 12), ...of('warning', 11), ...of('notice', 10)])
    .trimEnd()
    .split('\n');
  assert.deepEqual(
    ['error', 'warning', 'notice'].map((severity) => count(over, severity)),
    [10, 10, 10],
  );
  assert.match(over.at(-1) ?? '', /^::notice title=.*::2 errors, 1 warning, 1 notice left out: /);
});
