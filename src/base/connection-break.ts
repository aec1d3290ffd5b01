/** How an exchange over HTTP broke. */
export interface ConnectionBreak {
  readonly kind: 'unreachable' | 'timeout' | 'untrusted' | 'refused';
  /** Whether the same exchange may succeed a moment later. */
  readonly again: boolean;
  readonly why: string;
  readonly hint?: (peer: string) => string;
}

const lost = (why: string): ConnectionBreak => ({ kind: 'unreachable', again: true, why });
const gone = (why: string): ConnectionBreak => ({
  kind: 'unreachable',
  again: false,
  why,
  hint: (peer) => `Check the name of the ${peer}, that it runs, and that this machine may reach it.`,
});
const late = (why: string): ConnectionBreak => ({ kind: 'timeout', again: true, why });
const wrongPeer = (why: string): ConnectionBreak => ({
  kind: 'untrusted',
  again: false,
  why,
  hint: (peer) => `If the ${peer} has an authority of its own, name its certificate in NODE_EXTRA_CA_CERTS.`,
});
const notHttps = (why: string): ConnectionBreak => ({
  kind: 'unreachable',
  again: false,
  why,
  hint: (peer) =>
    `Plain http is spoken only to a ${peer} on this machine, or to one that is named as insecure.`,
});

/**
 * All ways in which a connection fails, by the code that Node, OpenSSL, the HTTP parser, undici or our own code gives. What the network
 * does by itself is tried again; what stays as it is until somebody changes something is not.
 */
const breaks: ReadonlyMap<string, ConnectionBreak> = new Map([
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
  ['PROXY_TROUBLE', lost('the proxy cannot connect right now')],
  ['UND_ERR_PRX_TLS', wrongPeer('the proxy’s certificate is for another name')],
  ['UND_ERR_SOCKET', lost('the connection was closed before the answer was complete')],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', lost('the answer is shorter or longer than it says')],
  ['HPE_INVALID_EOF_STATE', lost('the connection was closed before the answer was complete')],
  ['ETIMEDOUT', late('the connection timed out')],
  ['LATE_CONNECTION', late('no connection came about in time')],
  ['LATE_HEADERS', late('no answer came in time')],
  ['LATE_BODY', late('the answer stopped midway')],
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

/** What an error means that was thrown while we spoke to a peer; undefined: nobody can foresee it. */
export function describeBreak(error: unknown): ConnectionBreak | undefined {
  const code = codeOf(error);
  return code === undefined ? undefined : (breaks.get(code) ?? guess(code));
}

/** Families of codes: OpenSSL's and the HTTP parser's are too many to list. */
function guess(code: string): ConnectionBreak | undefined {
  if (code.startsWith('ERR_SSL_')) return notHttps('it does not speak https as we do');
  if (code.startsWith('HPE_') || code === 'UND_ERR_HEADERS_OVERFLOW') {
    return { kind: 'refused', again: false, why: 'what answers there does not speak http' };
  }
  if (/^E[A-Z]+$/.test(code)) return gone(`the system says ${code}`);
  return undefined;
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  // The parser of undici gives some of its errors no code.
  return error.name === 'HTTPParserError' ? 'HPE_UNNAMED' : undefined;
}
