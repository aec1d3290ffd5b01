import { Failure, type FailureCode } from '../../base/failure.ts';
import { limits } from '../../base/limits.ts';
import { redact } from '../../base/redact.ts';
import { clip, visibleLine } from '../../base/text.ts';
import { readRegistryError } from '../../model/registry-answer.ts';
import type { Answer } from './answer.ts';

export interface RefusalContext {
  readonly what: string;
  readonly registry: string;
  readonly secrets: Iterable<string>;
}

/** Error codes of the distribution-spec that tell more than the status does. */
const codes: ReadonlyMap<string, FailureCode> = new Map([
  ['BLOB_UNKNOWN', 'blob-missing'],
  ['MANIFEST_BLOB_UNKNOWN', 'blob-missing'],
  ['MANIFEST_UNKNOWN', 'manifest-missing'],
  ['DIGEST_INVALID', 'content-mismatch'],
  ['SIZE_INVALID', 'content-mismatch'],
  ['MANIFEST_INVALID', 'registry-refused'],
  ['UNAUTHORIZED', 'registry-denied'],
  ['DENIED', 'registry-denied'],
]);

/** Reads the answer to the end. What the registry says is shown without control characters and without secrets. */
export async function explainRefusal(answer: Answer, context: RefusalContext): Promise<Failure> {
  const body = await answer.collect(limits.answerBytesMax);
  const error = body.kind === 'bytes' ? readRegistryError(body.bytes) : undefined;
  const denied = answer.status === 401 || answer.status === 403;
  const code = denied ? 'registry-denied' : (codes.get(error?.code ?? '') ?? 'registry-refused');
  const said = error === undefined ? '' : `: ${[error.code, error.message].join(' ').trim()}`;
  const clean = clip(visibleLine(redact(said, context.secrets)), limits.refusalCharsMax);
  const does = denied ? 'denies access' : 'refuses';
  return new Failure(code, `${context.what}: the registry ${does} (status ${answer.status})${clean}`, {
    ...(code === 'registry-denied' ? { hint: deniedHint(context.registry) } : {}),
  });
}

function deniedHint(registry: string): string {
  return `Check that the repository exists and that the account may use it, then run: docker login ${registry}`;
}
