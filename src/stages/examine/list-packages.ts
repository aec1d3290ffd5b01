import { ecosystems, type Package } from '../../model/package.ts';
import type { InstalledList } from '../../model/package-list.ts';
import type { ExaminedContents } from './compare-contents.ts';
import { installedPackages } from './file-owners.ts';

/** What the package databases of an image's merged layers say, in one order. */
export function listPackages({ tree, findings }: ExaminedContents): InstalledList {
  const { packages, troubles } = installedPackages(tree.root);
  const systems = packages.filter(({ ecosystem }) => ecosystem === 'os');
  return {
    // What an administrator put into etc counts before what the distribution brought.
    os: systems.find(({ place }) => place.startsWith('etc/')) ?? systems[0],
    packages: packages.filter(({ ecosystem }) => ecosystem !== 'os').toSorted(inOrder),
    findings: [...findings, ...troubles.toSorted()],
  };
}

function inOrder(left: Package, right: Package): number {
  return (
    ecosystems.indexOf(left.ecosystem) - ecosystems.indexOf(right.ecosystem) ||
    compareTexts(left.name, right.name) ||
    compareTexts(left.version, right.version) ||
    compareTexts(left.place, right.place)
  );
}

function compareTexts(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
