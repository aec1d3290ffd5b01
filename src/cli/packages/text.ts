import { formatTable } from '../../base/table.ts';
import { plural } from '../../base/text.ts';
import type { PackageListDocument } from '../../model/package-list-document.ts';
import { paragraph, safe, takePen, type Pen, type TerminalOptions } from '../report/terminal-pen.ts';
import { digestText } from '../report/words.ts';

type Platform = PackageListDocument['platforms'][number];

const findingsMax = 10;

/** Every package on a line of its own, as package managers list them, after what they sum up to. */
export function packageListText(document: PackageListDocument, options: TerminalOptions): string {
  const pen = takePen(options);
  const lines = [
    pen.paint('bold', safe(document.image.name)),
    ...document.platforms.flatMap((each) => ['', ...platformLines(each, pen)]),
    ...(document.notices.length === 0 ? [] : ['']),
    ...document.notices.flatMap((notice) => paragraph(safe(notice, 400), '', pen)),
  ];
  return `${lines.map((each) => each.trimEnd()).join('\n')}\n`;
}

function platformLines(each: Platform, pen: Pen): readonly string[] {
  const { platform, manifest, os, packages } = each;
  const system = os === undefined ? 'no os-release' : safe(`${os.name} ${os.version}`.trim(), 80);
  const rows = packages.map(({ ecosystem, name, version, architecture }) => [
    ecosystem,
    safe(name, 120),
    version === '' ? '(none said)' : safe(version, 80),
    safe(architecture ?? '', 40),
  ]);
  return [
    `${pen.paint('bold', safe(platform))}: ${system}, ${countsText(packages)}`,
    pen.paint('dim', `  ${digestText(manifest)}`),
    ...(rows.length === 0 ? [] : ['']),
    ...formatTable([{}, { shrinks: true }, { shrinks: true }, {}], rows, pen.columns),
    ...findingLines(each, pen),
  ];
}

/** `90 packages: 88 deb, 2 pypi`. */
function countsText(packages: Platform['packages']): string {
  const counts = [...Map.groupBy(packages, ({ ecosystem }) => ecosystem)].map(
    ([ecosystem, those]) => `${those.length} ${ecosystem}`,
  );
  return plural(packages.length, 'package') + (counts.length === 0 ? '' : `: ${counts.join(', ')}`);
}

function findingLines({ findings }: Platform, pen: Pen): readonly string[] {
  if (findings.length === 0) return [];
  const shown = pen.all ? findings : findings.slice(0, findingsMax);
  const hidden = findings.length - shown.length;
  return [
    '',
    pen.paint('bold', 'Odd'),
    ...shown.flatMap((text) => paragraph(safe(text, 400), '  ', pen)),
    ...(hidden === 0 ? [] : [`  and ${hidden} more (--all)`]),
  ];
}
