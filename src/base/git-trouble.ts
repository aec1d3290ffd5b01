import { Failure } from './failure.ts';
import { limits } from './limits.ts';
import { redact } from './redact.ts';
import { clip, safeLine } from './text.ts';

/**
 * Has git tell the status lines of HTTP between its own words: that is how a right that is lacking is told from a server
 * that is down. Git takes logins out of them, and they are read here and shown to nobody.
 */
export const traceEnvironment = { GIT_TRACE_CURL: '1', GIT_TRACE_CURL_NO_DATA: '1', GIT_TRACE_REDACT: '1' };

export interface RemoteTrouble {
  /** The last status that a server gave; undefined: there was none, or it is no HTTP. */
  readonly status: number | undefined;
  /** Where the last answer sends us, which nobody followed: foreign text, made inert. Undefined: nowhere. */
  readonly movedTo?: string | undefined;
  /** What git and the remote said, on one line, made inert. */
  readonly said: string;
}

const traced = /^\d\d:\d\d:\d\d\.\d{6} /;

export function wordsOf(stderr: string, secrets: readonly string[]): RemoteTrouble {
  const lines = stderr.split(/[\r\n]+/);
  const statuses = lines.flatMap((line) => {
    const status = traced.test(line) ? /<= Recv header:? HTTP\/[0-9.]+ (\d{3})/.exec(line)?.[1] : undefined;
    return status === undefined ? [] : [Number(status)];
  });
  const words = lines.filter((line) => !traced.test(line) && line.trim() !== '');
  const status = statuses.at(-1);
  const locations = lines.flatMap((line) =>
    traced.test(line) ? (/<= Recv header:? location: (\S+)/i.exec(line)?.[1] ?? []) : [],
  );
  const movedTo = status !== undefined && isRedirect(status) ? place(locations.at(-1), secrets) : undefined;
  return { status, movedTo, said: clean(words.join('\n'), secrets) };
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** The URL of a repository, without a login and without the question that git asked there. */
function place(location: string | undefined, secrets: readonly string[]): string | undefined {
  const url = URL.parse(location ?? '');
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return undefined;
  return clean(`${url.origin}${url.pathname.replace(/\/info\/refs$/, '')}`, secrets);
}

/** Text of a remote as it may be shown. */
export function clean(text: string, secrets: readonly string[]): string {
  const line = safeLine(redact(text, secrets)).replaceAll(/ {2,}/g, ' ').trim();
  return clip(line, limits.remoteWordsCharsMax);
}

/** 404 too: forges hide what a login may not see. */
export function isDenied({ status }: RemoteTrouble): boolean {
  return status === 401 || status === 403 || status === 404 || status === 407;
}

export function troubleOf(url: string, trouble: RemoteTrouble): Failure {
  const said = trouble.said === '' ? '' : `: ${trouble.said}`;
  if (isDenied(trouble)) {
    return new Failure('remote-denied', `${url} denies access (status ${trouble.status})${said}`, {
      hint: 'Check that the repository exists, and that the token or the account may use it.',
    });
  }
  if (trouble.status !== undefined && isRedirect(trouble.status)) {
    const to = trouble.movedTo === undefined ? 'has moved' : `has moved to ${trouble.movedTo}`;
    return new Failure('remote-denied', `${url} ${to} (status ${trouble.status})`, {
      hint: 'A token is not taken along to another server. If the new address is right, write it: `git remote set-url REMOTE URL`, or in fleet.yaml.',
    });
  }
  const status = trouble.status === undefined || trouble.status < 400 ? '' : ` (status ${trouble.status})`;
  return new Failure('remote-unreachable', `${url} does not answer${status}${said}`, {
    hint: 'Try `git ls-remote` with the same remote; run the same command again when it works.',
  });
}
