import type { FileOwner } from '../../model/change.ts';
import { askFor, pathsAmong, type KeptFacts } from '../../model/kept-facts.ts';
import type { Ecosystem, Package } from '../../model/package.ts';
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

/** @param asked the paths that an owner may be asked for */
export function installedPackages(root: TreeNode, asked: readonly string[] = []): InstalledPackages {
  const facts = [...factsIn(root)];
  let owners: Owners | undefined;
  return {
    packages: facts.flatMap(({ said }) => said.packages),
    troubles: facts.flatMap(({ path, said }) => said.troubles.map((trouble) => `${path}: ${trouble}`)),
    ownerOf: (path) => {
      // Of one of two images it is seldom asked at all.
      owners ??= ownersIn(facts, asked);
      const { files, folders } = owners;
      return (
        files.get(path) ?? files.get(withoutUsr(path)) ?? nearestFolder(path, folders) ?? databaseOwner(path)
      );
    },
  };
}

interface Owners {
  readonly files: ReadonlyMap<string, PackageOwner>;
  readonly folders: ReadonlyMap<string, PackageOwner>;
}

function ownersIn(facts: readonly FactsAt[], asked: readonly string[]): Owners {
  const wanted = askFor([...asked, ...asked.map(withoutUsr)]);
  const files = new Map<string, PackageOwner>();
  const folders = new Map<string, PackageOwner>();
  for (const { said } of facts) {
    for (const own of said.owns) {
      const owner = {
        kind: 'package',
        ecosystem: own.ecosystem,
        name: plain(own.ecosystem, own.name),
      } as const;
      for (const path of pathsAmong(own, wanted)) if (!files.has(path)) files.set(path, owner);
      for (const folder of own.below ?? []) folders.set(folder, owner);
    }
  }
  return { files, folders };
}

/** Lists of files may be older than the move of /lib and /bin below /usr. */
function withoutUsr(path: string): string {
  return path.startsWith('usr/') ? path.slice('usr/'.length) : path;
}

interface FactsAt {
  readonly path: string;
  readonly said: KeptFacts;
}

function* factsIn(root: TreeNode): Generator<FactsAt> {
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
