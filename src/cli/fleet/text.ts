import { formatTable, type Column } from '../../base/table.ts';
import { shellWord } from '../../base/shell-word.ts';
import { plural, safeLine } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import type { FleetDocument } from '../../model/fleet-answer.ts';
import { painter } from '../print/paint.ts';

export interface FleetLook {
  readonly colour: boolean;
  readonly columns: number;
  /** As the person named it. */
  readonly journal: string | undefined;
}

type Row = FleetDocument['repos'][number];

type Answered = Extract<Row, { readonly lines: unknown }>;

/** One table over all repositories, then what was found where, then those that could not be looked at. */
export function fleetText(
  { question, repos, earlier }: FleetDocument,
  { colour, columns, journal }: FleetLook,
): string {
  const paint = painter(colour);
  const answered = repos.filter((row) => row.state !== 'failed');
  const failed = repos.filter((row) => row.state === 'failed');
  const kinds = [...new Set(answered.flatMap(({ counts }) => Object.keys(counts)))];
  const isChange = answered.some(({ change }) => change !== undefined);
  const heads = [...kinds, ...(isChange ? ['change', ''] : [])];
  const rows = repos.map((row) => [
    signs[row.state],
    safeLine(row.repo),
    ...kinds.map((kind) => (row.state === 'failed' ? '-' : String(row.counts[kind] ?? 0))),
    ...(isChange ? changeCells(row) : []),
  ]);
  const found = answered.filter(({ state }) => state === 'findings');
  const lines = [
    ...formatTable(tableColumns(heads), [['', 'repository', ...heads], ...rows], columns),
    ...answered
      .filter(
        ({ state, change, lines: said }) =>
          state === 'findings' ||
          change?.outcome === 'planned' ||
          // Of an update that found nothing, a line is for people all the same.
          (question === 'update' && said.length > 0),
      )
      .flatMap((row) => ['', paint('bold', safeLine(row.repo)), ...foundLines(row, columns)]),
    ...(failed.length === 0
      ? []
      : ['', paint('bold', `Not looked at: ${plural(failed.length, 'repository', 'repositories')}`)]),
    ...failed.flatMap(({ repo, code, why }) =>
      hanging(`${safeLine(repo)}: ${safeLine(why)} [${code}]`, columns),
    ),
    '',
    `${plural(repos.length, 'repository', 'repositories')}: ${isChange ? changeCounts(answered) : `${repos.length - found.length - failed.length} clean, ${found.length} with findings`}, ${failed.length} not looked at${earlier === 0 ? '' : `; ${earlier} answered by an earlier run`}`,
    ...((failed.length > 0 || answered.some(({ unseen }) => unseen !== undefined)) && journal !== undefined
      ? [
          `next: the same command with --journal ${shellWord(journal)} asks only those that were not looked at, or not as a whole`,
        ]
      : []),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** What was found in a repository, or would change there. A patch is shown as it is. */
function foundLines({ lines, unseen, patch }: Answered, columns: number): readonly string[] {
  return [
    ...lines.flatMap((line) => hanging(safeLine(line), columns)),
    ...(unseen === undefined
      ? []
      : hanging(`a part of it was not looked at: ${safeLine(unseen.why)} [${unseen.code}]`, columns)),
    ...(patch === undefined ? [] : patch.trimEnd().split('\n').map(safeLine)),
  ];
}

/** One thing that is said: further lines of it stand deeper than the first. */
function hanging(text: string, columns: number): readonly string[] {
  return wrapToWidth(text, columns - 4).map((line, index) => `${index === 0 ? '  ' : '    '}${line}`);
}

function changeCounts(answered: readonly Answered[]): string {
  const outcomes = Map.groupBy(answered, ({ change }) => change?.outcome ?? 'nothing');
  return [...outcomes].map(([outcome, all]) => `${all.length} ${outcome}`).join(', ');
}

/** What became of it, and where to look. A link is never cut: it is the last of the row. */
function changeCells(row: Row): readonly string[] {
  if (row.state === 'failed') return ['-', ''];
  return [row.change?.outcome ?? '', safeLine(row.change?.url ?? row.change?.branch ?? '')];
}

const signs: Readonly<Record<Row['state'], string>> = { clean: '✓', findings: '✗', failed: '!' };

function tableColumns(kinds: readonly string[]): readonly Column[] {
  return [{}, { shrinks: 'middle' }, ...kinds.map(() => ({}))];
}
