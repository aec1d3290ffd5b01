import { Buffer } from 'node:buffer';
import { Failure } from '../../../base/failure.ts';
import { limits } from '../../../base/limits.ts';
import { clip } from '../../../base/text.ts';
import {
  TestNamer,
  type Observation,
  type ObservedStatus,
  type TestParts,
} from '../../../model/observation.ts';
import { signatureOf, type FailureText } from './signature.ts';

/** A report as it was left: by a trial, or by somebody else's run. `path` orders the files and names them to people. */
export interface ReportFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** What a report says of one test. */
export type Outcome = Omit<Observation, 'id' | 'parts'> & { readonly status: ObservedStatus };

/** What one run may leave to be kept. */
export interface ObservationBounds {
  readonly testsMax: number;
  readonly namesCharsMax: number;
  readonly detailsCharsMax: number;
}

const usualBounds: ObservationBounds = {
  testsMax: limits.observationsMax,
  namesCharsMax: limits.observationNamesCharsMax,
  detailsCharsMax: limits.observationDetailsCharsMax,
};

/**
 * The observations of one trial in the order of its reports. Names are cut, numbered where they repeat, never dropped;
 * what many failures have to say is dropped after the first of them.
 */
export class ObservationList {
  readonly #namer = new TestNamer();
  readonly #observations: Observation[] = [];
  readonly #bounds: ObservationBounds;
  #kept = { file: '', class: '' };
  #nameChars = 0;
  #detailChars = 0;

  constructor(bounds: Partial<ObservationBounds> = {}) {
    this.#bounds = { ...usualBounds, ...bounds };
  }

  get all(): readonly Observation[] {
    return this.#observations;
  }

  /** Returns the place of the new observation, for {@link replace}. @throws Failure `results-too-large` */
  add({ file, class: group, name }: TestPartsRead, outcome: Outcome): number {
    const { testsMax, namesCharsMax } = this.#bounds;
    if (this.#observations.length >= testsMax) {
      throw new Failure('results-too-large', `there are more than ${testsMax} tests`);
    }
    const named = partsOf(this.#keep('file', file), this.#keep('class', group), name);
    const id = this.#namer.name(named);
    this.#nameChars += id.length;
    if (this.#nameChars > namesCharsMax) {
      throw new Failure(
        'results-too-large',
        `the names of the tests are longer than ${namesCharsMax} characters`,
      );
    }
    // The end of the id is a copy of the name that costs nothing, and does not hold on to the report's text.
    const isEnd = id.length > named.name.length && id.endsWith(named.name);
    const parts = { ...named, name: isEnd ? id.slice(-named.name.length) : detached(named.name) };
    return this.#observations.push({ id, parts, ...this.#affordable(outcome) }) - 1;
  }

  /** Tests of one file or class stand together: they share one copy of its name. */
  #keep(part: 'file' | 'class', text: string | undefined): string | undefined {
    if (text === undefined || text === '') return undefined;
    if (this.#kept[part] !== text) this.#kept[part] = detached(text);
    return this.#kept[part];
  }

  at(index: number): Observation | undefined {
    return this.#observations[index];
  }

  /** Another outcome for a test that the report comes back to. */
  replace(index: number, outcome: Outcome): void {
    const before = this.#observations[index];
    if (before === undefined) return;
    this.#observations[index] = { id: before.id, parts: before.parts, ...this.#affordable(outcome) };
  }

  #affordable(outcome: Outcome): Outcome {
    this.#detailChars += outcome.detail?.length ?? 0;
    if (this.#detailChars <= this.#bounds.detailsCharsMax) return outcome;
    const { detail: _, ...rest } = outcome;
    return rest;
  }
}

/** The parts as a report gives them: any may be absent, empty or enormous. */
export interface TestPartsRead {
  readonly file: string | undefined;
  readonly class: string | undefined;
  readonly name: string | undefined;
}

/** Signature and detail of a failure, as far as the report has words for it. */
export function describeFailure(failure: FailureText): Pick<Observation, 'signature' | 'detail'> {
  const signature = signatureOf(failure);
  const detail = detailOf(failure);
  return { ...(signature === undefined ? {} : { signature }), ...(detail === '' ? {} : { detail }) };
}

/** The reason of a skipped test. */
export function describeSkip({ message, text, type }: FailureText): Pick<Observation, 'detail'> {
  const reason = message === 'collection skipped' ? text : message || text || type;
  return reason.trim() === '' ? {} : { detail: cutDetail(reason.trim()) };
}

export function cutDetail(text: string): string {
  return detached(clip(text, limits.failureDetailCharsMax));
}

function detailOf({ message, text, type }: FailureText): string {
  const body = text.trim();
  const isToldInBody = body.length <= limits.failureDetailCharsMax && body.includes(message.trim());
  const whole = isToldInBody ? body : `${message.trim()}\n${body}`.trim();
  return cutDetail(whole === '' ? type : whole);
}

/** A copy of its own: what was cut out of a document would keep the whole piece of it in memory. */
export function detached(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

function partsOf(file: string | undefined, group: string | undefined, name: string | undefined): TestParts {
  const told = name === undefined || name === '' ? '(unnamed)' : cutName(name);
  // Runners that know no classes repeat the name.
  const hasGroup = group !== undefined && group !== '' && group !== name;
  if (file === undefined || file === '')
    return hasGroup ? { class: cutName(group), name: told } : { name: told };
  return hasGroup
    ? { file: cutName(file), class: cutName(group), name: told }
    : { file: cutName(file), name: told };
}

export function cutName(name: string): string {
  return clip(name, limits.testNameCharsMax);
}

/**
 * A path as it stands in the source. Reports often hold absolute ones: below `mount` they are made relative; others are
 * where the image keeps its programs, which differs between images (`/usr/lib/python3.11/…`), and tell no tests apart.
 */
export function sourcePath(path: string, mount: string | undefined): string | undefined {
  if (!path.startsWith('/')) return path.startsWith('./') ? path.slice(2) : path;
  if (mount === undefined) return path;
  const folder = mount.endsWith('/') ? mount : `${mount}/`;
  return path.startsWith(folder) ? path.slice(folder.length) : undefined;
}

/** Runners call groups of tests after their files; those are made relative as well, and all others stay as they are. */
export function groupName(name: string, mount: string | undefined): string {
  return name.startsWith('/') ? (sourcePath(name, mount) ?? name) : name;
}
