import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { systemErrorCode } from '../../base/failure.ts';

/** What this machine allows to a container engine that runs as we do. */
export interface HostFacts {
  /** Hard limits of ours that nobody may raise without CAP_SYS_RESOURCE; undefined: we may, or it cannot be told. */
  readonly ceilings: { readonly openFiles: number; readonly processes: number } | undefined;
  /** Both versions of cgroups are in use. */
  readonly hybridCgroups: boolean;
}

/** @param root where `/proc` and `/sys` lie */
export async function readHostFacts(root = '/'): Promise<HostFacts> {
  const [status, limitsText, pidMax, hybridCgroups] = await Promise.all([
    readIfThere(join(root, 'proc/self/status')),
    readIfThere(join(root, 'proc/self/limits')),
    readIfThere(join(root, 'proc/sys/kernel/pid_max')),
    hasHybridCgroups(join(root, 'sys/fs/cgroup')),
  ]);
  return { ceilings: mayRaiseLimits(status) ? undefined : ceilingsOf(limitsText, pidMax), hybridCgroups };
}

const capSysResource = 24n;

function mayRaiseLimits(status: string): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1];
  if (effective === undefined) return true;
  return ((BigInt(`0x${effective}`) >> capSysResource) & 1n) === 1n;
}

function ceilingsOf(limitsText: string, pidMax: string): HostFacts['ceilings'] {
  const openFiles = hardLimit(limitsText, 'Max open files');
  const processes = hardLimit(limitsText, 'Max processes');
  if (openFiles === undefined || processes === undefined) return undefined;
  // Podman lowers its own limit of processes to pid_max when it starts, and cannot go back up either.
  return { openFiles, processes: Math.min(processes, Number(pidMax.trim()) || processes) };
}

function hardLimit(limitsText: string, name: string): number | undefined {
  const line = limitsText.split('\n').find((each) => each.startsWith(name));
  const hard = line?.slice(name.length).trim().split(/\s+/)[1];
  if (hard === 'unlimited') return Number.MAX_SAFE_INTEGER;
  return hard === undefined || !/^[0-9]{1,15}$/.test(hard) ? undefined : Number(hard);
}

const tmpfsMagic = 0x01021994;
const cgroup2Magic = 0x63677270;

async function hasHybridCgroups(path: string): Promise<boolean> {
  try {
    return (
      (await statfs(path)).type === tmpfsMagic && (await statfs(join(path, 'unified'))).type === cgroup2Magic
    );
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}

/** Not every system has these files; one without them has nothing to say here. */
async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return '';
  }
}
