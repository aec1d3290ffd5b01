/** An answer to a request, before it meets HTTP. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: ReplyBody;
}

export type ReplyBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'stream'; readonly length: number; readonly open: () => AsyncIterable<Uint8Array> };

/** distribution-spec, "Error Codes". */
export type ErrorCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'DENIED'
  | 'UNSUPPORTED'
  | 'TOOMANYREQUESTS';

type Headers = Reply['headers'];

export function empty(status: number, headers: Headers = {}): Reply {
  return { status, headers, body: { kind: 'none' } };
}

export function bytesReply(status: number, bytes: Uint8Array, headers: Headers): Reply {
  return { status, headers, body: { kind: 'bytes', bytes } };
}

export function jsonReply(document: unknown, headers: Headers = {}): Reply {
  const bytes = Buffer.from(JSON.stringify(document));
  return bytesReply(200, bytes, { 'content-type': 'application/json', ...headers });
}

/** A refusal as the specification writes it. */
export function refusal(status: number, code: ErrorCode, message: string, headers: Headers = {}): Reply {
  const bytes = Buffer.from(`${JSON.stringify({ errors: [{ code, message }] })}\n`);
  return bytesReply(status, bytes, { 'content-type': 'application/json', ...headers });
}
