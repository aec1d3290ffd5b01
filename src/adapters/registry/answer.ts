import { errors, type Dispatcher } from 'undici';
import { explainBreak, type Broken } from './break.ts';
import type { Deadline } from './deadline.ts';
import type { Pace } from './pace.ts';

export interface AnswerContext {
  readonly pace: Pace;
  readonly what: string;
  readonly signal: AbortSignal | undefined;
  readonly deadline: Deadline;
  /** How long the next piece may be waited for. */
  readonly idleMs: number;
}

/** A piece of an answer's body, its end, or the news that there will be no more. */
export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | Broken;

export type Collected =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | Broken;

/** Status and headers of an answer, and its body while it comes. The body must be read to its end or discarded. */
export class Answer {
  readonly status: number;
  readonly #data: Dispatcher.ResponseData;
  readonly #context: AnswerContext;
  #pieces: AsyncIterator<unknown> | undefined;

  constructor(data: Dispatcher.ResponseData, context: AnswerContext) {
    this.status = data.statusCode;
    this.#data = data;
    this.#context = context;
    // A connection that breaks after the last read would otherwise be an error that nobody asked for.
    data.body.on('error', () => undefined);
  }

  /** Several headers of one name are joined as RFC 9110 says. */
  header(name: string): string | undefined {
    const value = this.#data.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  /** `Content-Length`, or undefined where it is absent or no number. A claim. */
  get length(): number | undefined {
    const text = this.header('content-length') ?? '';
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  }

  async next(): Promise<Piece> {
    const { pace, what, signal, deadline, idleMs } = this.#context;
    this.#pieces ??= this.#data.body[Symbol.asyncIterator]();
    const pieces = this.#pieces;
    deadline.start(idleMs, () => new errors.BodyTimeoutError());
    try {
      const step = await pace.waiting(() => pieces.next());
      if (step.done === true) return { kind: 'end' };
      const bytes = step.value instanceof Uint8Array ? step.value : new Uint8Array();
      const slow = pace.moved(bytes.length);
      return slow === undefined
        ? { kind: 'bytes', bytes }
        : { ...explainBreak(slow, what, signal), again: true };
    } catch (error) {
      return explainBreak(error, what, signal);
    } finally {
      deadline.stop();
    }
  }

  /** The whole body, if it is no larger than it may be. */
  async collect(bytesMax: number): Promise<Collected> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const piece = await this.next();
      if (piece.kind === 'broken') {
        this.discard();
        return piece;
      }
      if (piece.kind === 'end') return { kind: 'bytes', bytes: Buffer.concat(chunks) };
      size += piece.bytes.length;
      if (size > bytesMax) {
        this.discard();
        return { kind: 'too-large' };
      }
      chunks.push(piece.bytes);
    }
  }

  /** Nobody reads the rest. */
  discard(): void {
    this.#data.body.destroy();
  }
}
