import type { BuildpackName } from './builder-facts.ts';
import type { Digest } from './digest.ts';
import type { ParityAnswer } from './parity-answer.ts';
import type { FailedChannel } from './platform-profile.ts';
import type { RuntimePin } from './runtime-pin.ts';

/** What the runtime pins of a repository come to on the channels of a platform. */
export interface ParityReport {
  readonly channels: readonly JudgedChannel[];
  /** Channels whose builder could not be had, and those of which a list of versions could not be read. */
  readonly failed: readonly FailedChannel[];
  readonly pins: readonly JudgedPin[];
  readonly disagreements: readonly Disagreement[];
  readonly unread: readonly UnreadPin[];
}

export interface JudgedChannel {
  readonly name: string;
  /** The builder in one spelling, and what it stood for. */
  readonly builder: string;
  readonly digest: Digest;
  /** What does not work here does not deploy. */
  readonly deploys: boolean;
  readonly isCi: boolean;
}

export interface JudgedPin {
  readonly pin: RuntimePin;
  /** One for each of {@link ParityReport.channels}, in their order. */
  readonly answers: readonly ChannelAnswer[];
  /** Undefined: nothing is wrong, or nobody can tell what would be right. */
  readonly remedy: Remedy | undefined;
}

export interface ChannelAnswer {
  readonly channel: string;
  readonly answer: ParityAnswer;
}

/** The newest series that works on all deploying channels that tell what they have. */
export interface Remedy {
  /** Undefined: no series works on all of them. */
  readonly series: string | undefined;
  readonly on: readonly string[];
  /** Deploying channels of which nobody can tell. */
  readonly notKnown: readonly string[];
  /** Where a channel does not read the pin's file: the files that it goes by. */
  readonly readInstead: readonly {
    readonly channel: string;
    readonly buildpack: BuildpackName;
    readonly files: readonly string[];
  }[];
}

/** Two files of one repository that cannot both be followed. */
export interface Disagreement {
  readonly pin: RuntimePin;
  readonly other: RuntimePin;
}

/** A place in a pin file that cannot be read as its format. */
export interface UnreadPin {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Ends the sentence "not read: …". */
  readonly why: string;
}
