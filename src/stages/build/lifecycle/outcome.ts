import { unreachable } from '../../../base/invariant.ts';
import type { LifecycleEnd, SaidVersion } from '../../../model/lifecycle.ts';
import { spokenRuntime } from './said-version.ts';

/**
 * What a build without a network says of the repository:
 * `takes`: it came to its end, or to where it would download what it had settled on;
 * `refuses`: no buildpack takes it, or one gave up before that;
 * `unknown`: it ended otherwise, or the words of the buildpack that failed are not known.
 */
export type ProbeOutcome = 'takes' | 'refuses' | 'unknown';

export function probeOutcome(end: LifecycleEnd, versions: readonly SaidVersion[]): ProbeOutcome {
  switch (end.kind) {
    case 'done':
      return 'takes';
    case 'no-group':
    case 'detect-failed':
      return 'refuses';
    case 'build-failed': {
      const { buildpack } = end;
      if (buildpack === undefined || spokenRuntime(buildpack) === undefined) return 'unknown';
      const own = versions.find((each) => each.buildpack.id === buildpack.id);
      return own?.version === undefined ? 'refuses' : 'takes';
    }
    case 'export-failed':
    case 'api-refused':
    case 'failed':
    case 'stopped':
      return 'unknown';
    default:
      return unreachable(end);
  }
}
