import type { Failure } from '../../base/failure.ts';
import type { Digest } from '../../model/digest.ts';
import type { MoveVerdict } from '../../model/move-verdict.ts';
import type { Hold } from '../../model/hold.ts';
import type { Move } from '../../model/move.ts';
import type { PinFinding } from '../../model/plan.ts';
import type { MoveChange } from './examine-moves.ts';

/** What one run of an update saw and decided; every text about it is a view of this value. */
export interface UpdateReport {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly madeBy: string;
  readonly base: UpdateBaseName;
  /** Pins whose image has gone: what uses them fails now. */
  readonly dead: readonly DeadPin[];
  /** In the order of the mentions. */
  readonly units: readonly ReportedUnit[];
  /** Names that stay back by a hold that was there before, of lockkeeper.yaml or of our branch, or below a ceiling. */
  readonly held: readonly HeldName[];
  /** Names that a registry did not tell anything of: findings of the kinds `denied` and `unreachable`. */
  readonly unanswered: readonly PinFinding[];
  /** Holds of lockkeeper.yaml that are over: findings of that kind. */
  readonly expired: readonly PinFinding[];
  /** What checks and outer loops say of the branch, what is wrong first. */
  readonly outside: readonly OutsideLine[];
  /** Checks fail, and nothing could tell by which moves: a person has to look. */
  readonly isStuck: boolean;
  /** What people should know beside it. Sentences. */
  readonly notices: readonly string[];
}

/** What the moves are made upon. */
export interface UpdateBaseName {
  /** Undefined: no branch is known by name. */
  readonly branch: string | undefined;
  /** Undefined: a plain folder. */
  readonly commit: string | undefined;
}

export interface OutsideLine {
  /** A sentence without its full stop; foreign text. */
  readonly text: string;
  /** As the forge gave it. */
  readonly url: string | undefined;
}

export interface HeldName {
  /** Spelled out, with its tag. */
  readonly name: string;
  readonly hold: Hold;
  /** Whether the base has the hold: nobody has merged one that our branch alone has. */
  readonly isMerged: boolean;
}

export interface DeadPin {
  readonly finding: PinFinding;
  /** A move that goes in takes its place. */
  readonly mended: boolean;
}

export interface ReportedUnit {
  readonly key: Digest;
  readonly moves: readonly ReportedMove[];
  readonly state: UnitState;
}

export interface ReportedMove extends Move {
  readonly change: MoveChange;
  readonly verdicts: readonly MoveVerdict[];
}

export type UnitState =
  /** It is among the edits. */
  | { readonly kind: 'goes in' }
  /** It made something worse. */
  | {
      readonly kind: 'held back';
      /** Sentences. */
      readonly why: string;
      /** The last day of its hold, in UTC. */
      readonly until: string;
      /** A link, or the digest of a verdict. */
      readonly evidence: string | undefined;
    }
  /** Nothing is proven of it yet. `why`: sentences. */
  | { readonly kind: 'waits'; readonly why: string; readonly failure: Failure | undefined }
  /** People declined it, a search was not sure of it, or it is not in this round of one. `why`: a sentence. */
  | { readonly kind: 'left out'; readonly why: string }
  /** A file cannot be edited. */
  | { readonly kind: 'not written'; readonly failure: Failure };

export function goesIn({ state }: ReportedUnit): boolean {
  return state.kind === 'goes in';
}
