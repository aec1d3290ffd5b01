import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../base/package-root.ts';

/** `lockkeeper 0.1.0`, for records and reports. */
export function programAndVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));
  const version =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest
      ? String(manifest.version)
      : 'unknown';
  return `lockkeeper ${version}`;
}
