import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { repositoryContract } from '../../../test/contracts/repository.ts';
import { diskLayouts } from './layout.ts';

const root = await mkdtemp(path.join(tmpdir(), 'lockkeeper-layout-'));
after(() => rm(root, { recursive: true, force: true }));
let made = 0;

repositoryContract('layout', {
  make: () => {
    made += 1;
    return diskLayouts.openOrCreate(path.join(root, String(made)));
  },
});
