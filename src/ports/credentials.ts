/** Who we are to a registry. The path that builds or tries an untrusted branch has only the empty implementation. */
export interface Credentials {
  /**
   * What to log in with at `registry` for `repository`; undefined: go on anonymously.
   * @throws Failure when there is an entry that cannot be read; never for a missing one
   */
  find(registry: string, repository: string): Promise<Login | undefined>;
}

export type Login =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  /** An OAuth2 refresh token (Docker's `identitytoken`). */
  | { readonly kind: 'refresh-token'; readonly token: string };
