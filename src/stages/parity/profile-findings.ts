import { compareVersions, isNumbered, type BuildpackKnowledge } from '../../model/buildpack-knowledge.ts';
import type { ProfileFinding } from '../../model/profile-finding.ts';
import type { ResolvedChannel, ResolvedProfile } from '../../model/platform-profile.ts';

const dayMs = 24 * 3600 * 1000;

/** What a person should know of a platform's channels. `now` is ISO 8601, UTC. */
export function profileFindings(
  profile: ResolvedProfile,
  knowledge: ReadonlyMap<string, BuildpackKnowledge>,
  now: string,
): readonly ProfileFinding[] {
  return [
    ...sameDigest(profile),
    ...profile.channels.flatMap((channel) => [
      ...expired(channel, now),
      ...behind(channel, knowledge, now),
      ...channel.troubles.map(({ what, failure }): ProfileFinding => ({
        kind: 'not-told',
        channel: channel.channel.name,
        what,
        message: failure.message,
      })),
    ]),
    ...ciDiffers(profile),
  ];
}

/** Two names of one builder: whoever moves from one to the other moves nowhere. */
function sameDigest({ channels }: ResolvedProfile): readonly ProfileFinding[] {
  const byDigest = Map.groupBy(channels, ({ builder }) => builder.digest);
  return [...byDigest].flatMap(([digest, same]): readonly ProfileFinding[] => {
    const names = same.map(({ channel }) => channel.name);
    return names.length < 2 ? [] : [{ kind: 'same-digest', channels: names, digest }];
  });
}

function expired({ channel, validUntil }: ResolvedChannel, now: string): readonly ProfileFinding[] {
  const today = now.slice(0, 10);
  if (validUntil === undefined || validUntil >= today) return [];
  return [
    { kind: 'expired', channel: channel.name, until: validUntil, days: daysBetween(validUntil, today) },
  ];
}

function ciDiffers({ channels, deploys, ci }: ResolvedProfile): readonly ProfileFinding[] {
  const digestOf = (name: string): string | undefined =>
    channels.find(({ channel }) => channel.name === name)?.builder.digest;
  if (ci === undefined) return [];
  const own = digestOf(ci);
  const others = deploys.filter((name) => name !== ci && (own === undefined || digestOf(name) !== own));
  return others.length === 0 ? [] : [{ kind: 'ci-differs', ci, deploys: others }];
}

/** Buildpacks that upstream has newer, and since when something that is known of them has changed. */
function behind(
  { channel, builder, upstream }: ResolvedChannel,
  knowledge: ReadonlyMap<string, BuildpackKnowledge>,
  now: string,
): readonly ProfileFinding[] {
  if (upstream === undefined) return [];
  const newest = (buildpacks: typeof builder.facts.buildpacks, id: string): string | undefined =>
    buildpacks
      .filter((each) => each.id === id && isNumbered(each.version))
      .map(({ version }) => version)
      .toSorted(compareVersions)
      .at(-1);
  const ids = new Set(builder.facts.buildpacks.map(({ id }) => id));
  const buildpacks = [...ids].flatMap((id) => {
    const [have, offered] = [newest(builder.facts.buildpacks, id), newest(upstream.facts.buildpacks, id)];
    if (have === undefined || offered === undefined || compareVersions(have, offered) >= 0) return [];
    const since = firstChange(knowledge.get(id), have, offered);
    const days = since === undefined ? undefined : daysBetween(since, now.slice(0, 10));
    return [{ id, have, offered, since, days }];
  });
  return buildpacks.length === 0 ? [] : [{ kind: 'behind', channel: channel.name, buildpacks }];
}

/** The day on which the first version came out that is newer, and of which the data says something new. */
function firstChange(
  known: BuildpackKnowledge | undefined,
  have: string,
  offered: string,
): string | undefined {
  if (known === undefined) return undefined;
  return [...known.reads, ...known.bounds, ...known.defaults]
    .filter(({ from }) => compareVersions(from, have) > 0 && compareVersions(from, offered) <= 0)
    .map(({ date }) => date)
    .toSorted()
    .at(0);
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);
}
