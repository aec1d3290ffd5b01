import { formatWhere, isFailure, type Failure } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { clip, inert, safeLine, visible } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import { painter } from './paint.ts';

export interface FailureOptions {
  readonly colour: boolean;
  readonly columns: number;
}

/**
 * How a failure is shown to a person:
 *
 *     error[code] where: message
 *       cause
 *       → what to do
 */
export function formatFailure(failure: Failure, options: FailureOptions): string {
  const paint = painter(options.colour);
  const where = failure.where === undefined ? '' : `${safeLine(formatWhere(failure.where))}: `;
  const [first = '', ...rest] = inert(visible(clip(failure.message, limits.failureMessageCharsMax)))
    .trimEnd()
    .split('\n');
  const lines = [
    `${paint(['bold', 'red'], `error[${failure.code}]`)} ${paint('bold', `${where}${first}`)}`,
    ...rest.map((line) => `  ${line}`),
    ...causesOf(failure).map((cause) => paint('dim', `  because ${cause}`)),
    ...(failure.hint === undefined
      ? []
      : hintLines(failure.hint, options).map((line) => paint('cyan', line))),
  ];
  return `${lines.join('\n')}\n`;
}

/** The document that `--json` prints instead of a result. */
export function failureJson(failure: Failure): string {
  return `${JSON.stringify({ error: failureDocument(failure) }, undefined, 2)}\n`;
}

/** A failure as part of a document. */
export function failureDocument(failure: Failure): Readonly<Record<string, unknown>> {
  const { code, message, hint, where, exit, retryable } = failure;
  return { code, message, hint, where, causes: causesOf(failure), exit, retryable };
}

function hintLines(hint: string, { columns }: FailureOptions): readonly string[] {
  const lines = hint.split('\n').flatMap((line) => wrapToWidth(safeLine(line), Math.max(40, columns - 4)));
  return lines.map((line, index) => (index === 0 ? `  → ${line}` : `    ${line}`));
}

/** The chain of causes, outermost first, without those that only repeat what has been said. */
function causesOf(failure: Failure): readonly string[] {
  const causes: string[] = [];
  let said = failure.message;
  let cause: unknown = failure.cause;
  for (let depth = 0; cause !== undefined && depth < limits.failureCausesMax; depth += 1) {
    const message = messageOf(cause);
    if (!said.includes(message)) causes.push(safeLine(clip(message, limits.failureCauseCharsMax)));
    said += message;
    cause = nextCause(cause);
  }
  return causes;
}

function messageOf(cause: unknown): string {
  if (isFailure(cause)) return `${cause.code}: ${cause.message}`;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message === '' ? cause.name : cause.message;
}

function nextCause(cause: unknown): unknown {
  // What fetch and dial attempts throw together; the first one says as much as the others.
  if (cause instanceof AggregateError) return cause.errors[0];
  return cause instanceof Error ? cause.cause : undefined;
}
