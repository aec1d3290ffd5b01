import { createRequire } from 'node:module';

/** `lockkeeper 0.1.0`, for records and reports. */
export function programAndVersion(): string {
  const require = createRequire(import.meta.url);
  const manifest: unknown = require(import.meta.url.includes('/dist/src/') ? '../../../package.json' : '../../package.json');
  const version = typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : 'unknown';
  return `lockkeeper ${version}`;
}
