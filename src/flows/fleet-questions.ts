import { limits } from '../base/limits.ts';
import { isHarmful } from '../model/parity-answer.ts';
import { imageStates, type ImageStatus } from '../model/image-status.ts';
import type { ParityReport } from '../model/parity-report.ts';
import type { Platform } from '../model/platform.ts';
import { shortName } from '../model/reference.ts';
import { isPinned } from '../model/mention.ts';
import type { Documents } from '../ports/documents.ts';
import { readPins } from '../stages/parity/read-pins.ts';
import { check } from './check.ts';
import type { AskRepo, RepoAnswer } from './fleet.ts';
import { listedAs } from './listed.ts';
import { loadDraft } from './load-config.ts';
import { choosePlatform } from './parity-check.ts';
import {
  platformJudge,
  type CheckedAgainst,
  type ParityTools,
  type PlatformJudge,
} from './platform-judge.ts';
import type { PinTools } from './pins.ts';
import { scanFolder, type ScanTools } from './scan.ts';
import { status, type StatusTools } from './status.ts';
import type { Tools, Watching } from './tools.ts';

/** How many image names a repository holds. */
export function askScan(tools: ScanTools): AskRepo {
  return async (directory): Promise<RepoAnswer> => {
    const { survey } = await scanFolder({ directory, revision: undefined, config: undefined }, tools);
    const pinned = survey.mentions.filter(isPinned).length;
    const counts = { mentions: survey.mentions.length, pinned, 'not read': survey.notRead.length };
    const lines = survey.notRead.slice(0, limits.fleetLinesMax).map(({ file, why }) => `${file}: ${why}`);
    return { state: 'clean', counts, lines };
  };
}

export interface CheckQuestion {
  /** Globs over names; empty: all. */
  readonly only: readonly string[];
  readonly offline: boolean;
}

/** What is wrong with the image names of a repository, by its own lockkeeper.yaml where it has one. */
export function askCheck(question: CheckQuestion, tools: PinTools, watching: Watching): AskRepo {
  return async (directory, { place }): Promise<RepoAnswer> => {
    const listed = listedAs(place);
    const order = { ...question, directory, config: undefined, ledger: undefined, listed };
    const { findings } = await check(order, tools, watching);
    const errors = findings.filter(({ severity }) => severity === 'error');
    // A name that was not looked at is no clean answer, and another run may look.
    const unseen = findings.find(({ failure }) => failure !== undefined)?.failure;
    if (errors.length === 0 && unseen !== undefined) throw unseen;
    const lines = findings.slice(0, limits.fleetLinesMax).map(({ file, mention, message }) => {
      const line = mention === undefined ? '' : `:${mention.place.line}`;
      return `${file}${line}: ${message}`;
    });
    const counts = { errors: errors.length, warnings: findings.length - errors.length };
    return { state: errors.length > 0 ? 'findings' : 'clean', counts, lines, unseen };
  };
}

/** How it stands with the images of a repository. Of one that is fetched for this, ages are not known. */
export function askStatus(question: CheckQuestion, tools: StatusTools, watching: Watching): AskRepo {
  return async (directory, { place }): Promise<RepoAnswer> => {
    const listed = listedAs(place);
    const order = { ...question, directory, config: undefined, ledger: undefined, listed };
    const { images, holds } = await status(order, tools, watching);
    const unseen = images.find(({ failure }) => failure !== undefined)?.failure;
    const expired = holds.filter(({ state }) => state === 'expired');
    const waiting = images.filter(({ mover, failure }) => mover === 'maintainer' && failure === undefined);
    const found = waiting.length + expired.length;
    if (found === 0 && unseen !== undefined) throw unseen;
    const count = (...states: readonly ImageStatus['state'][]): number =>
      images.filter(({ state }) => states.includes(state)).length;
    return {
      state: found > 0 ? 'findings' : 'clean',
      counts: {
        images: images.length,
        ...present(imageStates.map((state) => [state, count(state)])),
        ...present([['expired holds', expired.length]]),
      },
      lines: [
        ...waiting.map(({ name, state, why }) => `${shortName(name)} is ${state}: ${why}`),
        ...expired.map(({ hold }) => `the hold on ${hold.image} ended on ${hold.until ?? ''}`),
      ].slice(0, limits.fleetLinesMax),
      unseen,
    };
  };
}

/** A column that is empty everywhere tells nothing. */
function present(counts: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

export interface ParityQuestion {
  /** One builder or platform for all; undefined: what each repository's lockkeeper.yaml says. */
  readonly against: CheckedAgainst['against'] | undefined;
  /** Of lockkeeper.yaml, where each has several. */
  readonly profile: string | undefined;
  readonly platform: Platform;
}

/** Whether the platform takes the runtime pins of a repository. Builders that all share are looked at once. */
export function askParity(
  question: ParityQuestion,
  tools: ParityTools & Pick<Tools, 'configFiles'>,
  watching: Watching,
): AskRepo {
  const { against, platform, profile } = question;
  const judgeOf = (one: CheckedAgainst['against'], documents: Documents): Promise<PlatformJudge> =>
    platformJudge({ against: one, platform, level: 'L2' }, { ...tools, documents }, watching);
  let shared: Promise<PlatformJudge> | undefined;
  return async (directory): Promise<RepoAnswer> => {
    const tree = await tools.trees.open(directory);
    const read = await readPins(tree);
    if (against !== undefined)
      return answerOf(await (await (shared ??= judgeOf(against, tools.documents))).judge(read));
    const file = await tools.configFiles.find(directory);
    const config =
      file === undefined ? undefined : await loadDraft(tools.configFiles, { cwd: directory, file });
    // Somebody else wrote that config; what it names beside itself has to lie in its own repository.
    const documents = tools.documents.below(tree.root ?? tree.path);
    const judge = await judgeOf(choosePlatform(config?.platforms ?? [], profile), documents);
    return answerOf(await judge.judge(read));
  };
}

function answerOf({ pins, channels, disagreements, failed, unread }: ParityReport): RepoAnswer {
  const deploying = new Set(channels.flatMap(({ name, deploys }) => (deploys ? [name] : [])));
  const answers = pins.flatMap(({ pin, answers: all }) =>
    all
      .filter(({ channel }) => deploying.has(channel))
      .map(({ channel, answer }) => ({ pin, channel, answer })),
  );
  const harmful = answers.filter(({ answer }) => isHarmful(answer));
  const unseen = failed[0]?.failure;
  const found = harmful.length + disagreements.length + unread.length;
  if (found === 0 && unseen !== undefined) throw unseen;
  const of = (kind: string): number => answers.filter(({ answer }) => answer.kind === kind).length;
  return {
    state: found > 0 ? 'findings' : 'clean',
    counts: {
      supported: of('supported'),
      unsupported: of('unsupported'),
      ignored: of('ignored'),
      unknown: of('unknown'),
      disagreements: disagreements.length,
      'not read': unread.length,
    },
    lines: [
      ...harmful.map(({ pin, channel, answer }) => {
        const why = answer.kind === 'supported' ? answer.resolvesTo : answer.why;
        return `${pin.place.file}:${pin.place.line}: ${pin.runtime} ${pin.text} on ${channel} is ${answer.kind}: ${why}`;
      }),
      ...unread.map(({ file, line, why }) => `${file}:${line}: not read: ${why}`),
    ].slice(0, limits.fleetLinesMax),
    unseen,
  };
}
