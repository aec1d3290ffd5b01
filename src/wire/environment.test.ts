import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gitEnvironment, gitRemoteEnvironment } from './environment.ts';

test('git gets what finds it and its remotes, and nothing else of the shell', () => {
  const shell = {
    PATH: '/bin',
    HOME: '/home/ada',
    SSH_AUTH_SOCK: '/run/agent',
    GIT_ASKPASS: '/bin/ask',
    https_proxy: 'http://proxy.example:3128',
    NO_PROXY: '',
    GITHUB_TOKEN: 'secret',
    GIT_DIR: '/elsewhere',
    GIT_CONFIG_COUNT: '1',
    SSH_ASKPASS: '/bin/window',
    DISPLAY: ':0',
  };
  assert.deepEqual(gitEnvironment(shell), { PATH: '/bin', HOME: '/home/ada' });
  assert.deepEqual(gitRemoteEnvironment(shell), {
    PATH: '/bin',
    HOME: '/home/ada',
    SSH_AUTH_SOCK: '/run/agent',
    GIT_ASKPASS: '/bin/ask',
    https_proxy: 'http://proxy.example:3128',
  });
});
