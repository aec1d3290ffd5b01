import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { Socket } from 'node:net';
import { interruption, throwIfInterrupted } from '../../base/interruption.ts';
import { request as askPlainly } from '../../base/node-http.ts';
import { pumpInto } from '../../base/stream.ts';
import { Deadline } from './deadline.ts';
import type { HttpTimes, Pace, Turn } from './pace.ts';

export interface ExchangeOrder {
  /** With the agent whose connection is used. */
  readonly options: RequestOptions;
  readonly isSecure: boolean;
  readonly body: AsyncIterable<Uint8Array> | undefined;
  readonly pace: Pace;
  readonly times: HttpTimes;
  readonly signal: AbortSignal | undefined;
  readonly onConnected: (socket: Socket) => void;
}

/** The head of an answer; its body is still coming. */
export interface Answered {
  readonly message: IncomingMessage;
  /** Ends the exchange, whatever it is at. */
  readonly deadline: Deadline;
  /** Whether the peer took all of the request; one that answers early may have stopped reading. */
  readonly isSent: () => boolean;
  /** Closes the connection. */
  readonly hangUp: () => void;
}

/**
 * Sends one request and waits for the head of its answer: for the connection, for the peer to take the request, and for
 * the answer, each within its limit. The body is not asked for before there is a connection, and the time that it takes
 * to come is nobody's fault but its own: whoever gives it has limits for that. Nothing is followed and nothing tried
 * twice. Throws what Node throws, a {@link LateError}, and whatever reading the body throws.
 */
export async function exchange(order: ExchangeOrder): Promise<Answered> {
  const { options, isSecure, body, pace, times, signal, onConnected } = order;
  // Loading what https needs takes a hundredth of a second, and a registry on this machine needs none of it.
  const ask = isSecure ? (await import('node:https')).request : askPlainly;
  throwIfInterrupted(signal);
  const head = Promise.withResolvers<IncomingMessage>();
  let message: IncomingMessage | undefined;
  const end = (reason: Error): void => void (message ?? request).destroy(reason);
  const deadline = new Deadline(end);
  let isOver = false;
  const onTurn = (turn: Turn): void => {
    // After the head, the deadline is the answer's.
    if (isOver) return;
    if (turn === 'ours') deadline.stop();
    else deadline.start(times.headersMs, 'LATE_HEADERS');
  };
  deadline.start(times.connectMs, 'LATE_CONNECTION');
  const request: ClientRequest = ask(options);
  whenAborted(signal, request, end);
  whenConnected(request, isSecure, (socket) => {
    onConnected(socket);
    if (body === undefined) onTurn('theirs');
    else pumpInto(pace.sending(body, onTurn), request).catch(givingUp(request, head.reject));
  });
  request.once('response', (answer) => {
    message = answer;
    head.resolve(answer);
  });
  // What breaks after the head is told by the answer, unless all of it is there.
  request.on('error', (error) => {
    if (message === undefined) head.reject(error);
    else if (!message.complete) message.destroy(error);
  });
  // Nobody else would tell when a connection goes that is being asked to become something else.
  request.once('close', () => head.reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
  if (body === undefined) request.end();
  try {
    const answered = await head.promise;
    return {
      ...{ message: answered, deadline },
      isSent: () => request.writableFinished,
      hangUp: () => void request.destroy(),
    };
  } finally {
    isOver = true;
    deadline.stop();
  }
}

/** What reading the body throws is why the exchange ends. */
function givingUp(request: ClientRequest, reject: (error: unknown) => void): (error: unknown) => void {
  return (error) => {
    reject(error);
    request.destroy();
  };
}

function whenAborted(
  signal: AbortSignal | undefined,
  request: ClientRequest,
  end: (reason: Error) => void,
): void {
  if (signal === undefined) return;
  const onAbort = (): void => end(interruption(signal));
  signal.addEventListener('abort', onAbort, { once: true });
  // After the answer has come to its end, too.
  request.once('close', () => signal.removeEventListener('abort', onAbort));
}

function whenConnected(request: ClientRequest, isSecure: boolean, work: (socket: Socket) => void): void {
  request.once('socket', (socket) => {
    if (request.reusedSocket) work(socket);
    else socket.once(isSecure ? 'secureConnect' : 'connect', () => work(socket));
  });
}
