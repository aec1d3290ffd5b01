import { Failure } from '../base/failure.ts';

/** Operating system and processor of an image, in Go's names (OCI image-spec, "platform"). */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

const part = /^[a-z0-9][a-z0-9_.-]*$/i;

/** Reads `os/architecture[/variant]`. @throws Failure `platform-invalid` */
export function parsePlatform(text: string): Platform {
  const [os, architecture, variant, ...rest] = text.split('/');
  const parts = [os, architecture, ...(variant === undefined ? [] : [variant])];
  if (
    os === undefined ||
    architecture === undefined ||
    rest.length > 0 ||
    !parts.every((each) => each !== undefined && part.test(each))
  ) {
    throw new Failure('platform-invalid', `${JSON.stringify(text)} is not a platform`, {
      hint: 'Write it as os/architecture[/variant], such as linux/amd64 or linux/arm/v7.',
    });
  }
  return normalizePlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) });
}

/** One spelling for one platform: `x86_64` is amd64, `aarch64` is arm64, and arm64's only variant v8 is left out. */
export function normalizePlatform(platform: Platform): Platform {
  const os = platform.os.toLowerCase();
  const architecture =
    aliases.get(platform.architecture.toLowerCase()) ?? platform.architecture.toLowerCase();
  const { variant } = platform;
  const implied = variant === undefined || variant === '' || (architecture === 'arm64' && variant === 'v8');
  return { os, architecture, ...(implied ? {} : { variant }) };
}

export function formatPlatform(platform: Platform): string {
  const { os, architecture, variant } = normalizePlatform(platform);
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

export function samePlatform(left: Platform, right: Platform): boolean {
  return formatPlatform(left) === formatPlatform(right);
}

const aliases: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['aarch64', 'arm64'],
  ['armhf', 'arm'],
  ['i386', '386'],
]);
