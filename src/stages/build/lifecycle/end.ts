import { unreachable } from '../../../base/invariant.ts';
import { clip, visibleLine } from '../../../base/text.ts';
import type { BuildpackName } from '../../../model/builder-facts.ts';
import type { LifecycleEnd, LifecycleSaid } from '../../../model/lifecycle.ts';
import type { TrialEnd } from '../../../model/trial.ts';
import { newApi } from './platform-api.ts';

/**
 * What an exit status means (buildpacks platform spec, "creator", Outputs; the single ones are those of the lifecycle
 * itself). Before platform API 0.6 detection failed with 6 and a build with 7, without saying more.
 */
export function lifecycleEnd(end: TrialEnd, said: LifecycleSaid, platformApi: string): LifecycleEnd {
  if (end.kind !== 'exited') return { kind: 'stopped', why: stopped(end) };
  const { status } = end;
  const isNew = newApi(platformApi, '0.6');
  if (status === 0) return { kind: 'done' };
  if (status === 11) return { kind: 'api-refused', side: 'platform' };
  if (status === 12) return { kind: 'api-refused', side: 'buildpack' };
  if (status === 20 && isNew) return { kind: 'no-group' };
  if (status === 21 && isNew) return { kind: 'detect-failed' };
  if (status === 6 && !isNew) return { kind: said.broken.length > 0 ? 'detect-failed' : 'no-group' };
  if (status === 51 || (status === 7 && !isNew)) return { kind: 'build-failed', buildpack: lastBuilt(said) };
  if (status >= 60 && status <= 69) return { kind: 'export-failed' };
  return { kind: 'failed', status, phase: said.phase };
}

/** One sentence for a person: which buildpack said what. Begins with a small letter, has no full stop. */
export function describeLifecycleEnd(end: LifecycleEnd, said: LifecycleSaid): string {
  switch (end.kind) {
    case 'done':
      return 'the lifecycle came to its end';
    case 'no-group':
      return 'no group of buildpacks takes this application';
    case 'detect-failed': {
      const first = said.broken[0];
      if (first === undefined) return withErrors('the detection of a buildpack broke', said);
      const words = lastWords(said, first.buildpack, 'detect');
      return `the detection of ${name(first.buildpack)} broke with status ${first.status}${quoted(words)}`;
    }
    case 'build-failed':
      if (end.buildpack === undefined) return withErrors('the build of a buildpack failed', said);
      return `the build of ${name(end.buildpack)} failed${quoted(lastWords(said, end.buildpack, 'build'))}`;
    case 'export-failed':
      return withErrors('the image could not be exported', said);
    case 'api-refused':
      return withErrors(`the lifecycle does not speak the ${end.side} API that it was asked for`, said);
    case 'failed':
      return withErrors(
        `the lifecycle ended with status ${end.status}${end.phase === undefined ? '' : ` in the phase ${end.phase}`}`,
        said,
      );
    case 'stopped':
      return end.why;
    default:
      return unreachable(end);
  }
}

/** The line that says what is wrong: an error by its mark, else the last that was said. */
function complaintOf(lines: readonly string[]): string | undefined {
  const at = lines.findLastIndex((line) => /^\s*(?:!\s+)?\[?Error\b|^\s*!\s+\S|^failed to /i.test(line));
  const from = at === -1 ? lines.slice(-1) : lines.slice(at, at + 2);
  const text = from.map((line) => visibleLine(line).trim()).join(' ');
  return text === '' ? undefined : clip(text, sentenceCharsMax);
}

const sentenceCharsMax = 400;

function stopped(end: Exclude<TrialEnd, { readonly kind: 'exited' }>): string {
  switch (end.kind) {
    case 'not-started':
      return `the lifecycle could not be started: ${clip(visibleLine(end.message), sentenceCharsMax)}`;
    case 'timed-out':
      return `the build was stopped after ${Math.round(end.afterMs / 1000)} s`;
    case 'out-of-memory':
      return `the build used up its memory of ${end.bytesMax} bytes`;
    case 'out-of-disk':
      return `the build used up its disk space of ${end.bytesMax} bytes`;
    case 'engine-error':
      return `the engine broke: ${clip(visibleLine(end.message), sentenceCharsMax)}`;
    default:
      return unreachable(end);
  }
}

function lastBuilt({ said }: LifecycleSaid): BuildpackName | undefined {
  return said.findLast(({ phase }) => phase === 'build')?.buildpack;
}

function lastWords(
  { said }: LifecycleSaid,
  { id, version }: BuildpackName,
  phase: 'detect' | 'build',
): string | undefined {
  const found = said.findLast(
    (each) => each.phase === phase && each.buildpack.id === id && each.buildpack.version === version,
  );
  return found === undefined ? undefined : complaintOf(found.lines);
}

function withErrors(sentence: string, { errors }: LifecycleSaid): string {
  return `${sentence}${quoted(errors[0] === undefined ? undefined : clip(visibleLine(errors[0]), sentenceCharsMax))}`;
}

function quoted(words: string | undefined): string {
  return words === undefined ? '' : `: ${words}`;
}

function name({ id, version }: BuildpackName): string {
  return visibleLine(`${id} ${version}`);
}
