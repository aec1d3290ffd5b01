import { plural, safeLine } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import type { BuilderFacts, OrderGroup } from '../../model/builder-facts.ts';
import { formatImageSource } from '../../model/image-source.ts';
import { formatPlatform } from '../../model/platform.ts';
import type { InjectedBuildpack, ResolvedChannel, ResolvedProfile } from '../../model/platform-profile.ts';
import type { ProfileFinding } from '../../model/profile-finding.ts';
import { failureDocument } from '../print/failure.ts';
import type { ParityPrinting } from './text.ts';

/** Each channel with what it resolved to, then what a person should know. */
export function profileText(
  profile: ResolvedProfile,
  findings: readonly ProfileFinding[],
  { paint, columns }: ParityPrinting,
): string {
  const { name, platform, channels, failed } = profile;
  const lines = (label: string, text: string): readonly string[] => {
    const indent = 14;
    const [first = '', ...rest] = wrapToWidth(safeLine(text), Math.max(30, columns - indent));
    return [`  ${label.padEnd(indent - 2)}${first}`, ...rest.map((each) => `${' '.repeat(indent)}${each}`)];
  };
  const warnings = [
    ...findings.map(findingText),
    ...failed.map((each) => `${each.name} could not be looked at: ${each.failure.message}`),
  ];
  return [
    `${paint('bold', safeLine(name))}, for ${formatPlatform(platform)}`,
    '',
    ...channels.flatMap((channel) => [
      `${paint('bold', safeLine(channel.channel.name))}${roleText(profile, channel)}`,
      ...channelRows(channel).flatMap(([label, text]) => lines(label, text)),
      '',
    ]),
    ...(warnings.length === 0 ? [] : [paint(['bold', 'yellow'], 'To know')]),
    ...warnings.flatMap((text) =>
      wrapToWidth(safeLine(text), Math.max(30, columns - 4)).map(
        (each, at) => `${at === 0 ? '  ' : '    '}${each}`,
      ),
    ),
    ...(warnings.length === 0 ? [] : ['']),
    `${plural(channels.length, 'channel')}, ${plural(warnings.length, 'thing')} to know.`,
    '',
  ].join('\n');
}

function roleText({ deploys, ci }: ResolvedProfile, { channel: { name } }: ResolvedChannel): string {
  const roles = [
    ...(deploys.includes(name) ? ['deploys'] : []),
    ...(ci === name ? ['CI builds with it'] : []),
  ];
  return roles.length === 0 ? '' : ` (${roles.join(', ')})`;
}

function channelRows({
  channel,
  builder,
  runImage,
  validUntil,
}: ResolvedChannel): readonly [string, string][] {
  const { facts } = builder;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['builder', `${formatImageSource(builder.source)} is ${builder.digest}`],
    [
      'run image',
      runImage === undefined ? undefined : `${formatImageSource(runImage.source)} is ${runImage.digest}`,
    ],
    ['lifecycle', lifecycleText(facts)],
    ['valid until', validUntil],
    ['before', listText(channel.before)],
    ['buildpacks', facts.buildpacks.map(({ id, version }) => `${id} ${version}`).join(', ')],
    ['order', facts.order.map(groupText).join(' | ')],
    ['after', listText(channel.after)],
  ];
  return rows.flatMap(([label, text]) => (text === undefined || text === '' ? [] : [[label, text]]));
}

function lifecycleText({ lifecycle }: BuilderFacts): string | undefined {
  if (lifecycle === undefined) return undefined;
  const apis =
    lifecycle.platformApis.length === 0 ? '' : `, Platform API ${lifecycle.platformApis.join(' ')}`;
  return `${lifecycle.version ?? 'of a version that is not told'}${apis}`;
}

function groupText({ group }: OrderGroup): string {
  return group
    .map(
      ({ id, version, optional }) =>
        `${id}${version === undefined ? '' : `@${version}`}${optional ? '?' : ''}`,
    )
    .join(' ');
}

function listText(injected: readonly InjectedBuildpack[]): string {
  return injected.map(({ id, version }) => (version === undefined ? id : `${id} ${version}`)).join(', ');
}

function findingText(finding: ProfileFinding): string {
  switch (finding.kind) {
    case 'same-digest':
      return `${finding.channels.join(' and ')} are one builder, ${finding.digest}: to move from one to the other changes nothing.`;
    case 'expired':
      return `${finding.channel} was offered until ${finding.until}, ${plural(finding.days, 'day')} ago.`;
    case 'ci-differs':
      return `CI builds with ${finding.ci}, but ${finding.deploys.join(' and ')} deploys: what is tested is not what is built.`;
    case 'behind': {
      const late = finding.buildpacks.map(({ id, have, offered, since, days }) => {
        const long =
          since === undefined || days === undefined ? '' : `, for ${plural(days, 'day')} since ${since}`;
        return `${id} has ${have}, upstream ${offered}${long}`;
      });
      return `${finding.channel} is behind upstream: ${late.join('; ')}.`;
    }
    case 'not-told':
      return `${finding.channel}: its ${finding.what} is not known: ${finding.message}.`;
  }
}

/** For `--json`. */
export function profileDocument(
  profile: ResolvedProfile,
  findings: readonly ProfileFinding[],
  madeBy: string,
): Readonly<Record<string, unknown>> {
  return {
    schemaVersion: 1,
    kind: 'parity-profile',
    madeBy,
    name: profile.name,
    platform: formatPlatform(profile.platform),
    resolvedAt: profile.resolvedAt,
    deploys: profile.deploys,
    ci: profile.ci,
    channels: profile.channels.map(({ channel, builder, runImage, upstream, validUntil }) => ({
      name: channel.name,
      builder: {
        name: formatImageSource(builder.source),
        digest: builder.digest,
        manifest: builder.manifest.digest,
      },
      ...(runImage !== undefined && {
        runImage: { name: formatImageSource(runImage.source), digest: runImage.digest },
      }),
      ...(upstream !== undefined && {
        upstream: { name: formatImageSource(upstream.source), digest: upstream.digest },
      }),
      validUntil,
      before: channel.before,
      after: channel.after,
      env: channel.env,
      platformApi: channel.platformApi,
      limits: channel.limits,
      facts: builder.facts,
    })),
    failed: profile.failed.map(({ name, failure }) => ({ name, failure: failureDocument(failure) })),
    findings: findings.map((finding) => ({ ...finding, text: findingText(finding) })),
  };
}
