import { limits } from '../../base/limits.ts';
import { packageKey } from '../../model/package.ts';
import type { ContentChange, FileChange, PackageChange } from '../../model/change.ts';
import type { Lead } from '../../model/lead.ts';

/**
 * The changed packages and files that are nearest to what a failing test says: those whose path stands there, then those
 * whose file name does, then those that are called by name. Nothing where nothing fits.
 * @param said what the failing test is called and says; foreign text
 */
export function leadsFor(said: string, { packages, files }: ContentChange): readonly Lead[] {
  const text = said.slice(0, limits.leadTextCharsMax);
  const paths = new Set(
    Array.from(text.matchAll(pathLike), ([found]) => trimEnd(found).replace(/^\/+/u, '')),
  );
  const words = new Set(Array.from(text.matchAll(wordLike), ([found]) => trimEnd(found).toLowerCase()));
  const scored = new Map<string, Scored>();
  const add = (candidate: Scored): void => {
    const known = scored.get(candidate.lead.what);
    if (known === undefined || known.score < candidate.score) scored.set(candidate.lead.what, candidate);
  };
  const moved = new Map(packages.map((each) => [packageKey(each.ecosystem, each.name), each]));
  for (const file of files) {
    if (file.noise !== undefined || file.to?.kind === 'directory') continue;
    const found = fileMatch(file, paths, words);
    if (found !== undefined) add({ score: found.score, lead: fileLead(file, found.because, moved) });
  }
  for (const each of packages) {
    const name = namesOf(each).find((alias) => words.has(alias));
    if (name === undefined) continue;
    add({
      score: name === each.name.toLowerCase() ? 30 : 20,
      lead: packageLead(each, `“${name}” stands in what the test says`),
    });
  }
  return [...scored.values()]
    .toSorted((left, right) => right.score - left.score)
    .slice(0, limits.leadsMax)
    .map(({ lead }) => lead);
}

interface Scored {
  readonly score: number;
  readonly lead: Lead;
}

const pathLike = /\/[\w.+@~/-]{3,300}/gu;
const wordLike = /[\w.+@~-]{3,200}/gu;

/** A full stop, colon or the like at the end belongs to the sentence. */
function trimEnd(text: string): string {
  return text.replace(/[.~@+-]+$/u, '');
}

function fileMatch(
  { path }: FileChange,
  paths: ReadonlySet<string>,
  words: ReadonlySet<string>,
): { readonly score: number; readonly because: string } | undefined {
  if (paths.has(path)) return { score: 100, because: `/${path} stands in what the test says` };
  const name = path.slice(path.lastIndexOf('/') + 1);
  // `main.py` or `index.js` are in every image; what is told apart by a number or a longer name is not.
  if (name.length < 6 || !/\.\w/u.test(name) || common.has(name) || !words.has(name.toLowerCase()))
    return undefined;
  return { score: 50, because: `its file ${name} stands in what the test says` };
}

const common: ReadonlySet<string> = new Set([
  '__init__.py',
  'index.js',
  'main.py',
  'package.json',
  'index.html',
  'setup.py',
  'utils.py',
  'README.md',
]);

function fileLead(file: FileChange, because: string, moved: ReadonlyMap<string, PackageChange>): Lead {
  const { owner } = file;
  const change = owner.kind === 'package' ? moved.get(packageKey(owner.ecosystem, owner.name)) : undefined;
  if (change !== undefined) return packageLead(change, because);
  return { what: `/${file.path}`, change: file.kind, because };
}

function packageLead({ ecosystem, name, kind, from, to }: PackageChange, because: string): Lead {
  const change = from !== undefined && to !== undefined ? `${from} → ${to}` : kind;
  return { what: `${ecosystem} ${name}`, change, because };
}

/** As people and programs call a package: `libssl3` is ssl too, `python3-requests` is requests. */
function namesOf({ name }: PackageChange): readonly string[] {
  const own = name.toLowerCase();
  const last = own.slice(own.lastIndexOf('/') + 1);
  const bare = last.replace(/^(?:python3?-|node-|ruby-|golang-|php-|lib)/u, '').replace(/[\d.]+$/u, '');
  const all = [own, last, ...(bare.length >= 4 && bare !== last ? [bare] : [])];
  return all.filter((each) => each.length >= 3 && !everyday.has(each));
}

/** Packages that are called like words of any failure. */
const everyday: ReadonlySet<string> = new Set([
  'base',
  'error',
  'errors',
  'expect',
  'file',
  'init',
  'make',
  'test',
  'tests',
  'time',
  'that',
  'type',
  'types',
  'util',
  'call',
  'path',
  'http',
  'core',
  'assert',
  'json',
]);
