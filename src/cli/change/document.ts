import { isEquivalent, type Diff, type PlatformDiff } from '../../flows/diff.ts';
import type { FileChange, FileState } from '../../model/change.ts';
import type { ChangeDocument, PlatformChange, ShownFile } from '../../model/change-document.ts';
import { shownPackage } from './shown-package.ts';

/** The parts of a comparison that can be asked for by themselves. */
export const changeParts = ['packages', 'config', 'files'] as const;

export type ChangePart = (typeof changeParts)[number];

export interface ChangeDocumentOptions {
  /** Empty: all. */
  readonly only: readonly ChangePart[];
  readonly equivalent: boolean;
  readonly madeBy: string;
}

export function changeDocument(diff: Diff, options: ChangeDocumentOptions): ChangeDocument {
  return {
    schemaVersion: 1,
    kind: 'change',
    madeBy: options.madeBy,
    baseline: diff.baseline,
    candidate: diff.candidate,
    class: diff.class,
    ...(options.equivalent && { equivalent: isEquivalent(diff) }),
    platforms: diff.platforms.map((each) => platformChange(each, options)),
    added: [...diff.added],
    removed: [...diff.removed],
    notices: [...diff.notices],
  };
}

function platformChange(each: PlatformDiff, { only, equivalent }: ChangeDocumentOptions): PlatformChange {
  const { change, platform, baseline, candidate, equivalence } = each;
  const { contents, source } = change;
  const shows = (part: ChangePart): boolean => only.length === 0 || only.includes(part);
  const { settings, files, unread, noise } = equivalence;
  return {
    platform,
    baseline,
    candidate,
    class: change.class,
    layers: change.layers,
    ...(source !== undefined && { source }),
    ...(shows('config') && { settings: [...change.settings] }),
    ...(contents !== undefined && {
      ...(shows('packages') && { packages: contents.packages.map(shownPackage) }),
      ...(shows('files') && { files: contents.files.map(shownFile) }),
      sizes: contents.sizes,
      sharedUnread: contents.sharedUnread,
      unread: [...contents.unread],
      findings: [...contents.findings],
    }),
    ...(equivalent && {
      equivalence: {
        equivalent: equivalence.equivalent,
        settings: [...settings],
        files: files.length,
        unread: unread.length,
        noise: [...noise],
      },
    }),
  };
}

function shownFile({ from, to, aspects, noise, owner, overShared, ...rest }: FileChange): ShownFile {
  const { kind } = owner;
  return {
    ...rest,
    aspects: [...aspects],
    ...(from !== undefined && { from: shownState(from) }),
    ...(to !== undefined && { to: shownState(to) }),
    owner:
      kind === 'package' || owner.line !== undefined
        ? { ...owner, ...(kind === 'layer' && { line: owner.line }) }
        : { kind, side: owner.side, digest: owner.digest },
    ...(noise !== undefined && { noise }),
    ...(overShared && { overShared }),
  };
}

function shownState({ mode, sha256, target, ...rest }: FileState): NonNullable<ShownFile['from']> {
  return {
    ...rest,
    mode: mode.toString(8).padStart(4, '0'),
    ...(sha256 !== '' && { sha256 }),
    ...(target !== '' && { target }),
  };
}
