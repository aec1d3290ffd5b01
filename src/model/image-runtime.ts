import type { Runtime } from './runtime-pin.ts';

/** Versions of runtimes that an image says it has. */
export type ImageRuntimes = ReadonlyMap<Runtime, string>;

// By which the images that runtimes are published in say their version (the Dockerfiles of Docker's official images, and
// those of mcr.microsoft.com/dotnet).
const variables: ReadonlyMap<string, Runtime> = new Map([
  ['PYTHON_VERSION', 'python'],
  ['NODE_VERSION', 'node'],
  ['YARN_VERSION', 'yarn'],
  ['GOLANG_VERSION', 'go'],
  ['RUBY_VERSION', 'ruby'],
  ['JAVA_VERSION', 'java'],
  ['DOTNET_VERSION', 'dotnet'],
  ['RUST_VERSION', 'rust'],
  ['PHP_VERSION', 'php'],
]);

/**
 * What the environment of an image's config says of its runtimes: `3.14.0` for PYTHON_VERSION=3.14.0rc2, `21.0.5` for
 * JAVA_VERSION=jdk-21.0.5+11. A value without a number says nothing. Foreign text.
 */
export function imageRuntimes(env: readonly string[]): ImageRuntimes {
  return new Map(
    env.flatMap((entry) => {
      const at = entry.indexOf('=');
      const runtime = variables.get(entry.slice(0, Math.max(at, 0)));
      const version = /^[A-Za-z-]{0,10}(\d{1,9}(?:\.\d{1,9}){0,3})/.exec(entry.slice(at + 1))?.[1];
      return runtime === undefined || version === undefined ? [] : [[runtime, version] as const];
    }),
  );
}
