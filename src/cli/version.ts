import { readFileSync } from 'node:fs';

/** `lockkeeper 0.1.0`, for records and reports. */
export function programAndVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(findManifest(), 'utf8'));
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
  return `lockkeeper ${version}`;
}

/** Above `src/` in a checkout, above `dist/` in the package. */
function findManifest(): URL {
  const above = import.meta.url.includes('/dist/src/') ? '../../../package.json' : '../../package.json';
  return new URL(above, import.meta.url);
}
