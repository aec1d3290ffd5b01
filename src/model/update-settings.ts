import type { OuterLoop } from './outer-loop.ts';

/** What lockkeeper.yaml says of `update`. */
export interface UpdateSettings {
  /** Undefined: told by the environment or by the remote's URL. `none`: plain git, without pull requests. */
  readonly forge: 'github' | 'gitlab' | 'none' | undefined;
  /** The git remote that is pushed to. */
  readonly remote: string;
  /** Our branch. */
  readonly branch: string;
  /** The branch that pull requests go into; undefined: the forge's default branch. */
  readonly base: string | undefined;
  /** Labels that a pull request of ours gets. */
  readonly labels: readonly string[];
  /** The label by which a person stops pushes. */
  readonly freeze: string;
  readonly outerLoops: readonly OuterLoop[];
}
