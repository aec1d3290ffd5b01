import { isLoopback } from '../../base/loopback.ts';

/** On this machine, where plain http is no risk. */
export function isLoopbackUrl({ hostname }: URL): boolean {
  return hostname === 'localhost' || isLoopback(hostname.replace(/^\[(.*)\]$/, '$1'));
}

/** Whether a URL lies on the very server of an interface: what is sent there may carry our token. */
export function sameApi(api: URL, url: URL): boolean {
  return url.origin === api.origin && url.username === '' && url.password === '';
}

/** A path below where an interface begins, each part encoded. */
export function apiUrl(
  api: URL,
  parts: readonly (string | number)[],
  query: Readonly<Record<string, string | number>> = {},
): URL {
  const url = new URL(api);
  const path = parts.map((part) => encodeURIComponent(part)).join('/');
  url.pathname = `${api.pathname.replace(/\/$/, '')}/${path}`;
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
}
