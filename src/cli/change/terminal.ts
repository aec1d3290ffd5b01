import { formatTable } from '../../base/table.ts';
import { plural } from '../../base/text.ts';
import type { ChangeDocument, PlatformChange } from '../../model/change-document.ts';
import { paragraph, safe, takePen, type Pen, type TerminalOptions } from '../report/terminal-pen.ts';
import { digestText } from '../report/words.ts';
import {
  byWeight,
  equivalenceText,
  fileReason,
  growthText,
  layersText,
  noiseText,
  ownerGroups,
  packageCounts,
  settingRows,
  sourceText,
  versionsText,
  type OwnerGroup,
} from './words.ts';

// A screen of 24 lines and a bit; `--all` shows the rest.
const rowsMax = { settings: 8, packages: 10, owners: 6, files: 3, findings: 5 } as const;

/** What differs between two images, the strongest first, so that it fits a screen. */
export function renderChange(document: ChangeDocument, options: TerminalOptions): string {
  const pen = takePen(options);
  const { baseline, candidate, platforms, added, removed, notices } = document;
  const answer = equivalenceText(document);
  const lines = [
    pen.paint('bold', answer ?? document.class),
    ...paragraph(`${safe(baseline.name)} → ${safe(candidate.name)}`, '  ', pen),
    ...added.map((platform) => `  ${safe(platform)} was added`),
    ...removed.map((platform) => `  ${safe(platform)} is gone`),
    ...platforms.flatMap((each) => ['', ...platformLines(each, document, pen)]),
    ...(notices.length === 0 ? [] : ['', ...notices.flatMap((notice) => paragraph(safe(notice), '', pen))]),
  ];
  return `${lines.map((each) => each.trimEnd()).join('\n')}\n`;
}

function platformLines(each: PlatformChange, { equivalent }: ChangeDocument, pen: Pen): readonly string[] {
  const digests = `${digestText(each.baseline)} → ${digestText(each.candidate)}`;
  const findings = each.findings ?? [];
  return [
    `${pen.paint('bold', safe(each.platform))}: ${each.class}`,
    pen.paint('dim', `  ${digests} · ${layersText(each)}`),
    ...sourceText(each).flatMap((text) => paragraph(safe(text, 400), '  ', pen)),
    ...settingLines(each, pen),
    ...(equivalent === undefined ? packageLines(each, pen) : []),
    ...fileLines(each, equivalent !== undefined, pen),
    ...(findings.length === 0 ? [] : ['', pen.paint('bold', 'Odd')]),
    ...limited(findings, rowsMax.findings, pen).flatMap((text) => paragraph(safe(text, 400), '  ', pen)),
  ];
}

function settingLines({ settings }: PlatformChange, pen: Pen): readonly string[] {
  const rows = settingRows(settings);
  if (rows.length === 0) return [];
  const say = (text: string): string => (text === '' ? '(none)' : safe(text, 200));
  const shown = limited(rows, rowsMax.settings, pen).map(({ setting, key, from, to }) => [
    safe(key === '' ? setting : `${setting} ${key}`, 80),
    `${say(from)} → ${say(to)}`,
  ]);
  return [
    '',
    pen.paint('bold', 'Config'),
    ...indented(formatTable([{}, { shrinks: true }], shown, pen.columns - 2)),
    ...moreLine(rows.length - shown.length, 'setting', pen),
  ];
}

function packageLines({ packages }: PlatformChange, pen: Pen): readonly string[] {
  if (packages === undefined || packages.length === 0) return [];
  const shown = limited(byWeight(packages), rowsMax.packages, pen).map((each) => [
    each.kind,
    each.ecosystem,
    safe(each.name, 100),
    safe(versionsText(each), 200),
    growthText(each),
  ]);
  const columns = [{}, {}, { shrinks: true }, { shrinks: true }, { align: 'right' }] as const;
  return [
    '',
    `${pen.paint('bold', 'Packages')}: ${packageCounts(packages)}`,
    ...indented(formatTable(columns, shown, pen.columns - 2)),
    ...moreLine(packages.length - shown.length, 'package', pen),
  ];
}

function fileLines(each: PlatformChange, isProof: boolean, pen: Pen): readonly string[] {
  const groups = ownerGroups(isProof ? { ...each, packages: [] } : each);
  const noise = noiseText(each);
  const count = groups.reduce((sum, { files }) => sum + files.length, 0);
  if (count === 0) return noise === '' ? [] : ['', noise];
  const own = groups.filter(({ isToldByPackage }) => pen.all || !isToldByPackage);
  const told = groups.filter((group) => !own.includes(group));
  const shown = limited(own, rowsMax.owners, pen);
  const files = told.reduce((sum, group) => sum + group.files.length, 0);
  return [
    '',
    `${pen.paint('bold', 'Files')}: ${plural(count, 'differs', 'differ')}`,
    ...shown.flatMap((group) => groupLines(group, pen)),
    ...moreLine(own.length - shown.length, 'owner', pen),
    ...(files === 0 ? [] : [`  ${plural(files, 'file')} of the packages above`]),
    ...(noise === '' ? [] : [pen.paint('dim', `  ${noise}`)]),
  ];
}

function groupLines({ owner, files }: OwnerGroup, pen: Pen): readonly string[] {
  const shown = limited(files, rowsMax.files, pen);
  const rows = shown.map((file) => [`/${safe(file.path, 300)}`, safe(fileReason(file), 300)]);
  return [
    ...paragraph(safe(owner, pen.columns), '  ', pen).slice(0, 1),
    ...formatTable([{ shrinks: true }, { shrinks: true }], rows, pen.columns - 4).map((row) => `    ${row}`),
    ...(files.length === shown.length
      ? []
      : [pen.paint('dim', `    and ${plural(files.length - shown.length, 'more file')}`)]),
  ];
}

function limited<T>(all: readonly T[], max: number, { all: isAll }: Pen): readonly T[] {
  return isAll ? all : all.slice(0, max);
}

function moreLine(rest: number, what: string, pen: Pen): readonly string[] {
  return rest <= 0 ? [] : [pen.paint('dim', `  and ${plural(rest, `more ${what}`)}: --all`)];
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((each) => `  ${each}`);
}
