import { limits } from '../../base/limits.ts';
import type { ParityAnswer } from '../../model/parity-answer.ts';
import type { RuntimePin } from '../../model/runtime-pin.ts';
import { nameOf } from './installers.ts';
import { judgePin, type KnownBuildpack, type Repo } from './judge-pin.ts';
import { runtimeOfVariable } from './pin-files/project-toml.ts';

/** What installs a runtime on a channel, and what the platform sets for its builds. */
export interface Candidates {
  /** Every buildpack that the order leads to; which of them runs shows in the build only. */
  readonly known: readonly KnownBuildpack[];
  readonly env: Readonly<Record<string, string>>;
}

/** Whether a pin holds, whichever of the buildpacks runs: where they differ, nobody can tell. */
export function judgeCandidates(pin: RuntimePin, { known, env }: Candidates, repo: Repo): ParityAnswer {
  const unknown = (why: string): ParityAnswer => ({ kind: 'unknown', why, evidence: undefined });
  const set = variablePins(pin, env);
  const twice = set.find(({ field }) => repo.pins.some((each) => each.field === field));
  if (twice !== undefined) return unknown(`both the platform and project.toml set ${twice.field}`);
  const seen = { files: repo.files, pins: [...set, ...repo.pins] };
  const answers = known.map((each) => judgePin(pin, each, seen));
  const [first, ...others] = answers;
  if (first === undefined) return unknown(`no buildpack of the builder is known to install ${pin.runtime}`);
  if (others.every((each) => gist(each) === gist(first))) return first;
  const names = known.map(({ buildpack }) => nameOf(buildpack)).join(', ');
  return unknown(`which of ${names} installs ${pin.runtime} shows in the build only, and they differ on it`);
}

/** The platform's own choice of a version, as if the first line of project.toml made it. */
function variablePins({ runtime }: RuntimePin, env: Candidates['env']): readonly RuntimePin[] {
  return Object.entries(env)
    .filter(([name, text]) => runtimeOfVariable(name) === runtime && text.length <= limits.pinCharsMax)
    .map(([field, text]): RuntimePin => ({
      runtime,
      text,
      field,
      grammar: 'semver',
      place: { file: 'project.toml', name: 'project.toml', line: 1, column: 1, bytes: { start: 0, end: 0 } },
    }));
}

/** What two answers have to have in common to be one. */
function gist(answer: ParityAnswer): string {
  switch (answer.kind) {
    case 'supported':
      return `supported ${answer.resolvesTo}`;
    case 'ignored':
      return `ignored ${answer.harms} ${answer.instead ?? ''}`;
    case 'unsupported':
    case 'unknown':
      return answer.kind;
  }
}
