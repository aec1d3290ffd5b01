import { testRunnerOf } from '../support/runner-under-test.ts';

testRunnerOf('docker');
