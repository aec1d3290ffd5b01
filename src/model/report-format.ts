import { Buffer } from 'node:buffer';
import { visibleLine } from '../base/text.ts';

/** Formats of reports that name single tests, as `results.format` and `judge --format` call them. */
export const reportFormats = ['junit', 'tap', 'ctrf', 'go-test'] as const;

export type ReportFormat = (typeof reportFormats)[number];

/** What people call them. */
export const reportTitles: Readonly<Record<ReportFormat, string>> = {
  junit: 'JUnit XML',
  tap: 'TAP',
  ctrf: 'CTRF JSON',
  'go-test': 'JSON lines of go test',
};

/** What a file seems to be: a report of one format, or something else, told in words that follow "it looks like". */
export type ReportLook =
  | { readonly kind: 'report'; readonly format: ReportFormat }
  | { readonly kind: 'other'; readonly what: string };

// What tells a file apart stands in its first bytes; a noisy run may write a page before its first test.
const lookedAtBytes = 4096;

/**
 * Decided by the first bytes alone, never by a name. It serves to choose a reader where nobody named one, and to say
 * what a file is when its reader cannot read it; no reader believes it. Undefined: it could be anything.
 */
export function lookOf(bytes: Uint8Array): ReportLook | undefined {
  const start = Buffer.from(bytes.subarray(0, lookedAtBytes));
  const magic = magics.find(({ first }) => start.subarray(0, first.length).equals(Buffer.from(first)));
  if (magic !== undefined) return { kind: 'other', what: magic.what };
  const text = textOf(start);
  if (text.includes('\0')) return { kind: 'other', what: 'a binary file' };
  const begun = text.trimStart();
  if (begun === '') return undefined;
  if (begun.startsWith('<')) return lookOfXml(begun);
  if (/^\{\s*"(?:Time|Action|ImportPath|Package)"\s*:/m.test(begun))
    return { kind: 'report', format: 'go-test' };
  if (begun.startsWith('{') || begun.startsWith('[')) return lookOfJson(begun);
  if (/^(?:FAIL|ok {2}|\? {3})\t\S/m.test(begun))
    return { kind: 'other', what: 'the output of go test without -json' };
  return /^ *(?:TAP version \d|1\.\.\d|(?:not )?ok\b|Bail out!)/m.test(begun)
    ? { kind: 'report', format: 'tap' }
    : undefined;
}

const magics: readonly { readonly first: readonly number[]; readonly what: string }[] = [
  { first: [0x1f, 0x8b], what: 'a gzip archive' },
  { first: [0x28, 0xb5, 0x2f, 0xfd], what: 'a zstd archive' },
  { first: [0x50, 0x4b, 0x03, 0x04], what: 'a zip archive' },
  { first: [0x89, 0x50, 0x4e, 0x47], what: 'a PNG image' },
  // The signature byte of subunit's second version and its version nibble.
  { first: [0xb3, 0x29], what: 'a subunit stream (subunit2junitxml makes JUnit XML of it)' },
  { first: [0xb3, 0x2b], what: 'a subunit stream (subunit2junitxml makes JUnit XML of it)' },
];

function textOf(start: Buffer): string {
  if (start[0] === 0xff && start[1] === 0xfe) return new TextDecoder('utf-16le').decode(start);
  if (start[0] === 0xfe && start[1] === 0xff) return new TextDecoder('utf-16be').decode(start);
  return start.toString('utf8').replace(/^\uFEFF/, '');
}

const xmlRoots: ReadonlyMap<string, string> = new Map([
  ['test-run', 'an NUnit 3 report (nunit3-junit.xslt makes JUnit XML of it)'],
  ['test-results', 'an NUnit 2 report'],
  ['assemblies', 'an xUnit.net report'],
  ['testrun', 'a Visual Studio test report (trx)'],
  ['testng-results', 'a TestNG report'],
  ['coverage', 'a coverage report'],
  ['html', 'a page of HTML'],
]);

function lookOfXml(text: string): ReportLook {
  if (/^<!doctype html/i.test(text)) return { kind: 'other', what: 'a page of HTML' };
  const root = /<([A-Za-z][\w.-]{0,99})/.exec(text)?.[1];
  if (root === undefined || root === 'testsuites' || root === 'testsuite')
    return { kind: 'report', format: 'junit' };
  const what = xmlRoots.get(root.toLowerCase()) ?? `XML of another kind (<${visibleLine(root)}>)`;
  return { kind: 'other', what };
}

function lookOfJson(text: string): ReportLook {
  const isCtrf = /"reportFormat"\s*:\s*"CTRF"/.test(text) || /^\{\s*"results"\s*:\s*\{/.test(text);
  return isCtrf ? { kind: 'report', format: 'ctrf' } : { kind: 'other', what: 'JSON of another kind' };
}
