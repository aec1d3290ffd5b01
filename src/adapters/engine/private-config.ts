import { join } from 'node:path';
import { translateSystemError } from '../../base/failure.ts';
import { makeFolder } from '../../base/make-folder.ts';
import { replaceFile } from '../../base/replace-file.ts';

/** Files that stand in for a person's engine settings, which hold their logins. */
export interface PrivateConfig {
  /** For `DOCKER_CONFIG`. */
  readonly docker: string;
  /** For `REGISTRY_AUTH_FILE`. */
  readonly podmanAuth: string;
}

/**
 * Writes engine settings without any login into `directory`. Docker finds plug-ins such as buildx beside a person's
 * settings (Docker Desktop puts them there), so those folders are named; nothing else is taken over.
 */
export async function writePrivateConfig(
  directory: string,
  pluginDirectories: readonly string[],
): Promise<PrivateConfig> {
  const podmanAuth = join(directory, 'auth.json');
  try {
    await makeFolder(directory, 0o700);
    await replaceDocument(join(directory, 'config.json'), { cliPluginsExtraDirs: pluginDirectories });
    await replaceDocument(podmanAuth, { auths: {} });
  } catch (error) {
    throw translateSystemError(error, directory);
  }
  return { docker: directory, podmanAuth };
}

/** Another process may be reading it at this moment. */
function replaceDocument(file: string, document: object): Promise<void> {
  return replaceFile(file, `${JSON.stringify(document)}\n`, 0o600);
}
