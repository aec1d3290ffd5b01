import * as z from 'zod';
import { Failure } from '../base/failure.ts';
import { jsonOf } from '../base/json-path.ts';
import { parseJsonStrictly } from '../base/strict-json.ts';

/** What the Docker config says about logins: by registry, or by registry and path (as podman and skopeo write it). */
export interface LoginFile {
  /** Keys without scheme and trailing slash; Docker Hub is `docker.io`. */
  readonly entries: ReadonlyMap<string, LoginEntry>;
  /** Name of the credential helper for one registry. */
  readonly helpers: ReadonlyMap<string, string>;
  /** Name of the helper for all registries. */
  readonly store: string | undefined;
}

export interface LoginEntry {
  readonly user: string;
  readonly password: string;
  readonly identityToken: string;
}

/** What a credential helper answers to `get`. */
export interface HelperAnswer {
  readonly user: string;
  readonly secret: string;
}

const text = z.string().nullish();
// Docker's config holds much else; only what concerns logins is read, and unknown keys are nobody's fault.
const configSchema = z.object({
  auths: z
    .record(
      z.string(),
      z.object({ auth: text, username: text, password: text, identitytoken: text }).nullable(),
    )
    .nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: text,
});
const helperSchema = z.object({ Username: z.string(), Secret: z.string() });

/**
 * Reads `config.json` or `auth.json`. No error quotes what the file holds.
 * @throws Failure `path-refused`
 */
export function parseLoginFile(bytes: Uint8Array, file: string): LoginFile {
  const refuse = (why: string): Failure =>
    new Failure('path-refused', `${file} cannot be read as a Docker config: ${why}`, {
      hint: 'Repair it, or make it anew with docker login.',
      where: { file },
    });
  const document = parseJsonStrictly(bytes, () => refuse('it is not JSON, or names a key twice'));
  const parsed = configSchema.safeParse(document);
  if (!parsed.success)
    throw refuse(`${parsed.error.issues[0]?.path[0]?.toString() ?? 'the document'} does not fit`);
  const { auths, credHelpers, credsStore } = parsed.data;
  const entries = Object.entries(auths ?? {}).map(
    ([key, auth]) => [loginKey(key), readEntry(auth ?? {}, key, refuse)] as const,
  );
  return {
    entries: new Map(entries),
    helpers: new Map(Object.entries(credHelpers ?? {}).map(([key, name]) => [loginKey(key), name])),
    store: credsStore || undefined,
  };
}

/** The answer of a helper. Undefined: it is something else; nothing of it is shown. */
export function parseHelperAnswer(stdout: string): HelperAnswer | undefined {
  const parsed = helperSchema.safeParse(jsonOf(stdout));
  return parsed.success ? { user: parsed.data.Username, secret: parsed.data.Secret } : undefined;
}

/** Docker writes registries as URLs, as hosts, or both; Docker Hub as an address of its first version. */
export function loginKey(key: string): string {
  const plain = key.replace(/^https?:\/\//, '').replace(/\/+$/, '');
  const place = plain.replace(/^([^/]+)\/v[12]$/, '$1');
  const slash = place.indexOf('/');
  const host = (slash === -1 ? place : place.slice(0, slash)).toLowerCase();
  const rest = slash === -1 ? '' : place.slice(slash);
  return `${hubHosts.has(host) ? 'docker.io' : host}${rest}`;
}

const hubHosts: ReadonlySet<string> = new Set([
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
  'docker.io',
]);

type Auth = Partial<Record<'auth' | 'username' | 'password' | 'identitytoken', string | null | undefined>>;

/** An entry without anything in it says that the login lies in the store. */
function readEntry(
  { auth, username, password, identitytoken }: Auth,
  key: string,
  refuse: (why: string) => Failure,
): LoginEntry {
  const identityToken = identitytoken ?? '';
  if (!auth) return { user: username ?? '', password: password ?? '', identityToken };
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon === -1) throw refuse(`the login for ${key} is not a user and a password`);
  // Some versions of Docker pad the password with zero bytes.
  return {
    user: decoded.slice(0, colon),
    password: decoded.slice(colon + 1).replace(/\0+$/, ''),
    identityToken,
  };
}
