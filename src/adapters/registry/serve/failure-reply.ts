import type { Failure, FailureCode } from '../../../base/failure.ts';
import { refusal, type ErrorCode, type Reply } from './reply.ts';

type Answer = readonly [status: number, code: ErrorCode];

/** What a failure below is to the client that asked. Whatever is not here is a trouble of this machine: 500. */
const answers: Partial<Readonly<Record<FailureCode, Answer>>> = {
  'blob-missing': [404, 'BLOB_UNKNOWN'],
  'blob-left-out': [404, 'BLOB_UNKNOWN'],
  'manifest-missing': [404, 'MANIFEST_UNKNOWN'],
  'content-mismatch': [400, 'DIGEST_INVALID'],
  'content-refused': [400, 'MANIFEST_INVALID'],
  'digest-invalid': [400, 'DIGEST_INVALID'],
  'reference-invalid': [400, 'NAME_INVALID'],
  'output-exists': [409, 'DENIED'],
  'registry-refused': [403, 'DENIED'],
  'disk-full': [507, 'DENIED'],
  // Where a blob lies elsewhere, that place may be in trouble. Its 401 is not ours: a login here would not help.
  'registry-rate-limited': [429, 'TOOMANYREQUESTS'],
  'registry-denied': [502, 'DENIED'],
  'registry-unavailable': [502, 'BLOB_UNKNOWN'],
  'registry-unreachable': [502, 'BLOB_UNKNOWN'],
  'registry-timeout': [504, 'BLOB_UNKNOWN'],
  'registry-untrusted': [502, 'BLOB_UNKNOWN'],
  interrupted: [503, 'DENIED'],
};

/** `over`, where given, says for single codes what they mean in this request. */
export function failureReply(
  failure: Failure,
  over: Partial<Readonly<Record<FailureCode, Answer>>> = {},
): Reply {
  const [status, code] = over[failure.code] ?? answers[failure.code] ?? [500, 'DENIED'];
  return refusal(status, code, failure.message);
}
