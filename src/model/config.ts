import { posix } from 'node:path';
import { canonicalJson } from '../base/canonical-json.ts';
import { Failure } from '../base/failure.ts';
import { invariant } from '../base/invariant.ts';
import { limits } from '../base/limits.ts';
import { plural } from '../base/text.ts';
import { TextIndex } from '../base/text-position.ts';
import type { YamlNode } from '../base/yaml-node.ts';
import { readYaml } from '../base/yaml.ts';
import { schemaFaults, shown, type ConfigFault } from './config-faults.ts';
import { referenceFaults } from './config-references.ts';
import {
  configSchema,
  plainTextPlaces,
  type ConfigDocument,
  type ImageDocument,
  type SuiteDocument,
  type WaiverDocument,
} from './config-schema.ts';
import { pinPolicyOf } from './config-pins.ts';
import { platformSourceOf } from './config-platform-profile.ts';
import { noiseRulesOf } from './config-diff.ts';
import { updateSettingsOf } from './config-update.ts';
import { userPatternOf } from './config-scan.ts';
import { valueFaults } from './config-values.ts';
import type { Config, GateSettings, ImageDefinition } from './definition.ts';
import { digestOf, type Digest } from './digest.ts';
import type { Hold, NameHold } from './hold.ts';
import { formatReference } from './reference.ts';
import { defaultRule } from './rule.ts';
import { suiteDigest, type Suite, type SuiteCommand, type SuiteRerun, type SuiteResults } from './suite.ts';
import type { Waiver } from './waiver.ts';

/**
 * Reads lockkeeper.yaml. `file` is its name for people, `directory` its absolute folder; of a
 * shared file, the URL of its folder, with `/` at the end.
 * All faults are told at once, each with line, column and the offending value.
 * @throws Failure `config-syntax` or `config-invalid`
 */
export function readConfig(text: string, file: string, directory: string): Config {
  const source: Source = { file, index: new TextIndex(text) };
  const root = readRoot(text, source);
  const document = configSchema.safeParse(valueOf(root, []));
  const faults = [
    ...(document.success ? [] : schemaFaults(document.error.issues, configSchema, root)),
    ...referenceFaults(root),
  ];
  if (!document.success || faults.length > 0) throw failureOf('config-invalid', faults, source);
  // These compare values that are each right by themselves.
  const contradictions = valueFaults(root, document.data, directory);
  if (contradictions.length > 0) throw failureOf('config-invalid', contradictions, source);
  return configOf(document.data, file, directory);
}

interface Source {
  readonly file: string;
  readonly index: TextIndex;
}

function readRoot(text: string, source: Source): YamlNode {
  const bytes = Buffer.byteLength(text);
  if (bytes > limits.configBytesMax) {
    const message = `it is ${bytes} bytes long; at most ${limits.configBytesMax} are read`;
    throw failureOf('config-syntax', [{ offset: 0, message }], source);
  }
  const { root, faults } = readYaml(text, { merge: false, aliasesMax: limits.yamlAliasesMax });
  if (faults.length > 0) throw failureOf('config-syntax', syntaxFaults(faults, source.index), source);
  if (root === undefined || (root.kind === 'scalar' && root.value === null)) {
    throw new Failure('config-invalid', 'it is empty', {
      where: { file: source.file, line: 1, column: 1 },
      hint: 'Run `lockkeeper init --force` to write one that fits this repository.',
    });
  }
  return root;
}

/** Syntax faults name no value, so the line itself is shown; what else breaks on it follows from the first. */
function syntaxFaults(faults: readonly ConfigFault[], index: TextIndex): readonly ConfigFault[] {
  const lines = new Set<number>();
  return faults.flatMap(({ offset, message }) => {
    const { line } = index.position(offset);
    if (lines.has(line)) return [];
    lines.add(line);
    const text = index.line(line).trim();
    return [{ offset, message: text === '' ? message : `${message}: ${shown(text)}` }];
  });
}

function failureOf(
  code: 'config-syntax' | 'config-invalid',
  faults: readonly ConfigFault[],
  { file, index }: Source,
): Failure {
  const unique = [...new Map(faults.map((fault) => [`${fault.offset} ${fault.message}`, fault])).values()];
  const placed = unique
    .toSorted((left, right) => left.offset - right.offset)
    .map(({ offset, message }) => ({ where: { file, ...index.position(offset) }, message }));
  const [first, ...rest] = placed;
  invariant(first !== undefined, 'a config is refused for a reason');
  const lines = placed
    .slice(0, limits.faultsShownMax)
    .map(({ where, message }) => `\n  ${file}:${where.line}:${where.column}: ${message}`);
  const more =
    placed.length > limits.faultsShownMax ? `\n  and ${placed.length - limits.faultsShownMax} more` : '';
  return new Failure(
    code,
    rest.length === 0 ? first.message : `it has ${plural(placed.length, 'fault')}:${lines.join('')}${more}`,
    {
      where: first.where,
      hint: 'docs/reference/config.md describes every key.',
    },
  );
}

/** The values for the schema. Where a text is wanted, what YAML takes for a number or a boolean stays as it is written. */
function valueOf(node: YamlNode, path: readonly string[]): unknown {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries(node.entries.map(({ key, value }) => [key, valueOf(value, [...path, key])]));
    case 'list':
      return node.items.map((item, index) => valueOf(item, [...path, String(index)]));
    case 'scalar':
      return node.value !== null && node.style === 'plain' && wantsText(path) ? node.source : node.value;
  }
}

const textPlaces = plainTextPlaces.map((place) => place.split('.'));

function wantsText(path: readonly string[]): boolean {
  return textPlaces.some(
    (place) =>
      place.length === path.length && place.every((part, index) => part === '*' || part === path[index]),
  );
}

function configOf(document: ConfigDocument, file: string, directory: string): Config {
  const suites = Object.entries(document.suites).map(([name, suite]) => suiteOf(name, suite));
  const names = suites.map(({ name }) => name);
  const images = Object.entries(document.images).map(([name, image]) => imageOf(name, image, names));
  const gate = gateOf(document.gate);
  const patterns = document.scan.patterns.map(userPatternOf);
  const waivers = document.waivers.map(waiverOf);
  const companions = Object.fromEntries(
    Object.entries(document.registries).map(([host, registry]) => [host, registry.companions]),
  );
  const policy = policyOf({ images, suites, gate, waivers });
  const holds = document.holds.map(holdOf);
  return {
    file,
    directory,
    images,
    suites,
    gate,
    scan: { patterns },
    noise: noiseRulesOf(document.diff),
    pins: { ...pinPolicyOf(document.pins), holds: holds.map((hold) => nameHoldOf(hold, images)) },
    platforms: Object.entries(document.platforms).map(([name, platform]) =>
      platformSourceOf(name, platform, directory),
    ),
    update: updateSettingsOf(document.update),
    companions,
    waivers,
    holds,
    policy,
  };
}

function imageOf(name: string, image: ImageDocument, allSuites: readonly string[]): ImageDefinition {
  const [firstSuite, ...otherSuites] = image.suites ?? allSuites;
  invariant(firstSuite !== undefined, 'a config without suites is refused');
  const { build, image: ready, platform } = image;
  const common = {
    name,
    baseline: image.baseline,
    suites: [firstSuite, ...otherSuites] as const,
    promote: image.promote ?? (image.pinned === true ? [] : [image.baseline]),
  };
  if (image.pinned === true) return { ...common, origin: { kind: 'pinned' } };
  if (ready !== undefined) return { ...common, origin: { kind: 'ready', reference: ready } };
  if (platform !== undefined) {
    const { name: called, ...rest } = platform;
    return {
      ...common,
      origin: { ...rest, kind: 'platform', platform: called, channel: platform.channel },
    };
  }
  invariant(build !== undefined, 'an image without an origin is refused');
  return { ...common, origin: { kind: 'build', ...build, target: build.target } };
}

function suiteOf(name: string, suite: SuiteDocument): Suite {
  return {
    name,
    command: commandOf(suite.command),
    source: suite.source === false ? undefined : suite.source,
    mount: posix.resolve('/', suite.mount),
    workdir: posix.resolve(suite.mount, suite.workdir),
    env: suite.env,
    results: resultsOf(suite.results),
    rerun: suite.rerun === undefined ? undefined : rerunOf(suite.rerun),
    timeoutMs: suite.timeout,
    network: suite.network,
    user: suite.user,
    mustPass: suite['must-pass'],
    sentinel: suite.sentinel === undefined ? undefined : commandOf(suite.sentinel),
  };
}

function commandOf(command: string | readonly string[]): SuiteCommand {
  if (typeof command === 'string') return { kind: 'shell', line: command };
  const [program, ...words] = command;
  invariant(program !== undefined, 'an empty command is refused');
  return { kind: 'argv', argv: [program, ...words] };
}

function resultsOf({ format, files }: SuiteDocument['results']): SuiteResults {
  if (format === 'exit-status') return { format };
  return { format, from: files === undefined ? { kind: 'stdout' } : { kind: 'files', glob: files } };
}

function rerunOf({ command, test, separator }: NonNullable<SuiteDocument['rerun']>): SuiteRerun {
  return { command: commandOf(command), test, separator };
}

function gateOf(gate: ConfigDocument['gate']): GateSettings {
  return {
    engine: gate.engine,
    rule: {
      ...defaultRule,
      screenRuns: gate.screen,
      confirmRuns: gate.confirm,
      errorRuns: gate.errors,
      alpha: gate.alpha,
      lostCoverage: gate['lost-coverage'],
    },
    parallel: gate.parallel,
    memoryBytes: gate.memory,
    cpus: gate.cpus,
    pids: gate.pids,
    diskBytes: gate.disk,
    ledger: gate.ledger,
    reuseMs: gate.reuse,
  };
}

function waiverOf({ until, candidate, suite, ...rest }: WaiverDocument): Waiver {
  if (candidate !== undefined) return { ...rest, suite, until: { kind: 'candidate', digest: candidate } };
  invariant(until !== undefined, 'a waiver without an end is refused');
  return { ...rest, suite, until: { kind: 'day', day: until } };
}

function holdOf({ until, digest, keep, evidence, ...rest }: ConfigDocument['holds'][number]): Hold {
  return { ...rest, until, digest, keep, evidence };
}

/** An image of this file is held wherever the name of its baseline stands. */
function nameHoldOf(hold: Hold, images: readonly ImageDefinition[]): NameHold {
  const image = images.find(({ name }) => name === hold.image);
  return { name: image === undefined ? hold.image : formatReference(image.baseline), hold };
}

/**
 * Paths on this machine, targets and the engine do not change a verdict; everything else that is configured can. Holds
 * and pins are looked at when names move.
 */
function policyOf({
  images,
  suites,
  gate,
  waivers,
}: Pick<Config, 'images' | 'suites' | 'gate' | 'waivers'>): Digest {
  const { engine: _engine, ledger: _ledger, cpus, rule, ...others } = gate;
  return digestOf(
    canonicalJson({
      suites: Object.fromEntries(suites.map((suite) => [suite.name, suiteDigest(suite)])),
      images: Object.fromEntries(
        images.map(({ name, baseline, suites: guards }) => [
          name,
          { baseline: formatReference(baseline), suites: guards.toSorted() },
        ]),
      ),
      gate: { ...others, cpus: cpus ?? null, rule: { ...rule } },
      waivers: waivers.map(({ until, ...waiver }) => ({ ...waiver, until: { ...until } })),
    }),
  );
}
