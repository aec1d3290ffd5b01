import type { CheckState } from './check.ts';
import type { ForgeId } from './forge-id.ts';

/**
 * A run of somebody else's CI that no push starts by itself: it has to be asked for, seen to start, and followed.
 * Texts may hold `{branch}` and `{commit}`, which become those of the update.
 */
export interface OuterLoop {
  /** As lockkeeper.yaml calls it. */
  readonly name: string;
  /** Without its pass the update is not ready. */
  readonly required: boolean;
  readonly by: OuterLoopStart;
}

export type OuterLoopStart =
  | {
      readonly kind: 'github';
      /** File name of a workflow with `workflow_dispatch`: `outer.yml`. */
      readonly workflow: string;
      readonly inputs: Readonly<Record<string, string>>;
    }
  | { readonly kind: 'gitlab'; readonly variables: Readonly<Record<string, string>> }
  | {
      readonly kind: 'azure';
      /** The organisation at dev.azure.com. */
      readonly organization: string;
      readonly project: string;
      /** Its number, as `definitionId` in the pipeline's URL. */
      readonly pipeline: number;
      readonly parameters: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'comment';
      /** Such as `/azp run runtime-extra`. */
      readonly text: string;
      /** The check that shows that it started; the beginning of its name is enough. */
      readonly check: string;
    }
  | {
      readonly kind: 'command';
      readonly start: readonly [string, ...string[]];
      readonly state: readonly [string, ...string[]];
      /** Names of variables of our environment that they get, beside PATH and HOME. */
      readonly environment: readonly string[];
    };

/** What an outer loop is started on. */
export interface OuterLoopTarget {
  readonly branch: string;
  readonly commit: string;
  /** The open pull request of the branch; without one, comments cannot be made. */
  readonly pullRequest: ForgeId | undefined;
}

export interface OuterRun {
  /** Ours to keep, and to ask with later. */
  readonly id: ForgeId;
  readonly url: string | undefined;
  readonly state: CheckState;
}

/** A run that was seen to start, for later runs of the update to follow. */
export interface NotedRun {
  /** Name of its outer loop. */
  readonly loop: string;
  readonly commit: string;
  readonly id: ForgeId;
}

/** `unconfirmed`: it was asked for, and in the time that we wait nothing was seen to start. */
export type StartedRun =
  | { readonly kind: 'started'; readonly run: OuterRun }
  | { readonly kind: 'unconfirmed'; readonly why: string };
