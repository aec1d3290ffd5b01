/**
 * Takes credentials out of text before a person, a log or an error sees it. What a registry answers is shown, and a
 * registry may answer with what it was sent.
 */

const shown = '[redacted]';
// A secret this short stands in ordinary words; replacing it would only make them unreadable.
const secretCharsMin = 4;

const headers = /\b(Basic|Bearer)\s+[\w+/=.~-]{8,}/gi;
const userInfo = /:\/\/[^\s/@]*@/g;

/** Replaces each of `secrets`, as it is and as base64 or in a URL, and whatever looks like a login. */
export function redact(text: string, secrets: Iterable<string>): string {
  let clean = text;
  const known = [...secrets].filter((secret) => secret.length >= secretCharsMin);
  // The longest first, so that no part of one remains beside the replacement of another.
  for (const secret of known.toSorted((left, right) => right.length - left.length)) {
    for (const spelling of spellings(secret)) clean = clean.replaceAll(spelling, shown);
  }
  return clean.replace(headers, `$1 ${shown}`).replace(userInfo, `://${shown}@`);
}

/** A URL as it may be shown: queries hold signatures and tokens, the place before the host holds a login. */
export function redactUrl(url: URL): string {
  const place = url.host === '' ? url.protocol : `${url.protocol}//${url.host}`;
  return `${place}${url.pathname}${url.search === '' ? '' : '?…'}`;
}

function spellings(secret: string): readonly string[] {
  return [
    secret,
    Buffer.from(secret).toString('base64'),
    Buffer.from(secret).toString('base64url'),
    encodeURIComponent(secret),
  ];
}
