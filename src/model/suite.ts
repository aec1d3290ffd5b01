import { canonicalJson } from '../base/canonical-json.ts';
import { digestOf, type Digest } from './digest.ts';
import type { ReportFormat } from './report-format.ts';

/** A consumer's tests: what to run, where its results land, how to run a part of it again. All defaults are filled in. */
export interface Suite {
  readonly name: string;
  readonly command: SuiteCommand;
  /** Folder whose files are copied into each trial afresh, absolute or relative to lockkeeper.yaml; undefined: nothing is copied. */
  readonly source: string | undefined;
  /** Where the copy lies in the container; absolute. */
  readonly mount: string;
  /** Where the command starts; absolute, in the container. */
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly results: SuiteResults;
  readonly rerun: SuiteRerun | undefined;
  readonly timeoutMs: number;
  /** `none`: no network at all. `default`: the engine's. */
  readonly network: 'none' | 'default';
  /** User name or `uid[:gid]`; undefined: the image's own. */
  readonly user: string | undefined;
  /** Globs over test ids that must be seen to pass in the candidate. */
  readonly mustPass: readonly string[];
  /** A command that must fail in a sound image: where it passes, exit statuses mean nothing. */
  readonly sentinel: SuiteCommand | undefined;
}

/** A shell line (run by `sh -c` in the image) or an argv list (run as it is). */
export type SuiteCommand =
  | { readonly kind: 'shell'; readonly line: string }
  | { readonly kind: 'argv'; readonly argv: readonly [string, ...string[]] };

export type SuiteResults =
  | { readonly format: 'exit-status' }
  | { readonly format: ReportFormat; readonly from: ResultsPlace };

/** Files by glob, relative to the working directory or absolute; or what the command writes to standard output. */
export type ResultsPlace = { readonly kind: 'files'; readonly glob: string } | { readonly kind: 'stdout' };

/** How to run some tests only. */
export interface SuiteRerun {
  /** Holds `{tests}`: in a shell line replaced by quoted words, in an argv list the element `{tests}` by several. */
  readonly command: SuiteCommand;
  /** One test as the runner wants it, from `{file}`, `{class}`, `{name}`. */
  readonly test: string;
  /** What stands between two tests; undefined: each is an argument of its own. */
  readonly separator: string | undefined;
}

/** What a suite is, independent of its name and of the paths on the machine; evidence is bound to it. */
export function suiteDigest(suite: Suite): Digest {
  const { name: _name, source: _source, results, rerun, sentinel, ...rest } = suite;
  return digestOf(
    canonicalJson({
      ...rest,
      command: commandJson(rest.command),
      results:
        results.format === 'exit-status'
          ? { format: results.format }
          : { format: results.format, from: { ...results.from } },
      rerun:
        rerun === undefined
          ? null
          : { command: commandJson(rerun.command), test: rerun.test, separator: rerun.separator },
      sentinel: sentinel === undefined ? null : commandJson(sentinel),
    }),
  );
}

function commandJson(command: SuiteCommand): {
  readonly kind: string;
  readonly line?: string;
  readonly argv?: readonly string[];
} {
  return command.kind === 'shell'
    ? { kind: 'shell', line: command.line }
    : { kind: 'argv', argv: [...command.argv] };
}
