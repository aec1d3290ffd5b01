import type { Runtime } from '../../../model/runtime-pin.ts';
import { statedLines } from './lines.ts';
import type { FoundPin, PinFault, PinFile } from './pin-file.ts';

const programs: Readonly<Record<string, Runtime>> = {
  python: 'python',
  ruby: 'ruby',
  php: 'php',
  node: 'node',
};
const named = /(?<![\w./-])(?:\/[\w./-]*\/)?(python|ruby|php|node)-?([0-9]+\.[0-9]+(?:\.[0-9]+)?)(?![\w.-])/g;

/** Processes and their commands. A command that names `python3.12` works with that series only. */
export const procfile: PinFile = {
  names: ['Procfile'],
  runtimes: Object.values(programs),
  read: (text) => {
    const faults: PinFault[] = [];
    const pins = statedLines(text).flatMap(({ text: line, offset }) => {
      const name = /^([A-Za-z0-9_-]+)[ \t]*:[ \t]*\S/.exec(line)?.[1];
      if (name === undefined) {
        faults.push({ message: 'a line is not of the form process: command', offset });
        return [];
      }
      return [...line.matchAll(named)].flatMap(
        ({ 0: whole, 1: program = '', 2: version = '', index }): readonly FoundPin[] => {
          const runtime = programs[program];
          const end = offset + index + whole.length;
          const span = { start: end - version.length, end };
          return runtime === undefined
            ? []
            : [{ runtime, text: version, grammar: 'exact', field: name, span }];
        },
      );
    });
    return { pins, faults };
  },
};
