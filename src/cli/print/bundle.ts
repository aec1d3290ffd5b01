import path from 'node:path';
import { formatTable } from '../../base/table.ts';
import { plural, safeLine } from '../../base/text.ts';
import { formatSize } from '../../base/units.ts';
import type { BlobSource, Bundle } from '../../model/bundle.ts';
import { shortDigest, shortDigests } from '../../model/digest.ts';
import type { SourceState } from '../../model/evidence.ts';
import { inspectBundle, type InspectedBundle, type InspectedMember } from '../../flows/bundle-inspect.ts';
import type { Tools } from '../../flows/tools.ts';
import type { Context } from '../command.ts';

export interface ShownBundle {
  readonly bundle: Bundle;
  /** As the person wrote it. */
  readonly place: string;
  readonly layouts: Tools['layouts'];
}

/** What a command made: its document for programs, what is in it for people. */
export async function showBundle({ bundle, place, layouts }: ShownBundle, context: Context): Promise<void> {
  if (context.json) {
    context.stdout.write(`${JSON.stringify(bundle, undefined, 2)}\n`);
    return;
  }
  const inspected = await inspectBundle(path.resolve(context.cwd, place), layouts);
  context.stdout.write(inspectedText(inspected, place, context.stdout.columns));
}

export function inspectedText(bundle: InspectedBundle, place: string, columns: number): string {
  const { members, source, leftOut, bytesHere, bytesLeftOut } = bundle;
  const rows = members.flatMap((member) =>
    member.platforms.map(({ platform, manifest, bytes, bytesLeftOut: missing }) => [
      member.image,
      platform,
      shortDigest(manifest),
      formatSize(bytes),
      missing === 0 ? '-' : formatSize(missing),
      safeLine(member.imageName ?? '-'),
    ]),
  );
  const total = `${formatSize(bytesHere)}${bytesLeftOut === 0 ? '' : `, and ${formatSize(bytesLeftOut)} left out`}`;
  return [
    `${place}: ${plural(members.length, 'image')}, ${total}, from ${sourceText(source)}`,
    '',
    ...formatTable(
      [{}, {}, {}, { align: 'right' }, { align: 'right' }, { shrinks: 'middle' }],
      [['image', 'platform', 'digest', 'size', 'left out', 'name'], ...rows],
      columns,
    ),
    '',
    ...members.map(judgedText),
    ...leftOutText(leftOut, columns),
    '',
  ].join('\n');
}

function sourceText({ commit, dirty }: SourceState): string {
  return `${commit?.slice(0, 12) ?? 'no known commit'}${dirty ? ' with local changes' : ''}`;
}

function judgedText({ image, evidence, verdict }: InspectedMember): string {
  if (verdict === undefined) return `${image}: not judged yet`;
  return `${image}: ${verdict.kind}, ${safeLine(verdict.sentence)} (${plural(evidence, 'set')} of evidence)`;
}

function leftOutText(leftOut: InspectedBundle['leftOut'], columns: number): readonly string[] {
  if (leftOut.length === 0) return [];
  const rows = leftOut.map(({ digest, size, sources }) => [
    shortDigest(digest),
    formatSize(size),
    sources.length === 0 ? 'with the receiver only' : sources.map(placeOf).join(', or '),
  ]);
  return [
    '',
    ...formatTable(
      [{}, { align: 'right' }, { shrinks: 'middle' }],
      [['left out', 'size', 'to be had from'], ...rows],
      columns,
    ),
  ];
}

function placeOf(source: BlobSource): string {
  switch (source.kind) {
    case 'registry':
      return safeLine(shortDigests(source.reference));
    case 'bundle':
      return `the bundle of set ${safeLine(source.set)}`;
    case 'cache':
      return `the cache under ${safeLine(source.key)}`;
  }
}
