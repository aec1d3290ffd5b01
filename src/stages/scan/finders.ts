import type { FinderEntry } from './finder.ts';
import { ciFinders } from './finders-ci.ts';

const yaml = ['yml', 'yaml'];
const sourceEndings = [
  ...['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs', 'py', 'go', 'rs', 'java', 'kt', 'kts', 'scala'],
  ...[
    'groovy',
    'gradle',
    'rb',
    'php',
    'cs',
    'fs',
    'swift',
    'c',
    'h',
    'cc',
    'cpp',
    'hpp',
    'lua',
    'dart',
    'ex',
    'exs',
  ],
  ...[
    'star',
    'bzl',
    'nix',
    'json',
    'json5',
    'jsonc',
    'jsonnet',
    'libsonnet',
    'cue',
    'toml',
    'xml',
    'props',
    'targets',
    'proj',
    'csproj',
  ],
];

/**
 * All finders. Where two see the same name at the same place, the first one counts. To add one:
 * `npm run new-finder NAME`, docs/guides/new-finder.md.
 */
export const finders: readonly FinderEntry[] = [
  ...ciFinders,
  {
    syntax: 'compose',
    endings: [...yaml, 'json'],
    paths:
      /(?:^|\/)(?:docker-|podman-)compose[\w.-]*\.json$|(?:^|\/)(?:docker-|podman-)?compose[\w.-]*\.ya?ml$|(?:^|\/)[\w.-]+\.compose\.ya?ml$|(?:^|\/)docker-stack[\w.-]*\.ya?ml$/,
    takes: true,
    marks: ['image', 'docker', 'context', 'sha256:'],
    load: async () => (await import('./finders/compose.ts')).compose,
  },
  {
    syntax: 'ansible',
    endings: yaml,
    paths:
      /(?:^|\/)(?:ansible|playbooks?|roles|group_vars|host_vars)\/|(?:^|\/)(?:playbook|site)[\w.-]*\.ya?ml$/,
    takes: true,
    marks: ['image', 'docker', 'sha256:'],
    load: async () => (await import('./finders/ansible.ts')).ansible,
  },
  {
    syntax: 'kubernetes',
    endings: [...yaml, 'gotmpl', 'tpl', 'tmpl', 'j2', 'in', 'template', 'dist', 'example', 'sample'],
    paths: /\.ya?ml(?:\.\w+)?$/,
    rest: true,
    marks: [
      'mage',
      'repository',
      'sha256:',
      'newName',
      'newTag',
      'container:',
      'docker',
      'podman',
      'k3d',
      'skopeo',
      'crane',
      'value:',
      'default:',
    ],
    load: async () => (await import('./finders/kubernetes.ts')).kubernetes,
  },
  {
    syntax: 'helix',
    endings: [...yaml, 'proj', 'props', 'targets', 'csproj', 'cs', 'fs', 'json'],
    marks: ['@', 'Helix', 'helix', '.Open'],
    pattern:
      /\([\w.-]{1,100}\)[\w-]{1,100}\.[\w-]|(?:\.[\w-]{1,100}){2}@[\w.-]{1,100}\/|\.(?:amd64|arm64|arm32|armarch|s390x|ppc64le|riscv64|x64|x86|android)\b/i,
    load: async () => (await import('./finders/helix.ts')).helix,
  },
  {
    syntax: 'dockerfile',
    paths:
      /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.(?!(?:.*\.)?(?:dockerignore|md|rst|html|snap)$)[^/]+)?$|(?:^|\/)(?:dockerfile|containerfile|(?:[Dd]ockerfile|[Cc]ontainerfile)[_-][\w-]+)(?:\.(?:tmpl|tpl|j2|in))?$|[^/]\.(?:[Dd]ockerfile|[Cc]ontainerfile)(?:\.(?:tmpl|tpl|j2|in))?$/,
    marks: [],
    load: async () => (await import('./finders/dockerfile.ts')).dockerfile,
  },
  {
    syntax: 'earthfile',
    names: ['earthfile'],
    marks: ['FROM', 'docker', 'WITH'],
    load: async () => (await import('./finders/earthfile.ts')).earthfile,
  },
  {
    syntax: 'devcontainer',
    endings: ['json', 'jsonc'],
    paths: /(?:^|\/)\.?devcontainer(?:[\w.-]*\.jsonc?$|\/)/,
    takes: true,
    marks: [],
    load: async () => (await import('./finders/devcontainer.ts')).devcontainer,
  },
  {
    syntax: 'bake',
    endings: ['hcl', 'json'],
    paths: /(?:^|\/)(?:[\w.-]*[.-])?bake[\w.-]*\.(?:hcl|json)$/,
    takes: true,
    marks: [],
    load: async () => (await import('./finders/bake.ts')).bake,
  },
  {
    syntax: 'terraform',
    endings: ['tf', 'tfvars', 'hcl', 'nomad', 'tofu'],
    paths: /^(?!(?:.*\/)?(?:[\w.-]*[.-])?bake[\w.-]*\.hcl$)/,
    marks: ['image', 'ami', 'sha256:', '/'],
    load: async () => (await import('./finders/terraform.ts')).terraform,
  },
  {
    syntax: 'buildpacks',
    endings: ['toml'],
    paths: /(?:^|\/)(?:[\w.-]*[._-])?(?:project|builder|buildpack|package)\.toml$/,
    takes: true,
    marks: ['image', 'builder', 'docker://'],
    load: async () => (await import('./finders/buildpacks.ts')).buildpacks,
  },
  {
    syntax: 'bazel',
    endings: ['bazel', 'bzl', 'workspace', 'bzlmod'],
    names: ['workspace', 'build'],
    marks: ['pull'],
    load: async () => (await import('./finders/bazel.ts')).bazel,
  },
  {
    syntax: 'quadlet',
    endings: ['container', 'image', 'volume', 'pod', 'build', 'kube'],
    marks: ['Image=', 'docker', 'podman'],
    load: async () => (await import('./finders/quadlet.ts')).quadlet,
  },
  {
    syntax: 'jenkins',
    names: ['jenkinsfile'],
    endings: ['jenkinsfile', 'groovy'],
    paths: /./,
    marks: ['docker', 'image', 'label', 'node', 'podman'],
    load: async () => (await import('./finders/jenkins.ts')).jenkins,
  },
  {
    syntax: 'make',
    names: ['makefile', 'gnumakefile', 'justfile'],
    endings: ['mk', 'make', 'mak'],
    marks: ['docker', 'podman', 'IMAGE', 'image', '/'],
    load: async () => (await import('./finders/make.ts')).make,
  },
  {
    syntax: 'dotenv',
    paths: /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env)$/,
    marks: [],
    load: async () => (await import('./finders/dotenv.ts')).dotenv,
  },
  {
    syntax: 'shell',
    endings: ['sh', 'bash', 'zsh', 'bats', 'ksh', 'fish', 'ps1', 'psm1', 'bat', 'cmd'],
    names: ['.envrc', '.bashrc'],
    marks: [
      'docker',
      'podman',
      'image',
      'IMAGE',
      'kubectl',
      'crane',
      'skopeo',
      'nerdctl',
      'buildah',
      'k3d',
      'kind',
      'pack',
      'trivy',
      'cosign',
      '/',
    ],
    load: async () => (await import('./finders/shell.ts')).shell,
  },
  {
    // Scripts without an ending say in their first line what reads them.
    syntax: 'shell',
    paths: /(?:^|\/)[\w-]+$/,
    marks: ['docker', 'podman', 'IMAGE=', 'kubectl', 'crane', 'skopeo', 'k3d', 'sha256:'],
    pattern: /^(?:\xef\xbb\xbf)?#![^\n]{0,80}\b(?:ba|da|z|k)?sh\b/,
    load: async () => (await import('./finders/shell.ts')).shell,
  },
  {
    syntax: 'source',
    endings: sourceEndings,
    names: ['tiltfile', 'vagrantfile'],
    rest: true,
    marks: [],
    pattern:
      /["'`](?:docker:\/\/)?[\w-]+[.:][\w.:-]*\/[\w./-]+(?::[\w.-]+|@sha256:)|["'`](?:docker|podman|nerdctl|skopeo|crane|buildah|kubectl|k3d|kind|minikube)["'`\s]|(?:image|img)[\w"'\]<>.]{0,40}[ \t]{0,9}(?:[:=(]|:=|=>)[ \t]{0,9}["'`][\w./-]{1,200}[:@\w]|container[\w<>.]{0,40}\(\s{0,9}["'`][a-z]|(?:\.(?:from|run|pull)|parse)\((?:\w+,\s)?["'`][\w./-]|\n[ \t]*apiVersion:[ \t]|dockertest|\.AddContainer\(/i,
    load: async () => (await import('./finders/source.ts')).sourceCode,
  },
  {
    syntax: 'xml',
    endings: ['xml', 'props', 'targets', 'proj', 'csproj', 'fsproj', 'vbproj'],
    marks: ['mage>', 'builder>', 'from>', 'sha256:', '/'],
    pattern: />\s{0,200}[\w-]{1,100}[\w./:@-]{0,400}[:@][\w.-]{1,100}\s{0,200}</,
    load: async () => (await import('./finders/xml.ts')).xml,
  },
  {
    syntax: 'settings',
    endings: ['ini', 'cfg', 'properties', 'conf', 'service'],
    marks: ['mage', 'docker', 'podman', 'MAGE', 'sha256:'],
    load: async () => (await import('./finders/settings.ts')).settings,
  },
  {
    // In any file that a tool may read: no prose, no styles, no pictures, nothing that is packed or compiled.
    syntax: 'renovate-comment',
    matches: (path) => !isNoSettings(path),
    marks: ['datasource=docker'],
    load: async () => (await import('./finders/renovate-comment.ts')).renovateComment,
  },
  {
    syntax: 'machine',
    endings: [...yaml, 'json', 'tf', 'hcl', 'bicep', 'j2', 'toml', 'sh', 'bash', 'zsh', 'ps1'],
    marks: [
      'ami-',
      'mage-family',
      'mage_family',
      '/images/',
      'simplestreams',
      'offer',
      'lxc ',
      'incus ',
      '--image',
      'urn',
    ],
    pattern:
      /\bami-[0-9a-f]{8}|\/global\/images\/|image[-_]family|simplestreams|\boffer\b|\b(?:lxc|incus)[ \t]{1,9}(?:launch|init|image)|[\w-]:[\w.-]+:[\w.-]+:(?:latest|\d)/i,
    load: async () => (await import('./finders/machine.ts')).machine,
  },
];

const noSettings = new Set(
  (
    'md markdown mdx rst adoc css scss sass less html htm svg png jpg jpeg gif ico webp bmp pdf woff woff2 ttf eot otf ' +
    'mp3 mp4 wav ogg webm zip gz tgz bz2 xz zst tar 7z rar jar war class o a so dylib dll exe pyc wasm bin dat db map snap po pot mo'
  ).split(' '),
);

function isNoSettings(path: string): boolean {
  return noSettings.has(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
}
