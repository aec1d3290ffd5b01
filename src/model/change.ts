/** What differs between two images of one platform, as far as manifests and configs tell. */
export interface Change {
  readonly class: ChangeClass;
  /** Run settings that differ, in a fixed order. */
  readonly settings: readonly SettingChange[];
  readonly layers: { readonly kept: number; readonly added: number; readonly removed: number };
}

export const changeClasses = [
  'identical',
  'metadata only',
  'files changed',
  'config changed',
  'platforms changed',
] as const;

export type ChangeClass = (typeof changeClasses)[number];

export interface SettingChange {
  readonly setting:
    | 'user'
    | 'env'
    | 'entrypoint'
    | 'cmd'
    | 'workdir'
    | 'ports'
    | 'volumes'
    | 'labels'
    | 'platform';
  readonly from: string;
  readonly to: string;
}
