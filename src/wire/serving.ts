import { hostedLayouts } from '../adapters/registry/serve/hosted-layout.ts';
import { registryFolders } from '../adapters/registry/serve/registry-folder.ts';
import { registryServers } from '../adapters/registry/serve/registry-server.ts';
import type { ServeTools } from '../flows/serve-registry.ts';
import { connected } from './connected.ts';
import { privateFolder, type ShellEnvironment } from './environment.ts';

/** As {@link connected}, with what a registry of our own is made of. */
export async function serving(
  environment: ShellEnvironment,
  signal: AbortSignal,
): Promise<ServeTools & { readonly temporaryFolder: () => Promise<string> }> {
  return {
    ...(await connected(environment, signal)),
    hostedLayouts,
    folders: registryFolders,
    servers: registryServers,
    temporaryFolder: () => privateFolder(environment),
  };
}
