import type { ProfileFinding } from '../model/profile-finding.ts';
import type { Platform } from '../model/platform.ts';
import type { PlatformSource, ResolvedProfile } from '../model/platform-profile.ts';
import type { Knowledge } from '../ports/knowledge.ts';
import { profileFindings } from '../stages/parity/profile-findings.ts';
import { resolveProfile, type ProfileTools } from './platform-profile.ts';
import type { Watching } from './tools.ts';

/** What a platform builds with today, and what a person should know of it. @throws Failure `document-*`, `config-*` */
export async function parityProfile(
  source: PlatformSource,
  platform: Platform,
  tools: ProfileTools & { readonly knowledge: Knowledge },
  watching: Watching,
): Promise<{ readonly profile: ResolvedProfile; readonly findings: readonly ProfileFinding[] }> {
  const profile = await resolveProfile(source, platform, tools, watching);
  const ids = profile.channels.flatMap(({ builder }) => builder.facts.buildpacks.map(({ id }) => id));
  const findings = profileFindings(profile, await tools.knowledge.of(ids), profile.resolvedAt);
  return { profile, findings };
}
