import type { Credentials } from '../../ports/credentials.ts';

/** Nobody. What builds or tries an untrusted branch speaks to registries with this, and can reach nothing else. */
export const noCredentials: Credentials = {
  find: () => Promise.resolve(undefined),
};
