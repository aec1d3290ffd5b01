import { formatTable } from '../../base/table.ts';
import { durationText } from '../../base/quantity.ts';
import { safeLine } from '../../base/text.ts';
import { wrapToWidth } from '../../base/wrap.ts';
import type { ParityTryDocument } from '../../model/parity-try-document.ts';
import { painter, type Style } from './paint.ts';

export interface ParityTryLook {
  readonly colour: boolean;
  readonly columns: number;
}

const signs: Readonly<Record<ParityTryDocument['outcome'], readonly [string, Style]>> = {
  takes: ['✓', 'green'],
  ignores: ['✗', 'red'],
  refuses: ['✗', 'red'],
  unknown: ['?', 'yellow'],
};

/** For people: what came of it, what each buildpack took, and what is other than on the platform. */
export function parityTryText(document: ParityTryDocument, { colour, columns }: ParityTryLook): string {
  const paint = painter(colour);
  const { platform, channel, level, outcome, builder, runImage, platformApi, durationMs } = document;
  const [sign, style] = signs[outcome];
  const wrapped = (text: string): readonly string[] =>
    wrapToWidth(safeLine(text), columns - 2).map((line) => `  ${line}`);
  const lines = [
    paint(
      'bold',
      `${paint(style, sign)} ${level} on ${safeLine(platform)}/${safeLine(channel)}: ${headline(document)}`,
    ),
    ...wrapped(`${endText(document)}; ${durationText(durationMs)}`),
    '',
    ...wrapped(`builder    ${shortened(builder)}`),
    ...(runImage === undefined ? [] : wrapped(`run image  ${shortened(runImage)}`)),
    ...wrapped(`API        ${platformApi}`),
    ...wrapped(
      `buildpacks ${document.buildpacks.map(({ id, version }) => `${id} ${version}`).join(', ') || 'none'}`,
    ),
    ...versionLines(document, columns),
    ...passedOverLines(document).flatMap(wrapped),
    ...deployedLines(document).flatMap(wrapped),
    ...document.notices.flatMap((notice) => wrapped(`note: ${notice}`)),
  ];
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

/** A build that has no network fails where it downloads; that is what it was asked for. */
function endText({ outcome, level, ended }: ParityTryDocument): string {
  const isHalf =
    level === 'L3' &&
    (outcome === 'takes' || outcome === 'ignores') &&
    ended !== 'the lifecycle came to its end';
  return isHalf ? `without a network it ended so: ${ended}` : ended;
}

/** `--json` has the whole digest. */
function shortened(pinned: string): string {
  return pinned.replace(/@(sha256:[0-9a-f]{12})[0-9a-f]{52}$/, '@$1');
}

function headline({ outcome, level, image }: ParityTryDocument): string {
  if (image !== undefined)
    return `${safeLine(image.name)} is built, ${image.digest.slice(0, 19)}, in ${safeLine(image.bundle)}`;
  if (outcome === 'takes')
    return level === 'L3'
      ? 'the builder takes the repository, as far as it can be told without a network'
      : 'built';
  if (outcome === 'ignores') return 'the builder passes over what the repository pins';
  return outcome === 'refuses' ? 'the builder refuses the repository' : 'it cannot be told';
}

function versionLines({ versions }: ParityTryDocument, columns: number): readonly string[] {
  if (versions.length === 0) return [];
  const rows = versions.map(({ buildpack, runtime, version, asked, origin, checksPatch }) => [
    safeLine(`${buildpack.id} ${buildpack.version}`),
    runtime,
    safeLine(version === undefined ? 'refused' : checksPatch ? version : `${version} (patch not checked)`),
    safeLine(asked ?? '-'),
    safeLine(origin === 'default' ? 'nothing: its default' : (origin ?? '-')),
  ]);
  const head = ['buildpack', 'runtime', 'takes', 'asked for', 'by'];
  return ['', ...formatTable([{ shrinks: true }, {}, {}, {}, {}], [head, ...rows], columns)];
}

function passedOverLines({ passedOver }: ParityTryDocument): readonly string[] {
  const lines = passedOver.map(
    ({ file, line, runtime, asked, buildpack: { id, version }, takes }) =>
      `${file}:${line} asks for ${runtime} ${asked}; ${id} ${version} does not go by it, and takes ${takes}`,
  );
  return lines.length === 0 ? [] : ['', ...lines];
}

function deployedLines({ deployed }: ParityTryDocument): readonly string[] {
  if (deployed === undefined) return [];
  if (deployed.digest === undefined) return ['', `${deployed.reference} does not exist yet`];
  if (deployed.differences.length === 0)
    return ['', `${deployed.reference} was made by the same buildpacks on the same run image`];
  return ['', `beside ${deployed.reference}:`, ...deployed.differences.map((each) => `- ${each}`)];
}
