import type { BuildpackName } from '../../../model/builder-facts.ts';
import type { LifecycleSaid, SaidVersion } from '../../../model/lifecycle.ts';

type SaidRuntime = SaidVersion['runtime'];

/** How a family of buildpacks says what it takes. Foreign wording: what none of these reads is told as unknown. */
interface Wording {
  readonly id: RegExp;
  readonly runtime: SaidRuntime;
  /** Has the group `version`, and `origin` where it stands on the same line. */
  readonly settled: RegExp;
  /** Groups `asked` and `origin`, each where the line has it. */
  readonly asked: RegExp;
  /** Where the wish of the line `asked` stands when that does not tell. */
  readonly askedIn: string | undefined;
  readonly nothingAsked: RegExp;
  readonly checksPatch: boolean;
}

const never = /$^/;

/** Paketo's all say it in the words of packit: `Selected CPython version (using BP_CPYTHON_VERSION): 3.13.1`. */
const paketo = (id: string, runtime: SaidRuntime): Wording => ({
  id: new RegExp(`^paketo-buildpacks/${id}$`),
  runtime,
  settled: /^\s*Selected .{1,40} version \(using (?<origin>[^)]{1,100})\): (?<version>[0-9][^\s]{0,60})/,
  asked: /^\s*(?<origin>[^\s]{1,100})\s+-> "(?<asked>[^"]{1,100})"/,
  askedIn: undefined,
  nothingAsked: never,
  checksPatch: true,
});

const wordings: readonly Wording[] = [
  {
    id: /^heroku\/python$/,
    runtime: 'python',
    settled: /^\W*Installing Python (?<version>[0-9]+\.[0-9]+(?:\.[0-9]+)?)/,
    asked: /Using Python (?:version )?(?<asked>\S{1,60}) specified in (?<origin>\S{1,100}?)\.?$/,
    askedIn: undefined,
    nothingAsked: /No Python version (?:was )?specified/,
    // Its binary holds minor versions; whether the patch exists, the download tells.
    checksPatch: false,
  },
  {
    id: /^heroku\/nodejs(?:-engine)?$/,
    runtime: 'node',
    settled: /Resolved Node\.js version: `?v?(?<version>[0-9]+\.[0-9]+\.[0-9]+)/,
    asked: /Detected Node\.js version range: `?(?<asked>[^`]{1,100})/,
    askedIn: 'package.json',
    nothingAsked: /Node\.js version not specified/,
    checksPatch: true,
  },
  {
    id: /^heroku\/go$/,
    runtime: 'go',
    settled: /Resolved Go version: `?(?:go)?(?<version>[0-9]+\.[0-9]+(?:\.[0-9]+)?)/,
    asked: /Detected Go version requirement: `?(?<asked>[^`]{1,100})/,
    askedIn: 'go.mod',
    nothingAsked: never,
    checksPatch: true,
  },
  paketo('cpython', 'python'),
  paketo('node-engine', 'node'),
  paketo('go-dist', 'go'),
  paketo('mri', 'ruby'),
  paketo('php-dist', 'php'),
  paketo('bun', 'bun'),
  paketo('dotnet-core-sdk', 'dotnet'),
];

/** The runtime that this buildpack installs; undefined: what it says of it cannot be read. */
export function spokenRuntime({ id }: BuildpackName): SaidRuntime | undefined {
  return wordings.find((each) => each.id.test(id))?.runtime;
}

/** What each buildpack of a build said that it takes, in their order. */
export function saidVersions({ said }: LifecycleSaid): readonly SaidVersion[] {
  return said.flatMap(({ buildpack, phase, lines }) => {
    const wording = phase === 'build' ? wordings.find(({ id }) => id.test(buildpack.id)) : undefined;
    return wording === undefined ? [] : read(wording, buildpack, lines);
  });
}

function read(wording: Wording, buildpack: BuildpackName, lines: readonly string[]): readonly SaidVersion[] {
  const { runtime, checksPatch } = wording;
  let asked: Asked = { asked: undefined, origin: undefined };
  let firstLine: string | undefined;
  for (const line of lines) {
    const settled = wording.settled.exec(line)?.groups;
    if (settled !== undefined) {
      const origin = settled['origin'] ?? asked.origin;
      const version = settled['version'];
      return [{ buildpack, runtime, version, asked: asked.asked, origin: plain(origin), line, checksPatch }];
    }
    // Of several wishes the first is the strongest.
    const wish = asked.origin === undefined ? wishOf(wording, line) : undefined;
    if (wish === undefined) continue;
    asked = wish;
    firstLine = line;
  }
  if (firstLine === undefined) return [];
  return [
    {
      buildpack,
      runtime,
      version: undefined,
      ...asked,
      origin: plain(asked.origin),
      line: firstLine,
      checksPatch,
    },
  ];
}

interface Asked {
  readonly asked: string | undefined;
  readonly origin: string | undefined;
}

function wishOf(wording: Wording, line: string): Asked | undefined {
  const groups = wording.asked.exec(line)?.groups;
  if (groups !== undefined) return { asked: groups['asked'], origin: groups['origin'] ?? wording.askedIn };
  return wording.nothingAsked.test(line) ? { asked: undefined, origin: 'default' } : undefined;
}

/** Paketo writes `<unknown>` where the default of its own table is taken. */
function plain(origin: string | undefined): string | undefined {
  return origin === '<unknown>' ? 'default' : origin;
}
