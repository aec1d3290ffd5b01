import { rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { ProxyVariables } from '../adapters/registry/proxy.ts';

/** The environment variables of the person's shell. */
export type ShellEnvironment = Readonly<Record<string, string | undefined>>;

/** Those that git needs in order to be found and to know who works here. */
export function gitEnvironment(environment: ShellEnvironment): Readonly<Record<string, string>> {
  const names = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'SYSTEMROOT'];
  return Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}

export function temporaryFolder(environment: ShellEnvironment): string {
  return environment['TMPDIR'] ?? tmpdir();
}

/** A folder that only we can read; it goes when the process ends. */
export async function privateFolder(environment: ShellEnvironment): Promise<string> {
  const folder = await mkdtemp(path.join(temporaryFolder(environment), 'lockkeeper-'));
  await chmod(folder, 0o700);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Who stands between us and the network, as other programs read it too: capitals are not asked for. */
export function proxyVariables(environment: ShellEnvironment): ProxyVariables {
  const read = (name: string): string => environment[name] || environment[name.toLowerCase()] || '';
  return { https: read('HTTPS_PROXY'), http: read('HTTP_PROXY'), except: read('NO_PROXY') };
}

/** Registries that are spoken to without TLS although they are not on loopback, by the person's own word. */
export function insecureRegistries(environment: ShellEnvironment): readonly string[] {
  return (environment['LOCKKEEPER_INSECURE_REGISTRIES'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
