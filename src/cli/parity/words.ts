import { plural } from '../../base/text.ts';
import { isHarmful, type ParityAnswer } from '../../model/parity-answer.ts';
import type { Disagreement, JudgedChannel, ParityReport, Remedy } from '../../model/parity-report.ts';
import type { RuntimePin } from '../../model/runtime-pin.ts';

/** An answer as one sentence without a full stop. */
export function answerText(answer: ParityAnswer): string {
  const { evidence } = answer;
  const by =
    evidence?.buildpack === undefined ? '' : ` (${evidence.buildpack.id} ${evidence.buildpack.version})`;
  switch (answer.kind) {
    case 'supported':
      return `resolves to ${answer.resolvesTo}${by}${answer.note === undefined ? '' : `. ${answer.note}`}`;
    case 'unsupported':
      return `${answer.why}${by}`;
    case 'ignored': {
      const used =
        answer.instead === undefined ? 'what it uses instead is not known' : `it uses ${answer.instead}`;
      return `${answer.why}; ${used}${answer.fits === true ? ', which fits' : ''}`;
    }
    case 'unknown':
      return answer.why;
  }
}

/** Whether what a channel answers counts: where it deploys, a pin that does not work there, or is not looked at. */
export function counts(answer: ParityAnswer, channel: JudgedChannel | undefined): boolean {
  return channel?.deploys === true && isHarmful(answer);
}

export function remedyText({ series, on, notKnown, readInstead }: Remedy): string {
  const all = on.length + notKnown.length;
  const where = all === 1 ? 'there' : `on ${on.join(' and ')}`;
  const newest =
    series === undefined
      ? on.length > 1
        ? [`No version works on ${on.join(' and ')} alike.`]
        : []
      : [`${series} is the newest that works ${where}.`];
  const unknown =
    notKnown.length === 0 ? [] : [`Which versions ${notKnown.join(' and ')} would take cannot be told.`];
  const read = readInstead.map(({ channel, buildpack, files }) => {
    const by = `${buildpack.id} ${buildpack.version}${all === 1 ? '' : ` on ${channel}`}`;
    return files.length === 0 ? `${by} reads no file for it.` : `${by} goes by ${files.join(', then ')}.`;
  });
  return [...newest, ...unknown, ...read].join(' ');
}

export function pinText({ runtime, text, field, place }: RuntimePin): string {
  return `${runtime} ${text}${field === place.name ? '' : ` (${field})`}`;
}

export function disagreementText({ pin, other }: Disagreement): string {
  return `${pin.place.file} asks for ${pinText(pin)}, and ${other.place.file}:${other.place.line} for ${pinText(other)}`;
}

/** How many of each kind, on channels that deploy. */
export function summaryText({ pins, channels, disagreements, unread }: ParityReport): string {
  const answers = pins.flatMap((each) =>
    each.answers.filter(({ answer, channel }) =>
      counts(
        answer,
        channels.find(({ name }) => name === channel),
      ),
    ),
  );
  const notRead = unread.length === 0 ? '' : ` ${plural(unread.length, 'place')} could not be read.`;
  if (pins.length === 0) return notRead === '' ? 'No file here asks for a version.' : notRead.trim();
  const wrong = answers.length + disagreements.length;
  const asked = `${plural(pins.length, 'pin')} on ${plural(channels.length, 'channel')}`;
  return wrong === 0
    ? `${asked}: nothing that counts.${notRead}`
    : `${asked}: ${plural(wrong, 'finding that counts', 'findings that count')}.${notRead}`;
}
