import type { ExitStatus } from '../../base/failure.ts';
import type { MoveChange } from '../../flows/update/examine-moves.ts';
import type { BranchOutcome } from '../../flows/update/put-branch.ts';
import type { ReportedMove, ReportedUnit, UnitState, UpdateReport } from '../../flows/update/report.ts';
import type { MoveVerdict } from '../../model/move-verdict.ts';
import { describeHold } from '../../model/hold.ts';
import { formatReference } from '../../model/reference.ts';
import type { UpdateDocument } from '../../model/update-document.ts';
import { packagesOf } from './words.ts';

export interface UpdateDocumentOrder {
  readonly report: UpdateReport;
  readonly files: readonly string[];
  /** Undefined: nothing was to be written. */
  readonly outcome: BranchOutcome | undefined;
  readonly branch: string | undefined;
  /** Its URL; undefined: there is none. */
  readonly pullRequest: string | undefined;
  readonly exit: ExitStatus;
}

type DocumentUnit = UpdateDocument['units'][number];

/** The public form of an update. */
export function updateDocument({
  report,
  files,
  outcome,
  branch,
  pullRequest,
  exit,
}: UpdateDocumentOrder): UpdateDocument {
  const { madeBy, createdAt, base, dead, units, outside, held, unanswered, notices } = report;
  return {
    schemaVersion: 1,
    kind: 'update',
    madeBy,
    createdAt,
    base: {
      ...(base.branch !== undefined && { branch: base.branch }),
      ...(base.commit !== undefined && { commit: base.commit }),
    },
    dead: dead.map(({ finding: { file, message }, mended }) => ({ file, message, mended })),
    units: units.map(shownUnit),
    outside: outside.map(({ text, url }) => ({ text, ...(url !== undefined && { url }) })),
    held: held.map(({ name, hold }) => ({ name, why: describeHold(hold) })),
    unanswered: unanswered.map(({ file, message }) => ({ file, message })),
    notices: [...notices],
    files: [...files],
    branch: {
      state: outcome?.kind ?? 'planned',
      ...(branch !== undefined && { name: branch }),
      ...(outcome !== undefined && 'commit' in outcome && { commit: outcome.commit }),
    },
    ...(pullRequest !== undefined && { pullRequest }),
    exit,
  };
}

function shownUnit({ key, state, moves }: ReportedUnit): DocumentUnit {
  return { key, state: shownState(state), moves: moves.map(shownMove) };
}

function shownState(state: UnitState): DocumentUnit['state'] {
  switch (state.kind) {
    case 'goes in':
      return state;
    case 'held back': {
      const { kind, why, until, evidence } = state;
      return { kind, why, until, ...(evidence !== undefined && { evidence }) };
    }
    case 'left out':
      return state;
    case 'waits':
      return { kind: 'waits', why: state.why };
    case 'not written':
      return { kind: 'not written', why: state.failure.message };
  }
}

function shownMove({
  name,
  from,
  to,
  dead,
  backwards,
  entries,
  change,
  verdicts,
}: ReportedMove): DocumentUnit['moves'][number] {
  return {
    name: formatReference(name),
    from,
    to,
    dead,
    backwards,
    places: entries.map(({ mention: { place } }) => ({
      file: place.file,
      line: place.line,
      column: place.column,
    })),
    change: shownChange(change),
    verdicts: verdicts.map(shownVerdict),
  };
}

function shownChange(change: MoveChange): DocumentUnit['moves'][number]['change'] {
  if (change.kind === 'not compared') return change;
  const packages = packagesOf(change).map(({ kind, ecosystem, name, from, to }) => ({
    kind,
    ecosystem,
    name,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  }));
  return { kind: 'compared', class: change.diff.class, packages };
}

function shownVerdict(each: MoveVerdict): DocumentUnit['moves'][number]['verdicts'][number] {
  if (each.kind !== 'untried') return each;
  return { kind: 'untried', image: each.image, code: each.failure.code, message: each.failure.message };
}
