import { plural } from '../../base/text.ts';
import type { ChangeDocument, PlatformChange } from '../../model/change-document.ts';
import { codeSpan, details, htmlCode, markdownText } from '../report/markdown-text.ts';
import { reportLimits } from '../report/report-limits.ts';
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
} from './words.ts';

const rowsMax = { settings: 30, packages: 150, files: 150, platforms: 20, findings: 20 } as const;

/** A comment on a pull request: short on top, the rest folded, nothing in it that Markdown would act on. */
export function renderChangeMarkdown(document: ChangeDocument): string {
  const { baseline, candidate, platforms, added, removed, notices } = document;
  const head = [
    `### ${markdownText(equivalenceText(document) ?? document.class)}`,
    '',
    `${codeSpan(baseline.name)} → ${codeSpan(candidate.name)}`,
    '',
    ...added.map((platform) => `- ${codeSpan(platform, 60)} was added`),
    ...removed.map((platform) => `- ${codeSpan(platform, 60)} is gone`),
    ...notices.map((notice) => `- ${markdownText(notice, 600)}`),
  ].join('\n');
  const parts = [head.trim()];
  let left = reportLimits.markdownCharsMax - head.length - leftOutCharsMax;
  const leftOut: string[] = [];
  for (const each of platforms.slice(0, rowsMax.platforms)) {
    for (const block of blocksOf(each)) {
      if (block.text.length + 2 > left) leftOut.push(`${block.label} of ${each.platform}`);
      else parts.push(block.text);
      left -= block.text.length + 2 > left ? 0 : block.text.length + 2;
    }
  }
  const rest = platforms.length - rowsMax.platforms;
  if (rest > 0) leftOut.push(plural(rest, 'more platform'));
  if (leftOut.length > 0)
    parts.push(
      `*Left out here for length: ${markdownText(leftOut.join(', '), 1_000)}. All of it is in the HTML and JSON forms.*`,
    );
  return `${parts.join('\n\n')}\n`;
}

// Room for the sentence that says what was left out.
const leftOutCharsMax = 1_500;

interface Block {
  readonly label: string;
  readonly text: string;
}

function blocksOf(each: PlatformChange): readonly Block[] {
  return [headBlock(each), settingsBlock(each), packagesBlock(each), filesBlock(each)].filter(
    (block) => block !== undefined,
  );
}

function headBlock(each: PlatformChange): Block {
  const { platform, baseline, candidate, findings = [], source } = each;
  const link = source?.link;
  const lines = [
    `**${markdownText(platform, 60)}**: ${each.class} · ${codeSpan(digestText(baseline))} → ${codeSpan(digestText(candidate))} · ${layersText(each)}`,
    // It was made of a known host, a plain path and two commits.
    ...(link === undefined ? [] : [`- Source: <${link}>`]),
    ...sourceText(each)
      .filter((text) => link === undefined || !text.includes(link))
      .map((text) => `- ${markdownText(text, 400)}`),
    ...findings.slice(0, rowsMax.findings).map((finding) => `- odd: ${markdownText(finding, 400)}`),
  ];
  return { label: 'the head', text: lines.join('\n') };
}

function settingsBlock({ settings }: PlatformChange): Block | undefined {
  const rows = settingRows(settings);
  if (rows.length === 0) return undefined;
  const shown = rows
    .slice(0, rowsMax.settings)
    .map(({ setting, key, from, to }) =>
      row([htmlCode(key === '' ? setting : `${setting} ${key}`, 100), value(from), value(to)]),
    );
  const table = [row(['setting', 'before', 'now']), '| --- | --- | --- |', ...shown];
  return { label: 'settings', text: [...table, ...more(rows.length - shown.length)].join('\n') };
}

function packagesBlock({ packages }: PlatformChange): Block | undefined {
  if (packages === undefined || packages.length === 0) return undefined;
  const shown = byWeight(packages)
    .slice(0, rowsMax.packages)
    .map((each) =>
      row([
        each.kind,
        each.ecosystem,
        htmlCode(each.name, 120),
        htmlCode(versionsText(each), 120),
        growthText(each),
      ]),
    );
  const table = [row(['', '', 'package', 'version', 'size']), '| --- | --- | --- | --- | ---: |', ...shown];
  const body = [...table, ...more(packages.length - shown.length)].join('\n');
  return { label: 'packages', text: details(`Packages: ${packageCounts(packages)}`, body) };
}

function filesBlock(each: PlatformChange): Block | undefined {
  const groups = ownerGroups(each);
  const noise = noiseText(each);
  const count = groups.reduce((sum, { files }) => sum + files.length, 0);
  if (count === 0) return noise === '' ? undefined : { label: 'noise', text: noise };
  let left: number = rowsMax.files;
  const lines = groups.flatMap(({ owner, isToldByPackage, files }) => {
    const shown = isToldByPackage ? [] : files.slice(0, left);
    left -= shown.length;
    const rest = files.length - shown.length;
    return [
      `- ${codeSpan(owner, 160)}: ${plural(files.length, 'file')}${isToldByPackage ? ' of the new version' : ''}`,
      ...shown.map((file) => `  - ${codeSpan(`/${file.path}`, 200)} ${markdownText(fileReason(file), 200)}`),
      ...(rest > 0 && shown.length > 0 ? [`  - and ${plural(rest, 'more file')}`] : []),
    ];
  });
  const listed = lines.slice(0, 2 * rowsMax.files);
  const body = [
    ...listed,
    ...(lines.length > listed.length ? ['- and more'] : []),
    ...(noise === '' ? [] : ['', noise]),
  ].join('\n');
  return { label: 'files', text: details(`Files: ${plural(count, 'differs', 'differ')}`, body) };
}

function value(text: string): string {
  return text === '' ? '' : htmlCode(text, 200);
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

function more(rest: number): readonly string[] {
  return rest <= 0 ? [] : ['', `and ${rest} more`];
}
