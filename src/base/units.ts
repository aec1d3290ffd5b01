import { Failure } from './failure.ts';

/** What {@link parseDuration} reads, for schemas. */
export const durationPattern =
  '^(?=.)(?:[0-9]{1,6}d)?(?:[0-9]{1,9}h)?(?:[0-9]{1,9}m)?(?:[0-9]{1,9}s)?(?:[0-9]{1,9}ms)?$';

/** What {@link parseSize} reads, for schemas. */
export const sizePattern = '^[0-9]{1,15}(?:[bB]|[kKmMgGtT](?:i[bB])?)$';

const duration =
  /^(?=.)(?:(?<d>\d{1,6})d)?(?:(?<h>\d{1,9})h)?(?:(?<m>\d{1,9})m)?(?:(?<s>\d{1,9})s)?(?:(?<ms>\d{1,9})ms)?$/;
const size = /^(?<count>\d{1,15})(?<unit>b|[kmgt](?:ib)?)$/i;

const sizeUnits = ['b', 'k', 'm', 'g', 't'] as const;

/** Reads `90s`, `30m`, `1h30m`, `3d` or `500ms` into milliseconds. @throws Failure `usage` */
export function parseDuration(text: string): number {
  const parts = duration.exec(text)?.groups;
  if (parts === undefined) {
    throw new Failure('usage', `${JSON.stringify(text.slice(0, 60))} is not a duration`, {
      hint: 'Write it with units, such as 90s, 30m or 1h30m.',
    });
  }
  const count = (unit: string): number => Number(parts[unit] ?? 0);
  return (((count('d') * 24 + count('h')) * 60 + count('m')) * 60 + count('s')) * 1000 + count('ms');
}

/** Reads `512m`, `4g` or `4GiB` into bytes; a unit is a power of 1024. @throws Failure `usage` */
export function parseSize(text: string): number {
  const parts = size.exec(text)?.groups;
  if (parts === undefined) {
    throw new Failure('usage', `${JSON.stringify(text.slice(0, 60))} is not a size`, {
      hint: 'Write it with a unit, such as 512m or 4g.',
    });
  }
  const letter = (parts['unit'] ?? '').slice(0, 1).toLowerCase();
  return Number(parts['count']) * 1024 ** sizeUnits.findIndex((unit) => unit === letter);
}

/** `512 MiB`, `4.3 GiB`: for people. */
export function formatSize(bytes: number): string {
  const names = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < names.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = Number.isInteger(value) || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${names[unit]}`;
}
