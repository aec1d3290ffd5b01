import { Buffer } from 'node:buffer';
import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { clip, visibleLine } from '../../../base/text.ts';
import type { ReportState } from '../../../model/trial.ts';
import { GoPackages } from './go-packages.ts';
import { JsonCursor, JsonEnd } from './json-cursor.ts';
import type { ObservationList, ReportFile } from './observation-list.ts';

/**
 * What `go test -json` writes (`go doc test2json`, `go help buildjson`): one event a line, of several packages at once.
 * Lines that are no objects come from around it. A report is whole when each package that began has ended in order.
 * @throws Failure `results-invalid`, `results-too-large`; `into` then holds the packages that had ended
 */
export function readGoTest(file: ReportFile, into: ObservationList): ReportState {
  const packages = new GoPackages(into);
  const json = new JsonCursor(file);
  const bytes = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, file.bytes.byteLength);
  let events = 0;
  let isCut = false;
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    if (bytes[start] === openBrace) {
      json.seek(start, end);
      const event = eventOf(json, newline === -1);
      if (event === undefined) isCut = true;
      else if (event.action !== '') {
        events += 1;
        packages.take(event);
      }
    } else packages.takeLine(bytes.toString('utf8', start, Math.min(end, start + limits.reportLineCharsMax)));
    start = end + 1;
  }
  if (events === 0 && !packages.hasBuildFailures) {
    if (isCut || bytes.length === 0)
      return truncated(bytes.length === 0 ? `${file.path} is empty` : `${file.path} ends in the middle`);
    throw new Failure('results-invalid', 'it holds no event of go test', {
      where: { file: file.path, line: 1 },
    });
  }
  packages.end();
  if (isCut) return truncated(`${file.path} ends in the middle of a line`);
  return packages.state(file.path);
}

const openBrace = 0x7b;

function truncated(why: string): ReportState {
  return { kind: 'broken', code: 'truncated', why };
}

/** One line, as far as it tells of tests. Absent members are empty. */
export interface GoEvent {
  action: string;
  package: string;
  test: string;
  output: string;
  /** What was built: build events name it in the place of the package. */
  importPath: string;
  /** The package failed because this did not build. */
  failedBuild: string;
  seconds: number | undefined;
}

/** Undefined: the line is the last one, and cut off. @throws Failure `results-invalid`, `results-too-large` */
function eventOf(json: JsonCursor, isLast: boolean): GoEvent | undefined {
  const event: GoEvent = {
    action: '',
    package: '',
    test: '',
    output: '',
    importPath: '',
    failedBuild: '',
    seconds: undefined,
  };
  try {
    json.object((key) => takeMember(event, key, json));
    json.finish();
  } catch (error) {
    if (!(error instanceof JsonEnd)) throw error;
    if (isLast) return undefined;
    throw new Failure('results-invalid', 'a line ends in the middle of an event');
  }
  return event;
}

const texts = {
  Action: 'action',
  Package: 'package',
  Test: 'test',
  Output: 'output',
  ImportPath: 'importPath',
  FailedBuild: 'failedBuild',
} as const;

function isText(key: string): key is keyof typeof texts {
  return Object.hasOwn(texts, key);
}

function takeMember(event: GoEvent, key: string, json: JsonCursor): void {
  if (isText(key) && json.kind === 'string') {
    const member = texts[key];
    if (event[member] !== '')
      throw new Failure('results-invalid', `the key ${key} stands twice in one event`);
    event[member] = json.string();
  } else if (key === 'Elapsed' && json.kind === 'number') event.seconds = json.number();
  else if (isText(key))
    throw new Failure('results-invalid', `${clip(visibleLine(key), 50)} of an event is no text`);
  else json.skip();
}
