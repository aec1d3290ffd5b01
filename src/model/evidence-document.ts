import type { z } from 'zod';
import { canonicalJson, type Json } from '../base/canonical-json.ts';
import { Failure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { linesOf } from '../base/lines.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';
import { aboutSchema, observationSchema, trialSchema } from './evidence-schema.ts';
import type { Evidence } from './evidence.ts';
import { asTestId, runItself, type Observation } from './observation.ts';
import type { Trial } from './trial.ts';
import { readWaiver, waiverJson } from './waiver-schema.ts';

/**
 * Evidence as it is stored: lines of canonical JSON. The first says what was tried and how, then each trial has a line
 * and after it one for each of its observations. Several runs of a large suite say more than one string can hold.
 */

// Encoded at once; small enough to be cheap, large enough that few pieces are joined.
const pieceChars = 256 * 1024;

export function formatEvidence(evidence: Evidence): Uint8Array {
  const pieces: Buffer[] = [];
  let text = '';
  for (const line of linesOfEvidence(evidence)) {
    text += `${canonicalJson(line)}\n`;
    if (text.length < pieceChars) continue;
    pieces.push(Buffer.from(text));
    text = '';
  }
  return Buffer.concat([...pieces, Buffer.from(text)]);
}

function* linesOfEvidence({ trials, ...about }: Evidence): Generator<Json> {
  const { source, environment, rule, known, waivers, ...rest } = about;
  yield {
    schemaVersion: 1,
    ...rest,
    source: { ...source },
    environment: { ...environment },
    rule: { ...rule },
    known: { flaky: known.flaky, last: known.last === undefined ? undefined : { ...known.last } },
    waivers: waivers.map(waiverJson),
    trials: trials.length,
  };
  for (const { observations, ...trial } of trials) {
    const { end, report, output, reports, ...plain } = trial;
    yield {
      ...plain,
      end: { ...end },
      report: { ...report },
      output: { ...output },
      reports: reports.map((each) => ({ ...each })),
      observations: observations.length,
    };
    for (const { parts, ...observation } of observations) yield { ...observation, parts: { ...parts } };
  }
}

/** Reads it back, strictly: evidence that is not understood whole proves nothing. @throws Failure `content-refused` */
export async function parseEvidence(source: AsyncIterable<Uint8Array>): Promise<Evidence> {
  const lines = new EvidenceLines(source);
  try {
    return await readEvidence(lines);
  } finally {
    await lines.close();
  }
}

async function readEvidence(lines: EvidenceLines): Promise<Evidence> {
  const {
    schemaVersion: _version,
    baseline,
    source: state,
    known,
    waivers,
    trials: count,
    ...about
  } = await lines.next(aboutSchema);
  const trials: Trial[] = [];
  for (let index = 0; index < count; index += 1) {
    const { only, observations: seen, ...trial } = await lines.next(trialSchema);
    const observations: Observation[] = [];
    for (let at = 0; at < seen; at += 1) {
      const { id, ...observation } = await lines.next(observationSchema);
      if (id === runItself) throw refused(`a test is called ${JSON.stringify(id)}`);
      observations.push({ ...observation, id: asTestId(id) });
    }
    trials.push({ ...trial, only: only?.map(asTestId), observations });
  }
  await lines.end();
  return {
    ...about,
    baseline,
    source: { commit: state.commit, tree: state.tree, dirty: state.dirty },
    known: { flaky: known.flaky.map(asTestId), last: known.last },
    waivers: waivers.map(readWaiver),
    trials,
  };
}

class EvidenceLines {
  readonly #lines: AsyncGenerator<Buffer, void, undefined>;
  #number = 0;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#lines = linesOf(source, limits.evidenceLineBytesMax, () => {
      throw refused(`a line is longer than ${limits.evidenceLineBytesMax} bytes`);
    });
  }

  async next<Schema extends z.ZodType>(schema: Schema): Promise<z.infer<Schema>> {
    const next = await this.#lines.next();
    if (next.done === true) throw refused('it ends before its end');
    this.#number += 1;
    const place = `line ${this.#number}`;
    const parsed = schema.safeParse(parseJsonStrictly(next.value, (why) => refused(`${place}: ${why}`)));
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw refused(`${place}: ${issue?.path.join('.') || 'it'}: ${issue?.message ?? 'does not fit'}`);
  }

  /** Whoever stops midway leaves a file open otherwise. */
  async close(): Promise<void> {
    await this.#lines.return();
  }

  async end(): Promise<void> {
    if ((await this.#lines.next()).done !== true) throw refused('it goes on after its end');
  }
}

function refused(why: string): Failure {
  return new Failure('content-refused', `the evidence is refused: ${why}`);
}
