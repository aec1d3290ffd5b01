import { readFile } from 'node:fs/promises';
import { Failure, systemErrorCode, translateSystemError } from '../../base/failure.ts';
import { jsonOf, textAt } from '../../base/json-path.ts';
import type { Ceiling } from '../../model/parity-watch.ts';
import { writeReportFile } from '../report/report-file.ts';

const mark = 'Written by `lockkeeper parity watch`; what is changed here by hand is lost.';

/**
 * A preset of Renovate with a rule for each ceiling (docs.renovatebot.com, "allowedVersions"). The repository’s own config
 * takes it with `extends`. Without any ceiling it is there all the same, and says nothing.
 */
function renovatePreset(ceilings: readonly Ceiling[]): string {
  const document = {
    $schema: 'https://docs.renovatebot.com/renovate-schema.json',
    description: [mark],
    packageRules: ceilings.map(({ runtime, below, reason, until }) => ({
      description: [`${reason} Look again by ${until}: it holds until a watch writes this file anew.`],
      matchManagers: managers,
      matchDepNames: depNames[runtime] ?? [runtime],
      allowedVersions: `<${below}`,
    })),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

// Those that read pin files: an image of Docker that is called `python` as well is none of this.
const managers = [
  'asdf',
  'bun-version',
  'bundler',
  'composer',
  'gomod',
  'mise',
  'nodenv',
  'npm',
  'nuget',
  'nvm',
  'pep621',
  'pipenv',
  'poetry',
  'pyenv',
  'ruby-version',
  'runtime-version',
];

// What Renovate's managers call the runtimes that they find in pin files.
const depNames: Readonly<Record<string, readonly string[]>> = {
  go: ['go', 'golang'],
  dotnet: ['dotnet-sdk'],
};

/** @throws Failure `output-exists` where the file is somebody else's, and of the disk */
export async function writeRenovatePreset(file: string, ceilings: readonly Ceiling[]): Promise<void> {
  const before = await readFile(file, 'utf8').catch((error: unknown) => {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw translateSystemError(error, file);
  });
  if (before !== undefined && textAt(jsonOf(before), 'description', 0) !== mark) {
    throw new Failure('output-exists', `${file} was not written by parity watch`, {
      hint: 'Name another file, and take it into Renovate’s config with extends.',
    });
  }
  await writeReportFile(file, renovatePreset(ceilings));
}
