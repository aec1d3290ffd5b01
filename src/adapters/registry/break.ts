import { errors } from 'undici';
import { Failure, isFailure, type FailureCode } from '../../base/failure.ts';
import { throwIfInterrupted } from '../../base/interruption.ts';

/** An exchange that came to no answer, or an answer that came to no end. */
export interface Broken {
  readonly kind: 'broken';
  readonly failure: Failure;
  /** Whether the same exchange may succeed a moment later. */
  readonly again: boolean;
}

interface Break {
  readonly code: FailureCode;
  readonly again: boolean;
  readonly why: string;
  readonly hint?: string;
}

const lost = (why: string): Break => ({ code: 'registry-unreachable', again: true, why });
const gone = (why: string): Break => ({
  code: 'registry-unreachable',
  again: false,
  why,
  hint: 'Check the name of the registry, that it runs, and that this machine may reach it.',
});
const late = (why: string): Break => ({ code: 'registry-timeout', again: true, why });
const wrongPeer = (why: string): Break => ({
  code: 'registry-untrusted',
  again: false,
  why,
  hint: 'If the registry has an authority of its own, name its certificate in NODE_EXTRA_CA_CERTS.',
});
const notHttps = (why: string): Break => ({
  code: 'registry-unreachable',
  again: false,
  why,
  hint: 'Plain http is spoken only to registries on this machine and to those that are named as insecure.',
});

/**
 * All ways in which a connection fails, by the code that Node, OpenSSL, the HTTP parser or undici gives. What the network
 * does by itself is tried again; what stays as it is until somebody changes something is not.
 */
const breaks: ReadonlyMap<string, Break> = new Map([
  ['ECONNREFUSED', gone('nothing listens there')],
  ['ENOTFOUND', gone('there is no such host')],
  ['EHOSTUNREACH', gone('no route leads to the host')],
  ['ENETUNREACH', gone('no route leads to the network')],
  ['EACCES', gone('this machine forbids the connection')],
  ['EAI_AGAIN', lost('the name cannot be looked up right now')],
  ['ECONNRESET', lost('the connection was reset')],
  ['ECONNABORTED', lost('the connection was given up')],
  ['EPIPE', lost('the connection was closed while we wrote')],
  ['UND_ERR_PRX_CONN', lost('the proxy closed the connection')],
  ['UND_ERR_PRX_TLS', wrongPeer('the proxy’s certificate is for another name')],
  ['UND_ERR_SOCKET', lost('the connection was closed before the answer was complete')],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', lost('the answer is shorter or longer than it says')],
  ['HPE_INVALID_EOF_STATE', lost('the connection was closed before the answer was complete')],
  ['ETIMEDOUT', late('the connection timed out')],
  ['UND_ERR_CONNECT_TIMEOUT', late('no connection came about in time')],
  ['UND_ERR_HEADERS_TIMEOUT', late('no answer came in time')],
  ['UND_ERR_BODY_TIMEOUT', late('the answer stopped midway')],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', wrongPeer('its certificate is signed by itself')],
  ['SELF_SIGNED_CERT_IN_CHAIN', wrongPeer('its certificate is signed by an unknown authority')],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', wrongPeer('its certificate is signed by an unknown authority')],
  ['UNABLE_TO_GET_ISSUER_CERT', wrongPeer('its certificate is signed by an unknown authority')],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', wrongPeer('its certificate is signed by an unknown authority')],
  ['CERT_HAS_EXPIRED', wrongPeer('its certificate has expired')],
  ['CERT_NOT_YET_VALID', wrongPeer('its certificate is not valid yet')],
  ['CERT_REVOKED', wrongPeer('its certificate was revoked')],
  ['CERT_UNTRUSTED', wrongPeer('its certificate is not trusted')],
  ['ERR_TLS_CERT_ALTNAME_INVALID', wrongPeer('its certificate is for another name')],
  ['EPROTO', notHttps('it does not speak https')],
]);

/** Turns what was thrown into what it means. What nobody can foresee goes on as it is. */
export function explainBreak(error: unknown, what: string, signal: AbortSignal | undefined): Broken {
  throwIfInterrupted(signal);
  if (isFailure(error)) {
    const failure = new Failure(error.code, `${what}: ${error.message}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
    return { kind: 'broken', failure, again: false };
  }
  const code = codeOf(error);
  if (code === undefined) throw error;
  const known = breaks.get(code) ?? guess(code);
  if (known === undefined) throw error;
  const { why, again, hint } = known;
  const failure = new Failure(known.code, `${what}: ${why}`, {
    ...(hint === undefined ? {} : { hint }),
    cause: error,
  });
  return { kind: 'broken', failure, again };
}

/** Families of codes: OpenSSL's and the HTTP parser's are too many to list. */
function guess(code: string): Break | undefined {
  if (code.startsWith('ERR_SSL_')) return notHttps('it does not speak https as we do');
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { code: 'registry-refused', again: false, why: 'what answers there does not speak http' };
  }
  if (/^E[A-Z]+$/.test(code)) return gone(`the system says ${code}`);
  return undefined;
}

function codeOf(error: unknown): string | undefined {
  // The parser gives some of its errors no code.
  if (error instanceof errors.HTTPParserError) return error.code ?? 'HPE_UNNAMED';
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
