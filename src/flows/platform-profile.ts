import { Failure } from '../base/failure.ts';
import { readConfig } from '../model/config.ts';
import { readDay } from '../model/config-exceptions.ts';
import type { Platform } from '../model/platform.ts';
import type {
  ChannelTrouble,
  FailedChannel,
  Named,
  PlatformChannel,
  PlatformProfile,
  PlatformSource,
  ResolvedBuilder,
  ResolvedChannel,
  ResolvedImage,
  ResolvedProfile,
} from '../model/platform-profile.ts';
import { parseReference, type Reference } from '../model/reference.ts';
import type { Documents } from '../ports/documents.ts';
import { configFileName } from '../ports/config-file.ts';
import { builderReader, type BuilderReader, type BuilderTools } from './builder-image.ts';
import { DocumentReader, type Wanted } from './document-reader.ts';
import type { Watching } from './tools.ts';

export interface ProfileTools extends BuilderTools {
  readonly documents: Documents;
  /** Where builders are looked up; a reader of its own where nobody shares one. */
  readonly builders?: BuilderReader;
}

/**
 * What a platform builds with at this instant. A channel that cannot be looked up does not stop the others.
 * @throws Failure `document-*`, `config-*` of a shared profile, `interrupted`
 */
export async function resolveProfile(
  source: PlatformSource,
  platform: Platform,
  tools: ProfileTools,
  watching: Watching,
): Promise<ResolvedProfile> {
  const documents = new DocumentReader(tools.documents);
  const profile = await readProfile(source, documents);
  const builders = tools.builders ?? builderReader(platform, tools, watching);
  const channels: ResolvedChannel[] = [];
  const failed: FailedChannel[] = [];
  for (const channel of profile.channels) {
    try {
      channels.push(await resolveChannel(channel, { documents, builders }));
    } catch (error) {
      failed.push({ name: channel.name, failure: expected(error) });
    }
  }
  const { name, deploys, ci } = profile;
  return { name, platform, channels, failed, deploys, ci, resolvedAt: tools.clock.now().toISOString() };
}

/** A shared file is a lockkeeper.yaml like any other, of which only this platform counts. */
async function readProfile(source: PlatformSource, documents: DocumentReader): Promise<PlatformProfile> {
  if (source.kind === 'own') return source.profile;
  const { name, document, digest, ci } = source;
  const text = await documents.text(document, digest);
  const shared = readConfig(text, document, folderOf(document)).platforms;
  const found = shared.find((each) => (each.kind === 'own' ? each.profile.name : each.name) === name);
  if (found?.kind !== 'own') {
    const why = found === undefined ? 'does not describe it' : 'names another file for it';
    throw new Failure('document-invalid', `platforms.${name} is taken from ${document}, which ${why}`, {
      hint: `The file has to hold platforms.${name} with channels, as docs/reference/config.md describes them.`,
    });
  }
  const { profile } = found;
  if (ci !== undefined && profile.channels.every((channel) => channel.name !== ci)) {
    throw new Failure(
      'config-invalid',
      `platforms.${name}.ci is ${JSON.stringify(ci)}, which is no channel there`,
      {
        where: { file: configFileName },
        hint: `There is ${profile.channels.map((channel) => channel.name).join(', ')}.`,
      },
    );
  }
  return { ...profile, ci: ci ?? profile.ci };
}

function folderOf(document: string): string {
  return document.startsWith('https://')
    ? new URL('.', document).href
    : document.slice(0, Math.max(1, document.lastIndexOf('/')));
}

const imageName: Wanted<Reference> = { what: 'an image name', read: parseReference };
const day: Wanted<string> = { what: 'a day such as 2026-12-31', read: readDay };

interface ChannelReaders {
  readonly documents: DocumentReader;
  readonly builders: BuilderReader;
}

async function resolveChannel(
  channel: PlatformChannel,
  { documents, builders }: ChannelReaders,
): Promise<ResolvedChannel> {
  const reference = await documents.value(channel.builder, imageName);
  const builder = await builders.builder({ kind: 'registry', reference });
  const troubles: ChannelTrouble[] = [];
  const trying = async <T>(what: ChannelTrouble['what'], work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      troubles.push({ what, failure: expected(error) });
      return undefined;
    }
  };
  const { runImage, validUntil, upstream } = channel;
  return {
    channel,
    builder,
    runImage: await trying('run image', () => findRunImage(runImage, builder, { documents, builders })),
    upstream:
      upstream === undefined
        ? undefined
        : await trying('upstream', async (): Promise<ResolvedBuilder> => {
            const named = await documents.value(upstream, imageName);
            return builders.builder({ kind: 'registry', reference: named });
          }),
    validUntil:
      validUntil === undefined
        ? undefined
        : await trying('valid-until', () => documents.value(validUntil, day)),
    troubles,
  };
}

async function findRunImage(
  named: Named<Reference> | undefined,
  { facts }: ResolvedBuilder,
  { documents, builders }: ChannelReaders,
): Promise<ResolvedImage | undefined> {
  const [first] = facts.runImages;
  if (named === undefined && first === undefined) return undefined;
  const reference =
    named === undefined ? parseReference(first ?? '') : await documents.value(named, imageName);
  return builders.image({ kind: 'registry', reference });
}

/** What the world does wrong is an answer; a person's Ctrl-C and our own faults are not. */
function expected(error: unknown): Failure {
  if (error instanceof Failure && error.code !== 'interrupted') return error;
  throw error;
}
