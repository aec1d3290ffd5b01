import path from 'node:path/posix';
import { writeTar, type TarMember } from '../../base/tar-write.ts';
import type { ContainerSource } from '../../ports/runner.ts';
import type { Identity } from './identity.ts';
import type { PathFacts } from './image-facts.ts';

export interface SourcePlan {
  readonly source: ContainerSource | undefined;
  readonly workdir: string;
  readonly identity: Identity;
  /** The engine makes the working directory by itself, owned by root. */
  readonly engineMakesWorkdir: boolean;
  readonly pathFacts: (path: string) => Promise<PathFacts | undefined>;
}

/** The archive to unpack at `/`; undefined when there is nothing to copy in. Podman takes no archive without members. */
export async function sourceArchive(plan: SourcePlan): Promise<AsyncIterable<Buffer> | undefined> {
  const members = sourceMembers(plan);
  const first = await members.next();
  if (first.done === true) return undefined;
  const all = async function* (): AsyncGenerator<TarMember> {
    yield first.value;
    yield* members;
  };
  return writeTar(all());
}

/**
 * What goes into a container before it starts, as members of an archive that is unpacked at `/`: the copy of the source
 * and the folders above it, owned by the user of the suite. Folders of the image keep their rights, and outside of the
 * copy their owner as well: a candidate that took a folder away from its user must show it.
 */
async function* sourceMembers(plan: SourcePlan): AsyncGenerator<TarMember> {
  const { source, identity, workdir } = plan;
  const made = new Set<string>();
  if (source !== undefined) {
    const mount = relative(source.mount);
    if (mount !== '' && !isRoot(identity)) yield* ownedFolder(plan, mount, made);
    for await (const file of source.files()) {
      const name = path.join(mount, file.path);
      yield* foldersAbove(name, mount, { identity, made });
      const head = { ...identity, name, mtime: sourceTime };
      if (file.kind === 'link') yield { ...head, kind: 'link', mode: 0o777, linkName: file.target };
      else {
        const mode = file.executable ? 0o755 : 0o644;
        yield { ...head, kind: 'file', mode, size: file.size, content: file.bytes() };
      }
    }
    if (mount !== '' && made.size === 0) yield* missingFolder(plan, mount, made);
  }
  const start = relative(workdir);
  if (start === '' || made.has(start) || (plan.engineMakesWorkdir && isRoot(identity))) return;
  yield* missingFolder(plan, start, made);
}

// Not 1970: archives such as wheels cannot say a time before 1980. The same for all files, so that nothing looks older
// than what was made from it.
const sourceTime = Date.UTC(2020, 0, 1) / 1000;

interface Making {
  readonly identity: Identity;
  /** Folders that were put into the archive, or that a file of it implies. */
  readonly made: Set<string>;
}

function* foldersAbove(name: string, mount: string, { identity, made }: Making): Generator<TarMember> {
  const missing: string[] = [];
  for (let folder = path.dirname(name); folder !== mount && folder !== '.'; folder = path.dirname(folder)) {
    if (made.has(folder)) break;
    missing.push(folder);
  }
  made.add(mount);
  for (const folder of missing.toReversed()) {
    made.add(folder);
    yield { ...identity, kind: 'directory', name: folder, mode: 0o755, mtime: sourceTime };
  }
}

/** The root of the copy: belongs to the user even where the image has such a folder. */
async function* ownedFolder(plan: SourcePlan, folder: string, made: Set<string>): AsyncGenerator<TarMember> {
  const there = await plan.pathFacts(`/${folder}`);
  made.add(folder);
  const { uid, gid } = plan.identity;
  if (there !== undefined && (there.kind !== 'directory' || (there.uid === uid && there.gid === gid))) return;
  yield { uid, gid, kind: 'directory', name: folder, mode: there?.mode ?? 0o755, mtime: sourceTime };
}

/** A folder that the image may have: then it stays as it is. */
async function* missingFolder(
  plan: SourcePlan,
  folder: string,
  made: Set<string>,
): AsyncGenerator<TarMember> {
  made.add(folder);
  if ((await plan.pathFacts(`/${folder}`)) !== undefined) return;
  yield { ...plan.identity, kind: 'directory', name: folder, mode: 0o755, mtime: sourceTime };
}

function isRoot({ uid, gid }: Identity): boolean {
  return uid === 0 && gid === 0;
}

function relative(absolute: string): string {
  return path.normalize(absolute).replace(/^\/+/, '').replace(/\/+$/, '');
}
