/**
 * A way in which two builds of the same sources differ without anybody having changed anything. Rules are data: each says
 * what it covers and why that is harmless.
 */
export interface NoiseRule {
  /** Kebab case; what reports and the cache call it. */
  readonly name: string;
  /** Globs over paths in the image, without a leading slash. */
  readonly paths: readonly string[];
  /**
   * `file`: the file may differ in every way, and may be on one side only. `content`: the content is compared without what
   * {@link NormaliserName} takes out of it; all else has to be the same.
   */
  readonly covers: { readonly kind: 'file' } | { readonly kind: 'content'; readonly by: NormaliserName };
  /** One sentence. */
  readonly because: string;
}

/** What can be taken out of a file's content before it is compared. */
export const normaliserNames = [
  'python-bytecode',
  'gzip-time',
  'zip-times',
  'tar-times',
  'password-days',
] as const;

export type NormaliserName = (typeof normaliserNames)[number];

const file = { kind: 'file' } as const;
const content = (by: NormaliserName): NoiseRule['covers'] => ({ kind: 'content', by });

/** Those that every comparison knows; lockkeeper.yaml may add files to them. */
export const knownNoise: readonly NoiseRule[] = [
  {
    name: 'python-bytecode',
    paths: ['**/*.pyc'],
    covers: content('python-bytecode'),
    because: 'Python writes the time of the source file into the head of its byte code.',
  },
  {
    name: 'gzip-time',
    paths: ['**/*.gz', '**/*.tgz', '**/*.svgz'],
    covers: content('gzip-time'),
    because: 'gzip writes the time of packing into its head.',
  },
  {
    name: 'zip-times',
    paths: ['**/*.zip', '**/*.jar', '**/*.war', '**/*.ear', '**/*.whl', '**/*.egg', '**/*.nupkg'],
    covers: content('zip-times'),
    because: 'Zip archives hold the time of each file in them.',
  },
  {
    name: 'apk-scripts',
    paths: ['lib/apk/db/scripts.tar', 'usr/lib/apk/db/scripts.tar'],
    covers: content('tar-times'),
    because: 'apk keeps the scripts of its packages with the time of their installation.',
  },
  {
    name: 'password-days',
    paths: ['etc/shadow'],
    covers: content('password-days'),
    because: 'useradd writes the day on which an account was made.',
  },
  {
    name: 'account-backups',
    paths: ['etc/{passwd,shadow,group,gshadow,subuid,subgid}-'],
    covers: file,
    because: 'The account tools keep the state before their last change, which no program reads.',
  },
  {
    name: 'linker-cache-notes',
    paths: ['var/cache/ldconfig/aux-cache'],
    covers: file,
    because:
      'ldconfig notes inode numbers and times of libraries, and makes the file anew where they differ.',
  },
  {
    name: 'machine-id',
    paths: ['etc/machine-id', 'var/lib/dbus/machine-id', 'var/lib/systemd/random-seed'],
    covers: file,
    because: 'It is random in each build.',
  },
  { name: 'logs', paths: ['var/log/**'], covers: file, because: 'Logs tell when the image was built.' },
  {
    name: 'debconf-cache',
    paths: ['var/cache/debconf/**'],
    covers: file,
    because: 'debconf keeps answers and templates in no fixed order; only later installations read them.',
  },
  {
    name: 'dpkg-backups',
    paths: ['var/lib/dpkg/*-old', 'var/backups/**'],
    covers: file,
    because: 'dpkg keeps the state before its last change, which no program reads.',
  },
  {
    name: 'apt-cache',
    paths: ['var/cache/apt/{pkgcache,srcpkgcache}.bin'],
    covers: file,
    because: 'apt makes it from its lists and stores their times in it.',
  },
  {
    name: 'font-cache',
    paths: ['var/cache/fontconfig/**'],
    covers: file,
    because: 'fontconfig stores the times of folders, and makes the cache anew where they differ.',
  },
  {
    name: 'update-stamps',
    paths: ['etc/.updated', 'var/.updated'],
    covers: file,
    because: 'systemd notes when the folder was changed last.',
  },
];
