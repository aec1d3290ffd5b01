import type { FileOwner } from '../../model/change.ts';
import type { Ecosystem, FileFacts, Package } from '../../model/package.ts';
import type { TreeNode } from './layers/file-tree.ts';

type PackageOwner = Extract<FileOwner, { readonly kind: 'package' }>;

/** What the package databases of a merged file system say. */
export interface InstalledPackages {
  readonly packages: readonly Package[];
  /** Paths of the files that say it, and what kept them from being read. */
  readonly troubles: readonly string[];
  /** The package that a file belongs to, by the databases. */
  ownerOf(path: string): PackageOwner | undefined;
}

export function installedPackages(root: TreeNode): InstalledPackages {
  const facts = [...factsIn(root)];
  const owners = new Map<string, PackageOwner>();
  const folders = new Map<string, PackageOwner>();
  for (const { said } of facts) {
    for (const { ecosystem, name, paths, below } of said.owns) {
      const owner = { kind: 'package', ecosystem, name: plain(ecosystem, name) } as const;
      for (const path of paths) if (!owners.has(path)) owners.set(path, owner);
      for (const folder of below ?? []) folders.set(folder, owner);
    }
  }
  return {
    packages: facts.flatMap(({ said }) => said.packages),
    troubles: facts.flatMap(({ path, said }) => said.troubles.map((trouble) => `${path}: ${trouble}`)),
    ownerOf: (path) => {
      // Lists of files may be older than the move of /lib and /bin below /usr.
      const merged = path.startsWith('usr/') ? owners.get(path.slice('usr/'.length)) : undefined;
      return owners.get(path) ?? merged ?? nearestFolder(path, folders) ?? databaseOwner(path);
    },
  };
}

function* factsIn(root: TreeNode): Generator<{ readonly path: string; readonly said: FileFacts }> {
  const waiting = [{ path: '', tree: root }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const { path, tree } = place;
    if (tree.node?.facts !== undefined) yield { path, said: tree.node.facts };
    for (const [name, child] of tree.children ?? [])
      waiting.push({ path: path === '' ? name : `${path}/${name}`, tree: child });
  }
}

function nearestFolder(path: string, folders: ReadonlyMap<string, PackageOwner>): PackageOwner | undefined {
  if (folders.size === 0) return undefined;
  for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
    const owner = folders.get(path.slice(0, slash + 1));
    if (owner !== undefined) return owner;
  }
  return undefined;
}

/** What dpkg keeps of each package: lists, checksums, scripts. */
function databaseOwner(path: string): PackageOwner | undefined {
  const name = /^var\/lib\/dpkg\/(?:info|status\.d)\/([^/:]+?)(?::[^/.]+)?(?:\.[a-z0-9]+)?$/u.exec(path)?.[1];
  return name === undefined ? undefined : { kind: 'package', ecosystem: 'deb', name };
}

/** Multi-arch packages have their architecture in the names of their lists. */
function plain(ecosystem: Ecosystem, name: string): string {
  return ecosystem === 'deb' ? name.replace(/:[^:]*$/u, '') : name;
}
