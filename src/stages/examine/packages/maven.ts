import { posix } from 'node:path';
import { limits } from '../../../base/limits.ts';
import type { FileFacts } from '../../../model/package.ts';
import { FactsBuilder } from './facts-builder.ts';
import { UnreadableError, wholeFile } from './facts-reader.ts';
import { coordinatesOf, manifestName, type JarName } from './jar-names.ts';
import { unzip, zipMembers, type ZipMember } from './zip-file.ts';

/** Java archives, and those within them. */
export const mavenReader = wholeFile(limits.jarBytesMax, ({ path }) => archive.test(path), readJar);

const archive = /\.(?:jar|war|ear|jpi|hpi|sar|par|nar)$/iu;

/** What is left to spend on one file: a jar may hold itself, or one member under many names. */
interface Budget {
  jars: number;
  members: number;
  bytes: number;
}

interface Jar {
  /** `app.jar`, `app.jar!/lib/a.jar`. */
  readonly place: string;
  readonly bytes: Buffer;
  readonly depth: number;
  /** How much may be unpacked beside the jars that are held already. */
  readonly roomBytes: number;
}

function readJar(path: string, bytes: Buffer): FileFacts {
  const facts = new FactsBuilder(path);
  const budget: Budget = {
    jars: limits.jarsInJarMax,
    members: limits.jarMembersMax,
    bytes: limits.jarUnpackedBytesMax,
  };
  addJar(facts, { place: path, bytes, depth: 1, roomBytes: limits.jarMemberBytesMax }, budget);
  return facts.build();
}

/** One jar that is broken does not hide the others. */
function addJar(facts: FactsBuilder, jar: Jar, budget: Budget): void {
  try {
    const inner = addOwn(facts, jar, budget);
    for (const member of inner) addJar(facts, within(jar, member, budget), budget);
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    facts.trouble(jar.depth === 1 ? error.message : `${posix.basename(jar.place)}: ${error.message}`);
  }
}

/**
 * Adds what Maven wrote into the jar, of everything that was merged into it; else what its manifest or its name says.
 * Returns the jars within.
 */
function addOwn(facts: FactsBuilder, jar: Jar, budget: Budget): readonly ZipMember[] {
  const inner: ZipMember[] = [];
  const named: JarName[] = [];
  let manifest: Buffer = Buffer.alloc(0);
  for (const member of zipMembers(jar.bytes)) {
    budget.members -= 1;
    if (budget.members < 0) throw new UnreadableError('it has more members than are looked at');
    const { name } = member;
    if (name.length > limits.archiveNameBytesMax) continue;
    if (/^META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/u.test(name)) {
      const found = coordinatesOf(contentOf(jar, member, budget));
      if (found !== undefined) named.push(found);
    } else if (name === 'META-INF/MANIFEST.MF') manifest = contentOf(jar, member, budget);
    else if (archive.test(name)) inner.push(member);
  }
  if (named.length === 0) named.push(manifestName(manifest, posix.basename(jar.place)));
  for (const { name, version } of named) {
    facts.add({ ecosystem: 'maven', name, version }, jar.place);
    facts.own({ ecosystem: 'maven', name }, [`/${facts.place}`]);
  }
  return inner;
}

/** What is stored as it is, as Spring Boot stores libraries, takes no room of its own. */
function within(jar: Jar, member: ZipMember, budget: Budget): Jar {
  budget.jars -= 1;
  if (budget.jars < 0) throw new UnreadableError('it has more jars within it than are looked at');
  if (jar.depth >= limits.jarDepthMax) throw new UnreadableError('jars are nested too deep in it');
  const bytes = contentOf(jar, member, budget);
  const roomBytes = jar.roomBytes - (member.method === 0 ? 0 : bytes.length);
  return { place: `${jar.place}!/${member.name}`, bytes, depth: jar.depth + 1, roomBytes };
}

function contentOf({ bytes, roomBytes }: Jar, member: ZipMember, budget: Budget): Buffer {
  // Whichever it claims: many members may lead to the same bytes.
  budget.bytes -= Math.max(member.packedBytes, member.unpackedBytes);
  if (budget.bytes < 0) throw new UnreadableError('it unpacks to more than is looked at');
  return unzip(bytes, member, roomBytes);
}
