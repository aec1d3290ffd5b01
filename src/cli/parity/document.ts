import type { ParityAnswer } from '../../model/parity-answer.ts';
import type { ParityDocument } from '../../model/parity-document.ts';
import type { JudgedChannel, ParityReport } from '../../model/parity-report.ts';
import type { RuntimePin } from '../../model/runtime-pin.ts';
import { answerText, counts, disagreementText, remedyText } from './words.ts';

type PinDocument = ParityDocument['pins'][number]['pin'];
type AnswerDocument = ParityDocument['pins'][number]['answers'][number];

/** @param below what stands before the names of files, from the root of the repository */
export function parityDocument(report: ParityReport, below: string, madeBy: string): ParityDocument {
  const { channels, failed, pins, disagreements, unread } = report;
  return {
    schemaVersion: 1,
    kind: 'parity',
    madeBy,
    channels: channels.map(({ name, builder, digest, deploys, isCi }) => ({
      name,
      builder,
      digest,
      deploys,
      ci: isCi,
    })),
    failed: failed.map(({ name, failure: { code, message } }) => ({ name, code, message })),
    pins: pins.map(({ pin, answers, remedy }) => ({
      pin: pinDocument(pin, below),
      answers: answers.map(({ channel, answer }) =>
        answerDocument(
          answer,
          channels.find(({ name }) => name === channel),
          channel,
        ),
      ),
      ...(remedy !== undefined && { remedy: remedyText(remedy) }),
    })),
    disagreements: disagreements.map((each) => ({
      pin: pinDocument(each.pin, below),
      other: pinDocument(each.other, below),
      message: disagreementText(each),
    })),
    notRead: unread.map(({ file, ...rest }) => ({ file: `${below}${file}`, ...rest })),
  };
}

function pinDocument({ place, ...pin }: RuntimePin, below: string): PinDocument {
  return { ...pin, ...place, file: `${below}${place.file}` };
}

function answerDocument(
  answer: ParityAnswer,
  channel: JudgedChannel | undefined,
  name: string,
): AnswerDocument {
  const { evidence } = answer;
  return {
    channel: name,
    kind: answer.kind,
    message: answerText(answer),
    counts: counts(answer, channel),
    ...(answer.kind === 'supported' && { resolvesTo: answer.resolvesTo }),
    ...(answer.kind === 'ignored' && answer.instead !== undefined && { instead: answer.instead }),
    ...(answer.kind === 'ignored' && answer.fits !== undefined && { fits: answer.fits }),
    ...('offers' in answer && { offers: [...answer.offers] }),
    ...(evidence !== undefined && {
      evidence: {
        level: evidence.level,
        builder: evidence.builder,
        source: evidence.source,
        ...(evidence.buildpack !== undefined && {
          buildpack: { id: evidence.buildpack.id, version: evidence.buildpack.version },
        }),
      },
    }),
  };
}
