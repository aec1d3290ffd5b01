import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Failure, formatWhere, isFailure } from '../base/failure.ts';
import { limits } from '../base/limits.ts';
import { readConfig } from './config.ts';
import type { Config } from './definition.ts';
import { formatReference } from './reference.ts';

const good = `version: 1
images:
  ci:
    baseline: registry.example.org/team/ci:latest
    build: { dockerfile: docker/ci.Dockerfile, args: { PYTHON: 3.10 }, platforms: [linux/amd64] }
    suites: [unit]
suites:
  unit:
    command: pytest -q
    env: { CI: true }
    results: { format: junit, files: "out/*.xml" }
    rerun: { command: "pytest {tests}", test: "{file}::{name}" }
    timeout: 30m
gate: { screen: 1, memory: 4g }
`;

const smallest = `version: 1
images: { ci: { baseline: ci, build: {} } }
suites: { unit: { command: make test } }
`;

interface Case {
  readonly name: string;
  readonly text?: string;
  readonly edits?: readonly (readonly [string, string])[];
  /** Code, place and message, as people read them. */
  readonly says: string;
}

const cases: readonly Case[] = [
  {
    name: 'an empty file',
    text: '',
    says: 'config-invalid lockkeeper.yaml:1:1: it is empty',
  },
  {
    name: 'comments only',
    text: `# later\n`,
    says: 'config-invalid lockkeeper.yaml:1:1: it is empty',
  },
  {
    name: 'a flow list without an end',
    text: `version: 1\nimages: [1, 2\n`,
    says: 'config-syntax lockkeeper.yaml:3:1: flow sequence in block collection must be sufficiently indented and end with a ]',
  },
  {
    name: 'two colons on a line',
    text: `a: b: c\n`,
    says: 'config-syntax lockkeeper.yaml:1:4: a second ": " stands on this line; put the value in quotes: "a: b: c"',
  },
  {
    name: 'a list',
    text: `- version: 1\n`,
    says: 'config-invalid lockkeeper.yaml:1:1: the file is a list; it must be a group of keys',
  },
  {
    name: 'a text',
    text: `hello\n`,
    says: 'config-invalid lockkeeper.yaml:1:1: the file is "hello"; it must be a group of keys',
  },
  {
    name: 'two documents',
    edits: [[good, `${good}---\n${good}`]],
    says: 'config-syntax lockkeeper.yaml:15:1: a second document begins here, but only one may stand in the file: "---"',
  },
  {
    name: 'a tab as indentation',
    edits: [['    timeout: 30m', '	 timeout: 30m']],
    says: 'config-syntax lockkeeper.yaml:13:1: a tab indents this line; YAML takes spaces only: "timeout: 30m"',
  },
  {
    name: 'a tag',
    edits: [['command: pytest -q', 'command: !sh pytest']],
    says: 'config-syntax lockkeeper.yaml:9:14: tags such as !sh are not known here: "command: !sh pytest"',
  },
  {
    name: 'an alias without an anchor',
    edits: [['command: pytest -q', 'command: *cmd']],
    says: 'config-syntax lockkeeper.yaml:9:14: no anchor &cmd stands before this alias: "command: *cmd"',
  },
  {
    name: 'a key twice',
    edits: [
      [
        '    timeout: 30m',
        `    env: {}
    timeout: 30m`,
      ],
    ],
    says: 'config-syntax lockkeeper.yaml:13:5: the key "env" stands twice: "env: {}"',
  },
  {
    name: 'another version',
    edits: [['version: 1', 'version: 2']],
    says: 'config-invalid lockkeeper.yaml:1:10: version is the number 2; it must be the number 1, the version of this format',
  },
  {
    name: 'a version in quotes',
    edits: [['version: 1', 'version: "1"']],
    says: 'config-invalid lockkeeper.yaml:1:10: version is "1"; it must be the number 1, the version of this format',
  },
  {
    name: 'no version',
    edits: [
      [
        `version: 1
`,
        '',
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:1:1: the file lacks version, which must be the number 1, the version of this format',
  },
  {
    name: 'a misspelled key, which is not missing too',
    edits: [['baseline:', 'basline:']],
    says: 'config-invalid lockkeeper.yaml:4:5: images.ci has no key "basline"; did you mean baseline?',
  },
  {
    name: 'a misspelled group',
    edits: [['images:', 'image:']],
    says: 'config-invalid lockkeeper.yaml:2:1: the file has no key "image"; did you mean images?',
  },
  {
    name: 'a key that nothing resembles',
    edits: [['screen: 1', 'colour: blue']],
    says: 'config-invalid lockkeeper.yaml:14:9: gate has no key "colour"; it knows engine, screen, confirm, errors, alpha, lost-coverage, parallel, memory, cpus, pids, disk, ledger, reuse',
  },
  {
    name: 'a merge key',
    edits: [
      [
        '    env:',
        `    <<: { a: 1 }
    env:`,
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:10:5: suites.unit has no key "<<"; YAML 1.2 has no merge keys; write the keys out, or give the whole group an anchor',
  },
  {
    name: 'a duration without a unit',
    edits: [['timeout: 30m', 'timeout: 30']],
    says: 'config-invalid lockkeeper.yaml:13:14: suites.unit.timeout is the number 30; it must be a duration with units, such as 90s, 30m or 1h30m',
  },
  {
    name: 'a duration with an unknown unit',
    edits: [['timeout: 30m', 'timeout: 30min']],
    says: 'config-invalid lockkeeper.yaml:13:14: suites.unit.timeout: "30min" is not a duration; write it with units, such as 90s, 30m or 1h30m',
  },
  {
    name: 'a duration that is too long',
    edits: [['timeout: 30m', 'timeout: 48h']],
    says: 'config-invalid lockkeeper.yaml:13:14: suites.unit.timeout is "48h": a run takes at least 1s and at most 24h',
  },
  {
    name: 'a size that is ambiguous',
    edits: [['4g', '4GB']],
    says: 'config-invalid lockkeeper.yaml:14:28: gate.memory: "4GB" is not a size; write it with a unit, such as 512m or 4g',
  },
  {
    name: 'a size that is too small',
    edits: [['4g', '1m']],
    says: 'config-invalid lockkeeper.yaml:14:28: gate.memory is "1m": a trial needs at least 16m',
  },
  {
    name: 'a group where a command belongs',
    edits: [['command: pytest -q', 'command: { run: pytest }']],
    says: 'config-invalid lockkeeper.yaml:9:5: suites.unit.command is a group of keys; it must be a line for `sh -c`, or a list of words that is run as it is',
  },
  {
    name: 'no command',
    edits: [
      [
        `command: pytest -q
    `,
        '',
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:8:3: suites.unit lacks command, which must be a line for `sh -c`, or a list of words that is run as it is',
  },
  {
    name: 'an empty command',
    edits: [['command: pytest -q', 'command:']],
    says: 'config-invalid lockkeeper.yaml:9:5: suites.unit.command is empty; it must be a line for `sh -c`, or a list of words that is run as it is',
  },
  {
    name: 'a list within a command',
    edits: [['command: pytest -q', 'command: [pytest, [-q]]']],
    says: 'config-invalid lockkeeper.yaml:9:23: suites.unit.command[1] is a list; it must be a word of the command',
  },
  {
    name: 'a command with a NUL',
    edits: [['command: pytest -q', 'command: "py\\0test"']],
    says: 'config-invalid lockkeeper.yaml:9:14: suites.unit.command is "py\\u0000test": it holds control characters',
  },
  {
    name: 'a name where a list belongs',
    edits: [['[unit]', 'unit']],
    says: 'config-invalid lockkeeper.yaml:6:13: images.ci.suites is "unit"; it must be a list of names of suites, such as [unit]',
  },
  {
    name: 'a suite that is not there',
    edits: [['[unit]', '[unt]']],
    says: 'config-invalid lockkeeper.yaml:6:14: images.ci.suites[0] names a suite "unt" that is not there; did you mean unit?',
  },
  {
    name: 'a suite that nothing resembles',
    edits: [['[unit]', '[integration]']],
    says: 'config-invalid lockkeeper.yaml:6:14: images.ci.suites[0] names a suite "integration" that is not there; there is unit',
  },
  {
    name: 'a suite twice',
    edits: [['[unit]', '[unit, unit]']],
    says: 'config-invalid lockkeeper.yaml:6:20: images.ci.suites[1] names "unit" a second time',
  },
  {
    name: 'no suites',
    edits: [
      [
        `suites:
  unit:
    command: pytest -q
    env: { CI: true }
    results: { format: junit, files: "out/*.xml" }
    rerun: { command: "pytest {tests}", test: "{file}::{name}" }
    timeout: 30m
`,
        `suites: {}
`,
      ],
      [
        `    suites: [unit]
`,
        '',
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:6:1: suites is empty; it must hold a suite at least',
  },
  {
    name: 'a name with a space',
    edits: [
      ['  unit:', '  my unit:'],
      ['[unit]', '[my unit]'],
    ],
    says: 'config-invalid lockkeeper.yaml:8:3: suites["my unit"]: a name holds letters, digits and . _ - only, begins with a letter or digit, and has at most 63 characters',
  },
  {
    name: 'an image without a body',
    edits: [
      [
        `    baseline: registry.example.org/team/ci:latest
    build: { dockerfile: docker/ci.Dockerfile, args: { PYTHON: 3.10 }, platforms: [linux/amd64] }
    suites: [unit]
`,
        '',
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:3:3: images.ci is empty; it must be a group of keys that describe an image',
  },
  {
    name: 'a baseline with a digest',
    edits: [['ci:latest', 'ci@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']],
    says: 'config-invalid lockkeeper.yaml:4:15: images.ci.baseline is "registry.example.org/team/ci@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": it holds a digest, but a digest never moves; write registry.example.org/team/ci',
  },
  {
    name: 'a baseline with a digest that is none',
    edits: [['ci:latest', 'ci@sha256:abc']],
    says: 'config-invalid lockkeeper.yaml:4:15: images.ci.baseline: "sha256:abc" is not a digest; a digest looks like sha256: followed by 64 lower-case hexadecimal digits',
  },
  {
    name: 'a name in capitals',
    edits: [['team/ci', 'Team/ci']],
    says: 'config-invalid lockkeeper.yaml:4:15: images.ci.baseline: "registry.example.org/Team/ci:latest" is not an image name: "Team/ci" is not a repository name (lower-case letters, digits and . _ - / only); write it as [registry/]repository[:tag][@digest]',
  },
  {
    name: 'a promotion to a digest',
    edits: [
      [
        '[unit]',
        `[unit]
    promote: [registry.example.org/team/ci@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]`,
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:7:15: images.ci.promote[0] is "registry.example.org/team/ci@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa": it holds a digest, but a digest never moves; write registry.example.org/team/ci',
  },
  {
    name: 'two images with one name',
    edits: [
      [
        `suites:
  unit`,
        `  copy: { baseline: registry.example.org/team/ci, image: registry.example.org/team/copy }
suites:
  unit`,
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:7:21: images.copy.baseline is "registry.example.org/team/ci", which is promoted for images.ci already; one name holds one image',
  },
  {
    name: 'a candidate with the baseline’s name',
    edits: [
      [
        'build: { dockerfile: docker/ci.Dockerfile, args: { PYTHON: 3.10 }, platforms: [linux/amd64] }',
        'image: registry.example.org/team/ci',
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:5:12: images.ci.image is the baseline’s own name, "registry.example.org/team/ci"; there is nothing to compare',
  },
  {
    name: 'images that nothing tests',
    text: 'version: 1\nimages: { ci: { baseline: ci, build: {} } }\n',
    says: 'config-invalid lockkeeper.yaml:2:1: there are images, but suites is missing: which tests tell whether they are good',
  },
  {
    name: 'a hold without an end',
    text: 'version: 1\nholds:\n  - { image: node, author: a, reason: b }\n',
    says: 'config-invalid lockkeeper.yaml:3:5: holds[0] has no end; give until (a day), digest (what is held back) or keep (what stays)',
  },
  {
    name: 'evidence that is neither a link nor a digest',
    text: 'version: 1\nholds:\n  - { image: node, author: a, reason: b, until: 2026-12-31, evidence: "javascript:x" }\n',
    says: 'config-invalid lockkeeper.yaml:3:71: holds[0].evidence is "javascript:x"; it must be a link such as https://ci.example.org/runs/1, or a digest',
  },
  {
    name: 'a cooldown that is no duration',
    text: 'version: 1\npins: { cooldown: soon }\n',
    says: 'config-invalid lockkeeper.yaml:2:19: pins.cooldown: "soon" is not a duration; write it with units, such as 90s, 30m or 1h30m',
  },
  {
    name: 'neither build nor image',
    edits: [
      [
        `build: { dockerfile: docker/ci.Dockerfile, args: { PYTHON: 3.10 }, platforms: [linux/amd64] }
    `,
        '',
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:3:3: images.ci lacks build (how the candidate is built), image (where somebody else builds it), pinned (update proposes it) or platform (whose builder makes it)',
  },
  {
    name: 'both build and image',
    edits: [['suites: [unit]', 'image: registry.example.org/team/next']],
    says: 'config-invalid lockkeeper.yaml:6:12: images.ci has both build and image; the candidate comes from one of them',
  },
  {
    name: 'a misspelled build',
    edits: [['build:', 'biuld:']],
    says: 'config-invalid lockkeeper.yaml:5:5: images.ci has no key "biuld"; did you mean build?',
  },
  {
    name: 'a platform that is none',
    edits: [['[linux/amd64]', '[linux]']],
    says: 'config-invalid lockkeeper.yaml:5:84: images.ci.build.platforms[0]: "linux" is not a platform; write it as os/architecture[/variant], such as linux/amd64 or linux/arm/v7',
  },
  {
    name: 'a platform twice',
    edits: [['[linux/amd64]', '[linux/amd64, linux/x86_64]']],
    says: 'config-invalid lockkeeper.yaml:5:97: images.ci.build.platforms[1] names linux/amd64 a second time',
  },
  {
    name: 'a path that begins with a tilde',
    edits: [['docker/ci.Dockerfile', '~/ci.Dockerfile']],
    says: 'config-invalid lockkeeper.yaml:5:26: images.ci.build.dockerfile is "~/ci.Dockerfile": it begins with ~, which only a shell knows; write the path itself',
  },
  {
    name: 'a path with backslashes',
    edits: [['docker/ci.Dockerfile', 'docker\\ci.Dockerfile']],
    says: 'config-invalid lockkeeper.yaml:5:26: images.ci.build.dockerfile is "docker\\\\ci.Dockerfile": a path is written with /',
  },
  {
    name: 'a path above the root',
    edits: [['docker/ci.Dockerfile', '../../../ci.Dockerfile']],
    says: 'config-invalid lockkeeper.yaml:5:26: images.ci.build.dockerfile is "../../../ci.Dockerfile", which climbs above the root of the file system, seen from /srv/repo',
  },
  {
    name: 'an empty variable',
    edits: [['CI: true', 'CI:']],
    says: 'config-invalid lockkeeper.yaml:10:12: suites.unit.env.CI is empty; it must be a text; for an empty one write ""',
  },
  {
    name: 'a variable with an equals sign',
    edits: [['CI: true', '"CI=true": x']],
    says: 'config-invalid lockkeeper.yaml:10:12: suites.unit.env["CI=true"]: the name of a variable holds no = and no white space',
  },
  {
    name: 'an unknown format',
    edits: [['format: junit', 'format: junti']],
    says: 'config-invalid lockkeeper.yaml:11:24: suites.unit.results.format is "junti"; it must be junit, tap, ctrf, go-test or exit-status (did you mean junit?)',
  },
  {
    name: 'JUnit from nowhere',
    edits: [[', files: "out/*.xml"', '']],
    says: 'config-invalid lockkeeper.yaml:11:5: suites.unit.results lacks files (which files are the report) or stdout: true',
  },
  {
    name: 'JUnit from files and standard output',
    edits: [['files: "out/*.xml"', 'files: "out/*.xml", stdout: true']],
    says: 'config-invalid lockkeeper.yaml:11:59: suites.unit.results has both files and stdout; the report is in one of them',
  },
  {
    name: 'a misspelled place of results',
    edits: [['files:', 'file:']],
    says: 'config-invalid lockkeeper.yaml:11:31: suites.unit.results has no key "file"; did you mean files?',
  },
  {
    name: 'results outside of the working directory',
    edits: [['out/*.xml', '../out/*.xml']],
    says: 'config-invalid lockkeeper.yaml:11:38: suites.unit.results.files is "../out/*.xml": results lie below the working directory; it must hold no ..',
  },
  {
    name: 'a glob that names a folder',
    edits: [['out/*.xml', 'out/']],
    says: 'config-invalid lockkeeper.yaml:11:38: suites.unit.results.files is "out/": it names a folder; write which files, such as out/*.xml',
  },
  {
    name: 'files for an exit status',
    edits: [
      ['format: junit', 'format: exit-status'],
      [
        `    rerun: { command: "pytest {tests}", test: "{file}::{name}" }
`,
        '',
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:11:44: suites.unit.results reads the exit status only, so that files has no meaning; write another format (junit, tap, ctrf or go-test), or leave files out',
  },
  {
    name: 'a rerun of tests that no result names',
    edits: [
      [
        `    results: { format: junit, files: "out/*.xml" }
`,
        '',
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:11:5: suites.unit.rerun runs some tests again, but the results of this suite name no tests; set results.format to junit, tap, ctrf or go-test',
  },
  {
    name: 'a rerun without tests',
    edits: [['{tests}', '{test}']],
    says: 'config-invalid lockkeeper.yaml:12:23: suites.unit.rerun.command lacks {tests}, which stands for the tests to run',
  },
  {
    name: 'a rerun list without tests',
    edits: [['"pytest {tests}"', '[pytest, "-k={tests}"]']],
    says: 'config-invalid lockkeeper.yaml:12:14: suites.unit.rerun.command lacks the word {tests}, which stands for the tests to run',
  },
  {
    name: 'a test pattern with an unknown field',
    edits: [['{file}::', '{files}::']],
    says: 'config-invalid lockkeeper.yaml:12:47: suites.unit.rerun.test has no field "{files}"; did you mean {file}?',
  },
  {
    name: 'a test pattern that is always the same',
    edits: [['{file}::{name}', 'all']],
    says: 'config-invalid lockkeeper.yaml:12:47: suites.unit.rerun.test is the same for every test; it must hold {file}, {class} or {name}',
  },
  {
    name: 'a user that is an option',
    edits: [['timeout: 30m', 'user: "-u root"']],
    says: 'config-invalid lockkeeper.yaml:13:11: suites.unit.user is "-u root"; it must be a user of the image: a name, or uid:gid such as 1000:1000',
  },
  {
    name: 'a mount that is relative',
    edits: [['timeout: 30m', 'mount: work']],
    says: 'config-invalid lockkeeper.yaml:13:12: suites.unit.mount is "work": it must be absolute: a path in the container',
  },
  {
    name: 'a mount over the kernel’s files',
    edits: [['timeout: 30m', 'mount: /proc/work']],
    says: 'config-invalid lockkeeper.yaml:13:12: suites.unit.mount is "/proc/work": /proc belongs to the kernel; write a folder such as /work',
  },
  {
    name: 'a mount over everything',
    edits: [['timeout: 30m', 'mount: /']],
    says: 'config-invalid lockkeeper.yaml:13:12: suites.unit.mount is "/": the whole file system cannot be replaced; write a folder such as /work',
  },
  {
    name: 'a working directory outside of the mount',
    edits: [['timeout: 30m', 'workdir: ../other']],
    says: 'config-invalid lockkeeper.yaml:13:14: suites.unit.workdir is "../other": it must hold no ..',
  },
  {
    name: 'a source that is true',
    edits: [['timeout: 30m', 'source: true']],
    says: 'config-invalid lockkeeper.yaml:13:13: suites.unit.source is true; it must be a folder, or false for nothing',
  },
  {
    name: 'a network that is not offered',
    edits: [['timeout: 30m', 'network: host']],
    says: 'config-invalid lockkeeper.yaml:13:14: suites.unit.network is "host"; it must be none or default',
  },
  {
    name: 'a sentinel without words',
    edits: [['timeout: 30m', 'sentinel: []']],
    says: 'config-invalid lockkeeper.yaml:13:5: suites.unit.sentinel is an empty list; it must be a line for `sh -c`, or a list of words that is run as it is',
  },
  {
    name: 'a yes that YAML 1.2 does not know',
    edits: [['screen: 1', 'parallel: yes']],
    says: 'config-invalid lockkeeper.yaml:14:19: gate.parallel is "yes"; it must be true or false',
  },
  {
    name: 'more runs than there are',
    edits: [['screen: 1', 'screen: 10']],
    says: 'config-invalid lockkeeper.yaml:14:17: gate.screen is the number 10; it must be a whole number from 1 to 9',
  },
  {
    name: 'half a run',
    edits: [['screen: 1', 'screen: 1.5']],
    says: 'config-invalid lockkeeper.yaml:14:17: gate.screen is the number 1.5; it must be a whole number from 1 to 9',
  },
  {
    name: 'an alpha that no number of reruns can reach',
    edits: [['screen: 1', 'alpha: 0.001']],
    says: 'config-invalid lockkeeper.yaml:14:16: gate.alpha is 0.001, but 6 reruns a side prove nothing below 0.0011; raise alpha',
  },
  {
    name: 'an alpha that these reruns cannot reach',
    edits: [['screen: 1', 'confirm: 3, alpha: 0.01']],
    says: 'config-invalid lockkeeper.yaml:14:28: gate.alpha is 0.01, but 3 reruns a side prove nothing below 0.050; raise confirm, or alpha',
  },
  {
    name: 'tests within quotes of a rerun',
    edits: [['command: "pytest {tests}"', `command: 'pytest "{tests}"'`]],
    says: 'config-invalid lockkeeper.yaml:12:23: suites.unit.rerun.command holds {tests} within quotes, behind a backslash or in a comment; it is replaced by words that are quoted already, so write it bare',
  },
  {
    name: 'a must-pass glob that is empty',
    edits: [['timeout: 30m', 'must-pass: [""]']],
    says: 'config-invalid lockkeeper.yaml:13:17: suites.unit.must-pass[0] is ""; it must be a name',
  },
  {
    name: 'a waiver without an end',
    edits: [['gate:', `waivers: [{ test: "*", image: ci, author: Ada, reason: slow }]\ngate:`]],
    says: 'config-invalid lockkeeper.yaml:14:11: waivers[0] has no end; give until (a day) or candidate (a digest)',
  },
  {
    name: 'a waiver with two ends',
    edits: [
      [
        'gate:',
        `waivers:\n  - { test: "*", image: ci, author: Ada, reason: slow, until: 2026-12-31, candidate: "sha256:${'0'.repeat(64)}" }\ngate:`,
      ],
    ],
    says: 'config-invalid lockkeeper.yaml:15:5: waivers[0] has two ends; give until (a day) or candidate (a digest)',
  },
  {
    name: 'a waiver until a day that there is not',
    edits: [
      ['gate:', `waivers: [{ test: "*", image: ci, author: Ada, reason: slow, until: 2026-02-30 }]\ngate:`],
    ],
    says: 'config-invalid lockkeeper.yaml:14:69: waivers[0].until: it must be a day such as 2026-12-31',
  },
  {
    name: 'waivers of what is not there',
    edits: [
      [
        'gate:',
        `waivers: [{ test: "*", image: cj, suite: unti, author: Ada, reason: slow, until: 2026-12-31 }]\ngate:`,
      ],
    ],
    says: `config-invalid lockkeeper.yaml:14:31: it has 2 faults:
  lockkeeper.yaml:14:31: waivers[0].image names "cj", which is not there; did you mean ci?
  lockkeeper.yaml:14:42: waivers[0].suite names "unti", which is not there; did you mean unit?`,
  },
  {
    name: 'several faults at once',
    edits: [
      ['baseline', 'basline'],
      ['timeout: 30m', 'timeout: 30'],
      ['[unit]', '[unt]'],
      ['4g', '4GB'],
      ['format: junit', 'format: xml'],
    ],
    says: `config-invalid lockkeeper.yaml:4:5: it has 5 faults:
  lockkeeper.yaml:4:5: images.ci has no key "basline"; did you mean baseline?
  lockkeeper.yaml:6:14: images.ci.suites[0] names a suite "unt" that is not there; did you mean unit?
  lockkeeper.yaml:11:24: suites.unit.results.format is "xml"; it must be junit, tap, ctrf, go-test or exit-status
  lockkeeper.yaml:13:14: suites.unit.timeout is the number 30; it must be a duration with units, such as 90s, 30m or 1h30m
  lockkeeper.yaml:14:28: gate.memory: "4GB" is not a size; write it with a unit, such as 512m or 4g`,
  },
];

for (const { name, text, edits, says } of cases) {
  test(`a bad config is refused with its reason: ${name}`, () => {
    assert.equal(refusal(text ?? edited(edits ?? [])), says);
  });
}

test('every default of the smallest config is filled in', () => {
  const { images, suites, gate } = read(smallest);
  assert.deepEqual(images, [
    {
      name: 'ci',
      baseline: { registry: 'docker.io', repository: 'library/ci', tag: 'latest', written: 'ci' },
      promote: [{ registry: 'docker.io', repository: 'library/ci', tag: 'latest', written: 'ci' }],
      suites: ['unit'],
      origin: {
        kind: 'build',
        dockerfile: 'Dockerfile',
        context: '.',
        args: {},
        target: undefined,
        platforms: [],
      },
    },
  ]);
  assert.deepEqual(suites, [
    {
      name: 'unit',
      command: { kind: 'shell', line: 'make test' },
      source: '.',
      mount: '/work',
      workdir: '/work',
      env: {},
      results: { format: 'exit-status' },
      rerun: undefined,
      timeoutMs: 1_800_000,
      network: 'none',
      user: undefined,
      mustPass: [],
      sentinel: undefined,
    },
  ]);
  assert.deepEqual(gate, {
    engine: undefined,
    rule: {
      screenRuns: 1,
      confirmRuns: 6,
      exonerateRuns: 3,
      errorRuns: 3,
      alpha: 0.05,
      massShare: 0.8,
      lostCoverage: 'block',
      heldShare: 0.95,
    },
    parallel: false,
    memoryBytes: limits.trialMemoryBytesDefault,
    cpus: undefined,
    pids: limits.trialPidsDefault,
    diskBytes: limits.trialDiskBytesDefault,
    ledger: undefined,
    reuseMs: 86_400_000,
  });
});

test('the default timeout is the one of the limits', () => {
  assert.equal(read(smallest).suites[0]?.timeoutMs, limits.trialTimeoutMsDefault);
});

test('build arguments, variables, users and words keep the characters that were written', () => {
  const config = read(
    edited([
      [
        'PYTHON: 3.10',
        'PYTHON: 3.10, HEX: 0x1F, EMPTY: "", DATE: 2024-01-01, NO: no, ON: true, QUOTED: "007"',
      ],
      ['command: pytest -q', 'command: [sleep, 0.50]'],
      ['timeout: 30m', 'user: 0100'],
    ]),
  );
  const [image] = config.images;
  assert.deepEqual(image?.origin.kind === 'build' && image.origin.args, {
    PYTHON: '3.10',
    HEX: '0x1F',
    EMPTY: '',
    DATE: '2024-01-01',
    NO: 'no',
    ON: 'true',
    QUOTED: '007',
  });
  const [suite] = config.suites;
  assert.deepEqual(
    [suite?.env, suite?.command, suite?.user],
    [{ CI: 'true' }, { kind: 'argv', argv: ['sleep', '0.50'] }, '0100'],
  );
});

test('a working directory is relative to the mount or absolute', () => {
  const workdir = (line: string): string | undefined =>
    read(edited([['timeout: 30m', line]])).suites[0]?.workdir;
  assert.equal(workdir('workdir: packages/core'), '/work/packages/core');
  assert.equal(workdir('workdir: /srv'), '/srv');
  assert.equal(workdir('mount: /src/'), '/src');
});

test('an alias stands for what its anchor holds', () => {
  const config = read(
    edited([
      ['  unit:', '  unit: &unit'],
      ['gate:', '  again: *unit\ngate:'],
    ]),
  );
  assert.deepEqual(
    config.suites.map(({ name, command }) => [name, command.kind]),
    [
      ['unit', 'shell'],
      ['again', 'shell'],
    ],
  );
});

test('a repository that lies beside this one may be a source', () => {
  assert.equal(read(edited([['timeout: 30m', 'source: ../consumer']])).suites[0]?.source, '../consumer');
  assert.equal(read(edited([['timeout: 30m', 'source: false']])).suites[0]?.source, undefined);
});

test('companions of registries stand by their registry, and only hosts are taken', () => {
  const withRegistries = (text: string): Config =>
    readConfig(`${smallest}registries:\n  ${text}\n`, 'lockkeeper.yaml', '/repo');
  assert.deepEqual(
    withRegistries('registry.example.org: { companions: [auth.example.org:8443] }').companions,
    {
      'registry.example.org': ['auth.example.org:8443'],
    },
  );
  for (const text of [
    'registry.example.org: { companions: ["https://auth.example.org"] }',
    'registry.example.org: { companions: [auth.example.org/token] }',
    'registry.example.org: { companions: [] }',
    'registry.example.org: {}',
    'registry.example.org: { companion: [a.test] }',
    'https://registry.example.org: { companions: [a.test] }',
    'Registry.example.org: { companions: [a.test] }',
    'docker: { companions: [a.test] }',
    'registry.example.org:99999: { companions: [a.test] }',
  ])
    assert.throws(
      () => withRegistries(text),
      (error) => isFailure(error, 'config-invalid'),
      text,
    );
});

test('names to promote are spelled out, with their tag', () => {
  const config = read(edited([['[unit]', '[unit]\n    promote: [team/ci, "ghcr.io/team/ci:stable"]']]));
  assert.deepEqual(config.images[0]?.promote.map(formatReference), [
    'docker.io/team/ci:latest',
    'ghcr.io/team/ci:stable',
  ]);
});

test('a file that is too large is refused before it is parsed', () => {
  const says = refusal(`${good}# ${'x'.repeat(limits.configBytesMax)}`);
  assert.match(says, /^config-syntax lockkeeper\.yaml:1:1: it is \d+ bytes long; at most 1048576 are read$/);
});

test('a file of many faults shows twenty', () => {
  const keys = Array.from({ length: 30 }, (_, index) => `zz${index}: 1`).join('\n');
  const lines = refusal(`${good}${keys}\n`).split('\n');
  assert.deepEqual([lines.length, lines.at(-1)], [22, '  and 10 more']);
});

test('the policy is the digest of what can change a verdict', () => {
  const policy = (edits: readonly (readonly [string, string])[]): string => read(edited(edits)).policy;
  const before = policy([]);
  for (const edit of [
    ['command: pytest -q', 'command: pytest -v'],
    ['screen: 1', 'screen: 3'],
    ['memory: 4g', 'memory: 8g'],
    ['timeout: 30m', 'timeout: 31m'],
    ['timeout: 30m', 'must-pass: ["*"]'],
    ['screen: 1', 'reuse: 1h'],
    ['gate:', `waivers: [{ test: a, image: ci, author: Ada, reason: slow, until: 2026-12-31 }]\ngate:`],
  ] as const) {
    assert.notEqual(policy([edit]), before, edit[1]);
  }
  for (const edit of [
    ['timeout: 30m', 'timeout: 1800s'],
    ['    suites: [unit]\n', ''],
    ['ci.Dockerfile', 'next.Dockerfile'],
    ['timeout: 30m', 'source: ..'],
    ['screen: 1', 'engine: podman'],
    ['screen: 1', 'ledger: .lockkeeper'],
    ['gate:', `holds: [{ image: ci, author: Ada, reason: slow, until: 2026-12-31 }]\ngate:`],
  ] as const) {
    assert.equal(policy([edit]), before, edit[1]);
  }
});

test('any change of a good config parses or is refused at a place within the file', () => {
  const fragment = fc.constantFrom(
    '',
    ' ',
    '\n',
    ':',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '#',
    '&a ',
    '*a',
    '!t ',
    '~',
    '<<',
    '|',
    '\t',
    '0',
    '-1',
    '%',
    '\u0000',
    'ä',
    '🐳',
    '__proto__',
    '{tests}',
    '@sha256:',
  );
  const change = fc.record({
    at: fc.nat(good.length),
    cut: fc.nat(12),
    put: fc.oneof(fragment, fc.string({ unit: 'binary', maxLength: 6 })),
  });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 3 }), (changes) => {
      const text = changes.reduce(
        (before, { at, cut, put }) => before.slice(0, at) + put + before.slice(at + cut),
        good,
      );
      assertReadOrPlaced(text);
    }),
    { numRuns: 200 },
  );
});

test('any text at all parses or is refused at a place within it', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), assertReadOrPlaced), { numRuns: 100 });
});

function read(text: string): Config {
  return readConfig(text, 'lockkeeper.yaml', '/srv/repo');
}

function edited(edits: readonly (readonly [string, string])[]): string {
  return edits.reduce((text, [from, to]) => {
    assert.ok(text.includes(from), from);
    return text.replace(from, () => to);
  }, good);
}

function refusal(text: string): string {
  const failure = failureOf(text);
  assert.ok(failure?.where !== undefined, 'it is refused, at a place');
  return `${failure.code} ${formatWhere(failure.where)}: ${failure.message}`;
}

function failureOf(text: string): Failure | undefined {
  try {
    read(text);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function assertReadOrPlaced(text: string): void {
  const failure = failureOf(text);
  if (failure === undefined) return;
  const { line = 0, column = 0 } = failure.where ?? {};
  const lines = text.split('\n');
  assert.ok(['config-syntax', 'config-invalid'].includes(failure.code));
  assert.ok(line >= 1 && line <= lines.length, `line ${line} of ${lines.length}`);
  assert.ok(column >= 1 && column <= (lines[line - 1] ?? '').length + 1, `column ${column}`);
}
