import { limits } from '../../../base/limits.ts';
import { FactsBuilder } from './facts-builder.ts';
import type { PackageReader } from './facts-reader.ts';
import { GoBuildInfoScanner } from './go-build-info.ts';
import { addModules } from './go-modules.ts';

/** Programs that Go linked: they carry the list of their modules. Nothing of them is held but that list. */
export const goReader: PackageReader = {
  wants: ({ path, size, executable }) =>
    size >= limits.goProgramBytesMin && (executable || /\.so(?:\.|$)/u.test(path)),
  open: ({ path }) => {
    const scanner = new GoBuildInfoScanner();
    return {
      push: (chunk) => scanner.push(chunk),
      end: () => {
        const facts = new FactsBuilder(path);
        const info = scanner.end();
        if (info !== undefined) addModules(facts, info);
        return facts.build();
      },
    };
  },
};
