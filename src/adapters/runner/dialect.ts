import type { EngineKind } from '../../model/engine.ts';

/** Where docker and podman differ for a trial. Everything else is the same code. */
export interface Dialect {
  /** Beside what the machine needs (`Engine.createArgs`). */
  readonly createArgs: readonly string[];
  /** The value of `--entrypoint` for one program. */
  readonly entrypoint: (program: string) => string;
  /** `create` makes the working directory, owned by root, where the image has none. */
  readonly makesWorkdir: boolean;
  /** Options of `cp` that keep owners as the archive says. */
  readonly copyInArgs: readonly string[];
  /** Options of `cp` that follow a link that is named as the source. */
  readonly followArgs: readonly string[];
  /** `cp` follows a link that is named as the source, even unasked. */
  readonly alwaysFollows: boolean;
  /** The engine's program leaves files where it is started, and with the temporary ones (see EngineFolder). */
  readonly leavesFiles: boolean;
  /** What a container that ends fast has written may not reach the attached program; then the engine's log has it. */
  readonly keepsLog: boolean;
  /** The exit status of a container that did not start tells whether it was the image's fault (126, 127). */
  readonly tellsWhyNotStarted: boolean;
}

export const dialects: Readonly<Record<EngineKind, Dialect>> = {
  docker: {
    createArgs: [],
    entrypoint: (program) => program,
    makesWorkdir: true,
    copyInArgs: [],
    followArgs: ['--follow-link'],
    alwaysFollows: false,
    leavesFiles: false,
    keepsLog: false,
    tellsWhyNotStarted: true,
  },
  podman: {
    // Volumes that the image declares stay part of the container's own file system, where their size is seen; proxy
    // settings of the host do not get in.
    createArgs: ['--image-volume', 'ignore', '--http-proxy=false'],
    // A plain string would be read as JSON if it looks like it: `[` is a program.
    entrypoint: (program) => JSON.stringify([program]),
    makesWorkdir: false,
    copyInArgs: ['--archive=false'],
    followArgs: [],
    alwaysFollows: true,
    leavesFiles: true,
    keepsLog: true,
    tellsWhyNotStarted: false,
  },
};
