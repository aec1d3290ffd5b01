import { plural, safeLine } from '../../base/text.ts';
import { isPinned, type Mention } from '../../model/mention.ts';
import type { NotRead, Survey } from '../../model/survey.ts';
import { shortDigest } from '../../model/digest.ts';
import type { Paint } from './paint.ts';

/** Mentions grouped by what they name: images by repository, then what cannot be told, machines, and files not read. */
export function mentionsText(survey: Survey, paint: Paint): string {
  const { mentions, notRead } = survey;
  const images = mentions.filter(({ meaning }) => meaning.kind === 'image');
  const open = mentions.filter(({ meaning }) => meaning.kind === 'unresolved');
  const machines = mentions.filter(({ meaning }) => meaning.kind === 'vm');
  return [
    ...[...grouped(images, imageOf)].flatMap(([name, group]) => imageLines(name, group, paint)),
    ...section('cannot be resolved', open, paint),
    ...section('machines, which are not resolved', machines, paint),
    ...notReadLines(notRead, paint),
    summary(survey),
    '',
  ].join('\n');
}

function imageOf({ meaning }: Mention): string {
  return meaning.kind === 'image' ? `${meaning.reference.registry}/${meaning.reference.repository}` : '';
}

function imageLines(name: string, group: readonly Mention[], paint: Paint): readonly string[] {
  return [
    paint('bold', safeLine(name)),
    ...group.map((mention) => `  ${selector(mention).padEnd(28)}  ${whereAndWho(mention)}`),
    '',
  ];
}

/** The tag, and how it is pinned. */
function selector(mention: Mention): string {
  const { meaning, note } = mention;
  if (meaning.kind !== 'image') return '';
  const { tag, digest } = meaning.reference;
  if (digest === undefined) return safeLine(tag ?? '(no tag)');
  const meant = tag ?? note?.means;
  return safeLine(`${meant === undefined ? '' : `${meant} `}@${shortDigest(digest)}`);
}

function whereAndWho({ place, owner, users, from }: Mention): string {
  const used = users.length === 0 ? '' : ` used at line ${users.map(({ line }) => line).join(', ')}`;
  const pieces = from.map(
    ({ written, value, place: set }) =>
      ` ${written} is ${value}${set === undefined ? '' : ` (${set.file === place.file ? '' : `${set.file}:`}${set.line})`}`,
  );
  const more = [used, ...pieces].filter((each) => each !== '').join(',');
  return safeLine(`${place.file}:${place.line}:${place.column}  ${owner}${more === '' ? '' : ` —${more}`}`);
}

function section(title: string, group: readonly Mention[], paint: Paint): readonly string[] {
  if (group.length === 0) return [];
  const lines = group.map((mention) => {
    const why = mention.meaning.kind === 'unresolved' ? `: ${mention.meaning.why}` : '';
    return `  ${safeLine(`${mention.text}  ${whereAndWho(mention)}${why}`)}`;
  });
  return [paint('bold', title), ...lines, ''];
}

function notReadLines(notRead: readonly NotRead[], paint: Paint): readonly string[] {
  if (notRead.length === 0) return [];
  const lines = notRead.map(({ file, why }) => `  ${safeLine(`${file}: ${why}`)}`);
  return [paint('bold', 'not read, or not to the end'), ...lines, ''];
}

function summary({ mentions, notRead, files }: Survey): string {
  const images = mentions.filter(({ meaning }) => meaning.kind === 'image');
  const count = (kind: Mention['meaning']['kind']): number =>
    mentions.filter(({ meaning }) => meaning.kind === kind).length;
  const parts = [
    `${plural(images.length, 'mention')} of ${plural(new Set(images.map(imageOf)).size, 'image')}, ${images.filter(isPinned).length} pinned`,
    `${count('unresolved')} that cannot be resolved`,
    plural(count('vm'), 'machine'),
    `${plural(files.read, 'file')} read of ${files.listed}`,
    ...(notRead.length === 0 ? [] : [`${notRead.length} not, or not to the end`]),
  ];
  return parts.join(' · ');
}

function grouped(
  mentions: readonly Mention[],
  keyOf: (mention: Mention) => string,
): ReadonlyMap<string, readonly Mention[]> {
  const groups = new Map<string, Mention[]>();
  for (const mention of mentions) {
    const key = keyOf(mention);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [mention]);
    else group.push(mention);
  }
  return new Map([...groups].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
