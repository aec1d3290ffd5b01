import type { FinderEntry } from './finder.ts';

const yaml = ['yml', 'yaml'];

/** The finders of CI systems whose files are YAML with telling names. */
export const ciFinders: readonly FinderEntry[] = [
  {
    syntax: 'github-actions',
    endings: yaml,
    paths: /(?:^|\/)\.(?:github|gitea|forgejo)\/|(?:^|\/)action\.ya?ml$/,
    takes: true,
    marks: ['container', 'image', 'docker', 'services', 'runs-on', 'sha256:', 'podman', 'uses'],
    load: async () => (await import('./finders/github-actions.ts')).githubActions,
  },
  {
    syntax: 'gitlab-ci',
    endings: yaml,
    paths: /(?:^|\/)(?:[\w.-]*\.)?gitlab-ci[\w.-]*\.ya?ml$|(?:^|\/)\.gitlab\//,
    takes: true,
    marks: [],
    load: async () => (await import('./finders/gitlab-ci.ts')).gitlabCi,
  },
  {
    syntax: 'circleci',
    endings: yaml,
    paths: /(?:^|\/)\.circleci\//,
    takes: true,
    marks: ['image', 'docker'],
    load: async () => (await import('./finders/circleci.ts')).circleci,
  },
  {
    syntax: 'azure-pipelines',
    endings: yaml,
    paths: /(?:^|\/)(?:\.?azure-?pipelines?|\.vsts|\.azuredevops|\.ado)[^/]*(?:\/.*)?\.ya?ml$/i,
    takes: true,
    marks: ['mage', 'container', 'docker', 'sha256:'],
    load: async () => (await import('./finders/azure-pipelines.ts')).azurePipelines,
  },
  {
    syntax: 'bitbucket',
    names: ['bitbucket-pipelines.yml', 'bitbucket-pipelines.yaml'],
    takes: true,
    marks: ['image', 'docker', 'runs-on'],
    load: async () => (await import('./finders/bitbucket.ts')).bitbucket,
  },
  {
    syntax: 'drone',
    endings: yaml,
    paths: /(?:^|\/)\.(?:drone|woodpecker|crow|vela)(?:[\w.-]*\.ya?ml$|\/)/,
    takes: true,
    marks: ['image', 'docker'],
    load: async () => (await import('./finders/drone.ts')).drone,
  },
  {
    syntax: 'cloud-build',
    endings: yaml,
    paths: /(?:^|\/)[\w.-]*cloudbuild[\w.-]*\.ya?ml$/i,
    takes: true,
    marks: ['name', 'docker'],
    load: async () => (await import('./finders/cloud-build.ts')).cloudBuild,
  },
  {
    syntax: 'buildkite',
    endings: yaml,
    paths: /(?:^|\/)\.?buildkite\/|(?:^|\/)buildkite[\w.-]*\.ya?ml$/,
    takes: true,
    marks: ['image', 'docker', 'queue'],
    load: async () => (await import('./finders/buildkite.ts')).buildkite,
  },
  {
    syntax: 'travis',
    names: ['.travis.yml', '.travis.yaml'],
    takes: true,
    marks: ['docker', 'image', 'dist', 'podman', 'sha256:'],
    load: async () => (await import('./finders/travis.ts')).travis,
  },
  {
    syntax: 'concourse',
    endings: yaml,
    paths:
      /(?:^|\/)(?:\.?concourse|ci\/(?:tasks?|pipelines?))(?:\/|[\w.-]*\.ya?ml$)|(?:^|\/)pipeline\.ya?ml$/,
    takes: true,
    marks: ['image', 'repository'],
    load: async () => (await import('./finders/concourse.ts')).concourse,
  },
];
