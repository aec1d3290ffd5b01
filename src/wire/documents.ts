import { SystemDocuments } from '../adapters/documents/documents.ts';
import type { Documents } from '../ports/documents.ts';
import { proxyVariables, type ShellEnvironment } from './environment.ts';

/** Documents of platforms, on this disk and on the web, without any login. */
export function documentsOf(environment: ShellEnvironment, signal: AbortSignal | undefined): Documents {
  return new SystemDocuments({ proxies: proxyVariables(environment), signal });
}
