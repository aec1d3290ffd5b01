import type { IncomingMessage } from 'node:http';
import { limits } from '../../base/limits.ts';
import { explainBreak, type Broken } from './break.ts';
import type { Answered } from './exchange.ts';
import type { Pace } from './pace.ts';

export interface AnswerContext {
  readonly pace: Pace;
  readonly what: string;
  readonly signal: AbortSignal | undefined;
  /** How long the next piece may be waited for. */
  readonly idleMs: number;
}

/** A piece of an answer's body, its end, or the news that there will be no more. */
export type Piece =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' }
  | Broken;

/** All of a body has come, or why it has not. */
type End = { readonly error: unknown } | 'whole';

export type Collected =
  | { readonly kind: 'bytes'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | Broken;

/**
 * Status and headers of an answer, and its body while it comes. What comes before anybody asks for it waits in memory, up
 * to a limit, so that the network goes on while bytes are hashed and written. The body must be read to its end or discarded.
 */
export class Answer {
  readonly status: number;
  readonly #answered: Answered;
  readonly #message: IncomingMessage;
  readonly #context: AnswerContext;
  readonly #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #end: End | undefined;
  #wake: (() => void) | undefined;

  constructor(answered: Answered, context: AnswerContext) {
    const { message } = answered;
    this.status = message.statusCode ?? 0;
    this.#answered = answered;
    this.#message = message;
    this.#context = context;
    message.on('data', (bytes: Buffer) => this.#add(bytes));
    message.on('end', () => this.#ended('whole'));
    message.on('error', (error) => this.#ended({ error }));
    // Whoever discards it does not ask for more.
    message.on('close', () => this.#ended({ error: closed() }));
    // It may have broken between its head and us.
    if (message.destroyed) this.#ended({ error: message.errored ?? closed() });
  }

  /** Several headers of one name are joined as RFC 9110 says. */
  header(name: string): string | undefined {
    return this.#message.headersDistinct[name]?.join(', ');
  }

  /** `Content-Length`, or undefined where it is absent or no number. A claim. */
  get length(): number | undefined {
    const text = this.header('content-length') ?? '';
    return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  }

  async next(): Promise<Piece> {
    while (this.#waiting.length === 0 && this.#end === undefined) await this.#more();
    const { pace, what, signal } = this.#context;
    const bytes = this.#waiting.shift();
    if (bytes !== undefined) {
      this.#waitingBytes -= bytes.length;
      if (this.#message.isPaused() && this.#waitingBytes <= limits.answerAheadBytes / 2)
        this.#message.resume();
      const slow = pace.moved(bytes.length);
      return slow === undefined
        ? { kind: 'bytes', bytes }
        : { ...explainBreak(slow, what, signal), again: true };
    }
    if (this.#end === undefined || this.#end === 'whole') return { kind: 'end' };
    return explainBreak(this.#end.error, what, signal);
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

  /** Nobody reads the rest. A connection that has nothing more to say is kept. */
  discard(): void {
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
    if (this.#message.complete && this.#answered.isSent()) this.#message.resume();
    else this.#answered.hangUp();
  }

  /** Waits for the peer. */
  async #more(): Promise<void> {
    const { deadline } = this.#answered;
    const { pace, idleMs } = this.#context;
    deadline.start(idleMs, 'LATE_BODY');
    await pace.waiting(
      () =>
        new Promise<void>((resolve) => {
          this.#wake = resolve;
        }),
    );
    deadline.stop();
  }

  #add(bytes: Buffer): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= limits.answerAheadBytes) this.#message.pause();
    this.#wake?.();
  }

  /** What comes after the end is no news. */
  #ended(end: End): void {
    this.#end ??= end;
    // A peer that has answered before it took the request takes no more of it.
    if (end === 'whole' && !this.#answered.isSent()) this.#answered.hangUp();
    this.#wake?.();
  }
}

function closed(): Error {
  return Object.assign(new Error('closed'), { code: 'ECONNRESET' });
}
