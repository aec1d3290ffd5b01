import { isLoopback } from '../../base/loopback.ts';
import { invariant } from '../../base/invariant.ts';
import type { GitAccess } from '../../ports/git.ts';

/**
 * Hands git a header for these URLs on the server of the first one, and for no others, through variables that only this
 * program sees; over TLS, or to this machine. The empty value comes first: it takes away what a checkout left in the clone's
 * config, since a forge refuses two logins at once. Redirects are not followed by git, which would take the header along.
 */
export function accessEnvironment(
  { authorization }: GitAccess,
  urls: readonly string[],
): Readonly<Record<string, string>> {
  invariant(!/[\0\r\n]/.test(authorization), 'a header is one line');
  const home = URL.parse(urls[0] ?? '')?.origin;
  const onServer = urls.filter((url) => isPrivate(url) && URL.parse(url)?.origin === home);
  const places = [...new Set(onServer.map(withoutLogin))];
  const settings = places.flatMap((url) => {
    const key = `http.${url}.extraHeader`;
    return [
      [key, ''],
      [key, `Authorization: ${authorization}`],
      [`http.${url}.followRedirects`, 'false'],
    ] as const;
  });
  return {
    GIT_CONFIG_COUNT: String(settings.length),
    ...Object.fromEntries(
      settings.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value],
      ]),
    ),
  };
}

/** Nobody on the way reads a header. */
export function isPrivate(url: string): boolean {
  if (/^https:\/\//i.test(url)) return true;
  const host = /^http:\/\//i.test(url) ? URL.parse(url)?.hostname : undefined;
  return host !== undefined && (host === 'localhost' || isLoopback(host.replace(/^\[|\]$/g, '')));
}

/** A URL without the name and the password that may stand before its host. */
export function withoutLogin(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, (login, scheme: string) =>
    /^ssh/i.test(scheme) && !login.includes(':', scheme.length) ? login : scheme,
  );
}
