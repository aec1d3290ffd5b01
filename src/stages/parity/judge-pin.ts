import type { BuildpackName } from '../../model/builder-facts.ts';
import {
  entryFor,
  type BuildpackKnowledge,
  type KnownSince,
  type ReadFile,
  type ReadsEntry,
} from '../../model/buildpack-knowledge.ts';
import type { Digest } from '../../model/digest.ts';
import type { ParityAnswer, ParityEvidence, ParityLevel } from '../../model/parity-answer.ts';
import type { BesideFileName, PinFileName, RuntimePin } from '../../model/runtime-pin.ts';
import type { VersionList } from '../../model/version-list.ts';
import { runtimeOfVariable } from './pin-files/project-toml.ts';
import { harmOf } from './harm.ts';
import { nameOf } from './installers.ts';
import { wantedBy } from './ranges.ts';
import { outsideOf, resolveIn, seriesOffered } from './resolve-version.ts';

/** A buildpack of a builder that installs a runtime, and what is known of it. */
export interface KnownBuildpack {
  readonly builder: Digest;
  readonly buildpack: BuildpackName;
  readonly knowledge: BuildpackKnowledge;
  /** Undefined: it has no table, or its level was not asked for. */
  readonly table: VersionList | undefined;
}

/** What a repository has, for what counts before what. */
export interface Repo {
  readonly pins: readonly RuntimePin[];
  /** Pin files that are there, whether or not they could be read, and files that decide how pins count. */
  readonly files: readonly (PinFileName | BesideFileName)[];
}

/** Whether a pin holds in a build with this buildpack. Pure, and never a guess. */
export function judgePin(pin: RuntimePin, known: KnownBuildpack, repo: Repo): ParityAnswer {
  const { knowledge, buildpack } = known;
  const outside = outsideOf(known);
  const reads = outside === undefined ? entryFor(knowledge.reads, buildpack.version) : undefined;
  if (outside !== undefined || reads === undefined) {
    const why = outside ?? `no data says which files ${nameOf(buildpack)} reads`;
    return { kind: 'unknown', why, evidence: undefined };
  }
  const evidence = evidenceOf(known, 'L2', reads);
  const refused = reads.refuses.find((file) => repo.files.includes(file));
  if (refused !== undefined) {
    const why = `${nameOf(buildpack)} fails the build where ${refused} is there`;
    return { kind: 'unsupported', why, offers: seriesOffered(known), evidence };
  }
  const lacking = reads.needs.find(
    ({ beside, file }) => repo.files.includes(beside) && !repo.files.includes(file),
  );
  if (lacking !== undefined) {
    const why = `${nameOf(buildpack)} fails the build where ${lacking.beside} is there and ${lacking.file} is not`;
    return { kind: 'unsupported', why, offers: seriesOffered(known), evidence };
  }
  const own = reads.files.find((file) => isReadAs(pin, file));
  const used = usedFile(reads, repo);
  if (own !== undefined && own === used) return answerRead(pin, own, known, repo);
  return answerUnread(pin, { known, repo, reads, used });
}

function isReadAs({ place, field }: RuntimePin, read: ReadFile): boolean {
  return read.file === place.name && (read.field === undefined || read.field === field);
}

/** The first file of its list that the repository has, and with it the field. */
function usedFile({ files }: ReadsEntry, { pins, files: there }: Repo): ReadFile | undefined {
  return files.find((read) =>
    read.field === undefined ? there.includes(read.file) : pins.some((pin) => isReadAs(pin, read)),
  );
}

function answerRead(pin: RuntimePin, read: ReadFile, known: KnownBuildpack, repo: Repo): ParityAnswer {
  const several = repo.pins.filter((each) => isReadAs(each, read)).length > 1;
  const found = resolveIn(pin, { accepts: read.accepts, several }, known);
  const evidence = evidenceOf(known, found.level, found.entry, found.source);
  switch (found.kind) {
    case 'found':
      return { kind: 'supported', resolvesTo: found.version, note: found.note, evidence };
    case 'missing':
      return { kind: 'unsupported', why: found.why, offers: seriesOffered(known), evidence };
    case 'unknown':
      return { kind: 'unknown', why: found.why, evidence };
  }
}

interface Unread {
  readonly known: KnownBuildpack;
  readonly repo: Repo;
  readonly reads: ReadsEntry;
  readonly used: ReadFile | undefined;
}

/** The pin is not what the build goes by. Whether that does harm depends on what it goes by instead. */
function answerUnread(pin: RuntimePin, { known, repo, reads, used }: Unread): ParityAnswer {
  const { buildpack, knowledge } = known;
  const instead = insteadOf({ known, repo, reads, used });
  const { fits, harms } = harmOf(pin, instead);
  const evidence = evidenceOf(known, 'L2', reads);
  if (pin.place.name === 'Procfile') return answerCommand(pin, { instead, fits, known, evidence });
  const isListed = reads.files.some((file) => isReadAs(pin, file));
  const why =
    isListed && used !== undefined
      ? `${fileText(used)} counts before it for ${nameOf(buildpack)}`
      : `${nameOf(buildpack)} does not read ${fileText({ file: pin.place.name, field: pin.field })}${laterRead(pin, knowledge)}`;
  return { kind: 'ignored', why, instead, fits, harms, offers: seriesOffered(known), evidence };
}

/** A command that names its interpreter works with what the build installs, or does not. */
function answerCommand(
  pin: RuntimePin,
  {
    instead,
    fits,
    known,
    evidence,
  }: {
    readonly instead: string | undefined;
    readonly fits: boolean | undefined;
    readonly known: KnownBuildpack;
    readonly evidence: ParityEvidence;
  },
): ParityAnswer {
  if (instead === undefined || fits === undefined) {
    const why = `which ${pin.runtime} ${nameOf(known.buildpack)} installs cannot be told`;
    return { kind: 'unknown', why, evidence };
  }
  if (fits) return { kind: 'supported', resolvesTo: instead, note: undefined, evidence };
  const why = `the command names ${pin.text}, and ${nameOf(known.buildpack)} installs ${instead}`;
  return { kind: 'unsupported', why, offers: [instead], evidence };
}

/** What it takes: what the used file resolves to, else its default. */
function insteadOf({ known, repo, used }: Unread): string | undefined {
  if (used !== undefined) {
    const pin = repo.pins.find((each) => isReadAs(each, used));
    const answer = pin === undefined ? undefined : answerRead(pin, used, known, repo);
    return answer?.kind === 'supported' ? answer.resolvesTo : undefined;
  }
  const { knowledge, buildpack, table } = known;
  if (table?.kind === 'versions' && table.preferred !== undefined) {
    const preferred = wantedBy('semver', table.preferred);
    return preferred === undefined ? undefined : table.versions.find(preferred);
  }
  return entryFor(knowledge.defaults, buildpack.version)?.version;
}

/** Since when a newer buildpack reads it, as that is what a person would ask next. */
function laterRead(pin: RuntimePin, { reads }: BuildpackKnowledge): string {
  const later = reads.find(({ files }) => files.some((file) => isReadAs(pin, file)));
  return later === undefined ? '' : `, which it does from ${later.from} on`;
}

function fileText({ file, field }: Pick<ReadFile, 'file'> & { readonly field: string | undefined }): string {
  if (field !== undefined && runtimeOfVariable(field) !== undefined) return field;
  return field === undefined || field === file ? file : `${field} of ${file}`;
}

function evidenceOf(
  { builder, buildpack, knowledge }: KnownBuildpack,
  level: ParityLevel,
  entry: KnownSince | undefined,
  source?: string,
): ParityEvidence {
  const page = entry === undefined ? knowledge.id : `${entry.source} (as of ${knowledge.checked})`;
  return { level, builder, buildpack, source: source ?? page };
}
