import { limits } from '../../../base/limits.ts';

/**
 * The signature of a failure: its first line that means something, without what varies from run to run.
 * Two equal signatures mean "the same failure". Reports are hostile: what is looked at is bounded, and each
 * expression below takes linear time on any input.
 */

/** What a report says of a failure. */
export interface FailureText {
  readonly message: string;
  readonly type: string;
  readonly text: string;
}

/** Undefined where the report says nothing. */
export function signatureOf({ message, type, text }: FailureText): string | undefined {
  const line =
    meaningfulLine(message) ??
    explanation(text) ??
    meaningfulLine(type) ??
    anyLine(`${message}\n${text}\n${type}`);
  return line === undefined ? undefined : withoutVariation(line);
}

/** pytest marks what it found with `E`; a Python traceback ends with the exception; else the first line. */
function explanation(text: string): string | undefined {
  const marked = text.startsWith('E  ') ? 0 : text.indexOf('\nE  ') + 1;
  if (marked > 0 || text.startsWith('E  '))
    return meaningfulLine(text.slice(marked + 1, marked + 1 + limits.signatureLineCharsMax));
  const trace = text.indexOf('Traceback (most recent call last)');
  if (trace !== -1) {
    const last = lastFlushLine(text);
    if (last !== undefined) return last;
  }
  return meaningfulLine(text);
}

/** The last line that is not indented. */
function lastFlushLine(text: string): string | undefined {
  let end = text.length;
  for (let looked = 0; looked < limits.signatureLinesMax && end > 0; looked += 1) {
    const start = text.lastIndexOf('\n', end - 1) + 1;
    const line = text.slice(start, Math.min(end, start + limits.signatureLineCharsMax));
    if (/^[^\s^~]/.test(line) && isMeaningful(line.trim())) return line;
    end = start - 1;
  }
  return undefined;
}

function meaningfulLine(text: string): string | undefined {
  return findLine(text, isMeaningful);
}

function anyLine(text: string): string | undefined {
  return findLine(text, (line) => line !== '');
}

function findLine(text: string, wanted: (line: string) => boolean): string | undefined {
  let start = 0;
  for (let looked = 0; looked < limits.signatureLinesMax && start < text.length; looked += 1) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = withoutTrace(text.slice(start, Math.min(end, start + limits.signatureLineCharsMax)).trim());
    if (wanted(line)) return line;
    start = end + 1;
  }
  return undefined;
}

/** In attributes of XML, lines that are not escaped become one. */
function withoutTrace(line: string): string {
  const trace = line.indexOf(' Traceback (most recent call last)');
  return trace > 0 ? line.slice(0, trace) : line;
}

// What runners write in front of, or instead of, the failure.
const empty = new Set([
  'assertion failed',
  'collection failure',
  'collection skipped',
  'error',
  'failed',
  'failure',
  'test failed',
  'test suite failed to run',
]);
const frame =
  /^(?:Traceback\b|Hint:|\((?:in test file|from function)\s|ImportError while importing test module|at\s|File "|=== |--- |@pytest\.|def |self = |>\s|[-=_~^*#.\s|]*$)/;

function isMeaningful(line: string): boolean {
  const bare = line.replace(/^(?:[●#✕✗×*]\s*)+/u, '');
  return bare !== '' && !frame.test(line) && !empty.has(bare.toLowerCase().replace(/[.:]$/, ''));
}

const variations: readonly (readonly [RegExp, string])[] = [
  // Terminal colours, as they are and as runners write them out.
  [/(?:\u001b|\ufffd|#x1B|\\x1[Bb]|\\u001[Bb])\[[0-9;?]{0,20}[A-Za-z]/g, ''],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<uuid>'],
  // 2026-11-21, 2026-11-21T02:54:12.393+00:00
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)?)?/g, '<time>'],
  [/\b\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\b/g, '<time>'],
  [/\b0x[0-9a-f]+\b/gi, '<address>'],
  [/\/(?:tmp|var\/tmp|dev\/shm|run\/user)\/[^\s'"`,;:)\]}>]*/g, '<temporary>'],
  // Digests, container ids, milliseconds since 1970.
  [/\b[0-9a-f]{12,}\b/gi, '<id>'],
  [
    /(?<![\w.])\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?|bytes|[kKMG]i?B|%)(?!\w)/g,
    '<quantity>',
  ],
  [/\b(line|pid|process|thread|port)([ :=]+)\d+/gi, '$1$2<number>'],
  // Ports and places: `localhost:41234`, `a.py:12:3`.
  [/:(?<=(?:\/\/[\w.-]{1,100}|\.\w{1,8}|localhost|\]):)\d+(?::\d+)?/g, ':<number>'],
  [/\s+/g, ' '],
];

function withoutVariation(line: string): string {
  const plain = variations.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), line);
  return plain.trim().slice(0, limits.signatureCharsMax).toWellFormed();
}
