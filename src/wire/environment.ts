import { existsSync, rmSync } from 'node:fs';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { ProxyVariables } from '../adapters/registry/proxy.ts';
import { Failure, translateSystemError } from '../base/failure.ts';

/** The environment variables of the person's shell. */
export type ShellEnvironment = Readonly<Record<string, string | undefined>>;

/** Those that git needs in order to be found and to know who works here. */
export function gitEnvironment(environment: ShellEnvironment): Readonly<Record<string, string>> {
  const names = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'SYSTEMROOT'];
  return Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}

/**
 * {@link gitEnvironment}, and what git needs in order to reach a remote as the person's own git does: the agent or program
 * of SSH, the program that answers for a password, proxies and certificates.
 */
export function gitRemoteEnvironment(environment: ShellEnvironment): Readonly<Record<string, string>> {
  const programs = ['GIT_SSH', 'GIT_SSH_COMMAND', 'SSH_AUTH_SOCK', 'GIT_ASKPASS'];
  const network = [
    'HTTPS_PROXY',
    'HTTP_PROXY',
    'NO_PROXY',
    'GIT_SSL_CAINFO',
    'GIT_SSL_CAPATH',
    'SSL_CERT_FILE',
  ];
  const names = [...programs, ...network, ...network.map((name) => name.toLowerCase())];
  const found = names.flatMap((name) => {
    const value = environment[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  return { ...gitEnvironment(environment), ...Object.fromEntries(found) };
}

/** Those by which `ctr` is found, and finds its containerd. */
export function containerdEnvironment(environment: ShellEnvironment): Readonly<Record<string, string>> {
  const names = ['PATH', 'TMPDIR', 'CONTAINERD_ADDRESS'];
  return Object.fromEntries(
    names.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])),
  );
}

/**
 * Where large files lie for a while. Without a word of the person it is /var/tmp, as podman has it: /tmp is often a small
 * part of the memory.
 */
export function temporaryFolder(environment: ShellEnvironment): string {
  const named = environment['TMPDIR'] ?? '';
  if (named !== '') return named;
  return existsSync('/var/tmp') ? '/var/tmp' : tmpdir();
}

/** The time that `SOURCE_DATE_EPOCH` gives to what is made (reproducible-builds.org); undefined: the real one. */
export function sourceDate(environment: ShellEnvironment): string | undefined {
  const text = environment['SOURCE_DATE_EPOCH'] ?? '';
  if (text === '') return undefined;
  if (/^[0-9]{1,11}$/.test(text)) return new Date(Number(text) * 1000).toISOString();
  throw new Failure(
    'usage',
    `SOURCE_DATE_EPOCH is ${JSON.stringify(text.slice(0, 40))}, which is no number of seconds`,
  );
}

/**
 * A folder that only we can read; it goes when the process ends.
 * @throws Failure `path-missing`, `file-denied`, `file-error`, `disk-full`: what `TMPDIR` names is of no use
 */
export async function privateFolder(environment: ShellEnvironment): Promise<string> {
  // Engines may see it from another folder than ours.
  const above = path.resolve(temporaryFolder(environment));
  try {
    const folder = await mkdtemp(path.join(above, 'lockkeeper-'));
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
    await chmod(folder, 0o700);
    return folder;
  } catch (error) {
    throw translateSystemError(error, above);
  }
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
