import { readFileSync } from 'node:fs';

/** `lockkeeper 0.1.0`, for records and reports. */
export function programAndVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : 'unknown';
  return `lockkeeper ${version}`;
}
