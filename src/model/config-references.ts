import { isQuotedIn } from '../base/shell-quotes.ts';
import { nearest } from '../base/nearest.ts';
import { member, type YamlNode } from '../base/yaml-node.ts';
import {
  faultAt,
  isMisspelled,
  pathText,
  shown,
  type ConfigFault,
  type ConfigPath,
} from './config-faults.ts';
import { imageSchema } from './config-image.ts';
import { configSchema } from './config-schema.ts';
import { resultsSchema } from './config-suite.ts';
import { reportFormats } from './report-format.ts';

const topKeys = Object.keys(configSchema.shape);
const imageKeys = Object.keys(imageSchema.shape);
const formatNames = `${reportFormats.slice(0, -1).join(', ')} or ${reportFormats.at(-1)}`;
const resultKeys = Object.keys(resultsSchema.shape);

/**
 * What no single value shows: names that must be there, keys that need or exclude each other.
 * It reads the file and not the schema's result, so that these faults are told together with all others.
 */
export function referenceFaults(root: YamlNode): readonly ConfigFault[] {
  const images = entriesOf(member(root, 'images'));
  const suites = entriesOf(member(root, 'suites'));
  return [
    ...emptyGroup(root, 'images', 'an image'),
    ...emptyGroup(root, 'suites', 'a suite'),
    ...untestedImages(root, images),
    ...images.flatMap(({ key, value }) => [
      ...originFaults(root, ['images', key], value),
      ...suiteNameFaults(
        root,
        ['images', key, 'suites'],
        member(value, 'suites'),
        suites.map((suite) => suite.key),
      ),
    ]),
    ...suites.flatMap(({ key, value }) => [
      ...resultFaults(root, ['suites', key, 'results'], member(value, 'results')),
      ...rerunFaults(root, ['suites', key], value),
    ]),
  ];
}

interface Entry {
  readonly key: string;
  readonly value: YamlNode;
}

function entriesOf(node: YamlNode | undefined): readonly Entry[] {
  return node?.kind === 'map' ? node.entries : [];
}

function emptyGroup(root: YamlNode, key: string, what: string): readonly ConfigFault[] {
  const group = member(root, key);
  return group?.kind === 'map' && group.entries.length === 0
    ? [faultAt(root, [key], `${key} is empty; it must hold ${what} at least`)]
    : [];
}

function untestedImages(root: YamlNode, images: readonly Entry[]): readonly ConfigFault[] {
  if (images.length === 0 || root.kind !== 'map' || member(root, 'suites') !== undefined) return [];
  return isMisspelled(root, 'suites', topKeys)
    ? []
    : [
        faultAt(
          root,
          ['images'],
          'there are images, but suites is missing: which tests tell whether they are good',
        ),
      ];
}

function originFaults(root: YamlNode, path: ConfigPath, image: YamlNode): readonly ConfigFault[] {
  if (image.kind !== 'map') return [];
  const name = pathText(path);
  const [first, second] = originKeys.filter((key) => member(image, key) !== undefined);
  if (first !== undefined && second !== undefined) {
    const message = `${name} has both ${first} and ${second}; the candidate comes from one of them`;
    return [faultAt(root, [...path, second], message)];
  }
  const misspelled = originKeys.some((key) => isMisspelled(image, key, imageKeys));
  return first === undefined && !misspelled
    ? [
        faultAt(
          root,
          path,
          `${name} lacks build (how the candidate is built), image (where somebody else builds it), pinned (update proposes it) or platform (whose builder makes it)`,
        ),
      ]
    : [];
}

/** Where the candidate of an image comes from: exactly one of them. */
const originKeys = ['build', 'image', 'pinned', 'platform'] as const;

function suiteNameFaults(
  root: YamlNode,
  path: ConfigPath,
  names: YamlNode | undefined,
  known: readonly string[],
): readonly ConfigFault[] {
  if (names?.kind !== 'list') return [];
  const seen = new Set<string>();
  return names.items.flatMap((item, index) => {
    if (item.kind !== 'scalar' || item.source === '') return [];
    const name = item.source;
    const again = seen.has(name);
    seen.add(name);
    if (again)
      return [
        faultAt(root, [...path, index], `${pathText([...path, index])} names ${shown(name)} a second time`),
      ];
    if (known.includes(name)) return [];
    const near = nearest(name, known);
    const advice =
      near !== undefined
        ? `did you mean ${near}?`
        : known.length === 0
          ? 'there are none'
          : `there is ${known.join(', ')}`;
    return [
      faultAt(
        root,
        [...path, index],
        `${pathText([...path, index])} names a suite ${shown(name)} that is not there; ${advice}`,
      ),
    ];
  });
}

function resultFaults(
  root: YamlNode,
  path: ConfigPath,
  results: YamlNode | undefined,
): readonly ConfigFault[] {
  const format = textOf(member(results, 'format'));
  const [files, stdout] = [member(results, 'files'), member(results, 'stdout')];
  const name = pathText(path);
  if (format === 'exit-status') {
    const key = files === undefined ? 'stdout' : 'files';
    return files === undefined && stdout === undefined
      ? []
      : [
          faultAt(
            root,
            [...path, key],
            `${name} reads the exit status only, so that ${key} has no meaning; write another format (${formatNames}), or leave ${key} out`,
          ),
        ];
  }
  if (!reportFormats.some((each) => each === format)) return [];
  if (files !== undefined && stdout !== undefined) {
    return [
      faultAt(root, [...path, 'stdout'], `${name} has both files and stdout; the report is in one of them`),
    ];
  }
  const misspelled =
    results !== undefined &&
    (isMisspelled(results, 'files', resultKeys) || isMisspelled(results, 'stdout', resultKeys));
  return files === undefined && stdout === undefined && !misspelled
    ? [faultAt(root, path, `${name} lacks files (which files are the report) or stdout: true`)]
    : [];
}

function rerunFaults(root: YamlNode, path: ConfigPath, suite: YamlNode): readonly ConfigFault[] {
  const rerun = member(suite, 'rerun');
  if (rerun?.kind !== 'map') return [];
  const at = [...path, 'rerun'];
  const format = textOf(member(member(suite, 'results'), 'format')) ?? 'exit-status';
  if (format === 'exit-status') {
    return [
      faultAt(
        root,
        at,
        `${pathText(at)} runs some tests again, but the results of this suite name no tests; set results.format to ${formatNames}`,
      ),
    ];
  }
  return [
    ...rerunCommandFaults(root, [...at, 'command'], member(rerun, 'command')),
    ...testPatternFaults(root, [...at, 'test'], member(rerun, 'test')),
  ];
}

function rerunCommandFaults(
  root: YamlNode,
  path: ConfigPath,
  command: YamlNode | undefined,
): readonly ConfigFault[] {
  const line = textOf(command);
  if (line !== undefined && !line.includes('{tests}')) {
    return [faultAt(root, path, `${pathText(path)} lacks {tests}, which stands for the tests to run`)];
  }
  if (line !== undefined && isQuotedIn(line, '{tests}')) {
    const message = `${pathText(path)} holds {tests} within quotes, behind a backslash or in a comment; it is replaced by words that are quoted already, so write it bare`;
    return [faultAt(root, path, message)];
  }
  if (command?.kind !== 'list' || command.items.some((item) => textOf(item) === '{tests}')) return [];
  return [faultAt(root, path, `${pathText(path)} lacks the word {tests}, which stands for the tests to run`)];
}

const testFields = ['file', 'class', 'name'];

function testPatternFaults(
  root: YamlNode,
  path: ConfigPath,
  pattern: YamlNode | undefined,
): readonly ConfigFault[] {
  const text = textOf(pattern);
  if (text === undefined) return [];
  const fields = Array.from(text.matchAll(/\{([\w-]*)\}/g), (match) => match[1] ?? '');
  const odd = fields.find((field) => !testFields.includes(field));
  if (odd !== undefined) {
    const near = nearest(odd, testFields);
    const advice = near === undefined ? 'it knows {file}, {class} and {name}' : `did you mean {${near}}?`;
    return [faultAt(root, path, `${pathText(path)} has no field ${shown(`{${odd}}`)}; ${advice}`)];
  }
  return fields.length > 0
    ? []
    : [
        faultAt(
          root,
          path,
          `${pathText(path)} is the same for every test; it must hold {file}, {class} or {name}`,
        ),
      ];
}

function textOf(node: YamlNode | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? node.source : undefined;
}
