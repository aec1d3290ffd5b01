import type { Digest } from './digest.ts';
import type { FileNode } from './layer.ts';
import type { Ecosystem } from './package.ts';

/** What differs between two images of one platform. */
export interface Change {
  readonly class: ChangeClass;
  /** Run settings that differ, in a fixed order. */
  readonly settings: readonly SettingChange[];
  readonly layers: { readonly kept: number; readonly added: number; readonly removed: number };
  /** Undefined: the two say nothing of where they come from, or the same. */
  readonly source?: SourceChange | undefined;
  /** What the layers hold; undefined: manifests and configs were compared, and no layer was read. */
  readonly contents?: ContentChange | undefined;
}

/** The strongest difference names the class: a reader must look at platforms first, then settings, then the rest. */
export const changeClasses = [
  'identical',
  /** Dates, labels and annotations; the files are the same, byte for byte. */
  'metadata only',
  /** Other layers, and nothing in them differs but known noise. */
  'rebuilt, same content',
  'files changed',
  'packages changed',
  'base moved',
  'config changed',
  'platforms changed',
] as const;

export type ChangeClass = (typeof changeClasses)[number];

export const settingNames = [
  'user',
  'env',
  'entrypoint',
  'cmd',
  'workdir',
  'ports',
  'volumes',
  'stopsignal',
  'healthcheck',
  'onbuild',
  'shell',
  'labels',
  /** The labels that say when the image was built. */
  'build time',
  'platform',
] as const;

export interface SettingChange {
  readonly setting: (typeof settingNames)[number];
  readonly from: string;
  readonly to: string;
}

/** What a merged file system of one image differs in from that of another one. */
export interface ContentChange {
  readonly packages: readonly PackageChange[];
  /** In the order of the bytes of their paths. */
  readonly files: readonly FileChange[];
  /** Unpacked bytes of the layers that were read. */
  readonly sizes: { readonly from: number; readonly to: number };
  /** Layers at the bottom that both share, and that were not read: nothing of them differs. */
  readonly sharedUnread: number;
  /** Layers that could not be read, since they lie elsewhere by their licence. */
  readonly unread: readonly Digest[];
  /** What is odd about layers: sentences. */
  readonly findings: readonly string[];
}

export interface PackageChange {
  readonly kind: 'added' | 'removed' | 'up' | 'down' | 'changed';
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly architecture: string | undefined;
  /** Several where it is installed more than once; joined by commas. Undefined: it is not there. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Installed size in bytes, where the databases say it. */
  readonly fromSize: number | undefined;
  readonly toSize: number | undefined;
}

/** In what two files of one path differ; `below`: one image hides what shared layers have there. */
export const fileAspects = [
  'type',
  'content',
  'mode',
  'owner',
  'xattrs',
  'target',
  'device',
  'below',
] as const;

export type FileAspect = (typeof fileAspects)[number];

export interface FileChange {
  readonly path: string;
  readonly kind: 'added' | 'removed' | 'changed';
  readonly aspects: readonly FileAspect[];
  readonly from: FileState | undefined;
  readonly to: FileState | undefined;
  readonly owner: FileOwner;
  /** The rule that says that this is noise. */
  readonly noise: string | undefined;
  /** The layers that both images share were not read: they may have something at this path. */
  readonly overShared: boolean;
}

/** What people are shown of a file that differs. */
export type FileState = Pick<FileNode, 'kind' | 'mode' | 'uid' | 'gid' | 'size' | 'sha256' | 'target'>;

/** Who put a file there: a package, else the layer. */
export type FileOwner =
  | { readonly kind: 'package'; readonly ecosystem: Ecosystem; readonly name: string }
  | {
      readonly kind: 'layer';
      /** Of the candidate, or of the baseline where only that has the file. */
      readonly side: 'baseline' | 'candidate';
      readonly digest: Digest;
      /** The line of the image's history that made the layer; foreign text. */
      readonly line: string | undefined;
    };

/** Where the images come from, by their labels and annotations; foreign text. */
export interface SourceChange {
  readonly repository: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** A page that shows what lies between the two commits, where the host is known to have one. */
  readonly link: string | undefined;
  readonly base: { readonly from: string | undefined; readonly to: string | undefined } | undefined;
}
/** Whether two images are the same but for known noise. */
export interface Equivalence {
  readonly equivalent: boolean;
  /** Settings that differ, without labels that say when the image was built. */
  readonly settings: readonly SettingChange[];
  /** Layers that nobody could read: what is in them is not proven. */
  readonly unread: readonly Digest[];
  /** Files that differ otherwise than by known noise. */
  readonly files: readonly FileChange[];
  readonly noise: readonly NoiseCount[];
}

export interface NoiseCount {
  readonly rule: string;
  readonly because: string;
  readonly files: number;
}
