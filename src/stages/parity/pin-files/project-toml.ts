import { placedAt, type PlacedValue } from '../../../base/placed-value.ts';
import { readToml } from '../../../base/toml.ts';
import type { Runtime } from '../../../model/runtime-pin.ts';
import type { FoundPin, PinFile } from './pin-file.ts';
import { placedPin, placedReading } from './placed-pins.ts';

/** Variables of the build by which Paketo’s buildpacks choose a version. */
const variables: Readonly<Record<string, Runtime>> = {
  BP_CPYTHON_VERSION: 'python',
  BP_NODE_VERSION: 'node',
  BP_GO_VERSION: 'go',
  BP_MRI_VERSION: 'ruby',
  BP_BUNDLER_VERSION: 'bundler',
  BP_JVM_VERSION: 'java',
  BP_DOTNET_FRAMEWORK_VERSION: 'dotnet',
  BP_PHP_VERSION: 'php',
};

/** The runtime whose version a variable of the build chooses. */
export function runtimeOfVariable(name: string): Runtime | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

/** The project descriptor (buildpacks.io, "Project Descriptor"), its present shape and the one before. */
export const projectToml: PinFile = {
  names: ['project.toml'],
  runtimes: Object.values(variables),
  read: (text) => {
    const document = readToml(text);
    const pins = document.values.flatMap((value): readonly FoundPin[] => {
      const runtime = runtimeOfVariable(value.text);
      if (runtime === undefined || !isVariableName(value)) return [];
      const wanted = placedAt(document, ...value.path.slice(0, -1), 'value');
      return placedPin(wanted, runtime, 'semver').map((pin) => ({ ...pin, field: value.text }));
    });
    return placedReading(document, pins);
  },
};

function isVariableName({ path }: PlacedValue): boolean {
  return /^(?:io\.buildpacks\.)?build\.env\.[0-9]+\.name$/.test(path.join('.'));
}
