import { layoutContract } from '../../../test/contracts/layout.ts';
import { repositoryContract, sha512Contract } from '../../../test/contracts/repository.ts';
import { MemoryLayout, MemoryRegistries } from './memory.ts';

repositoryContract('memory', {
  make: () => Promise.resolve(new MemoryRegistries().open('registry.test', 'team/ci')),
  makePair: () => {
    const registries = new MemoryRegistries();
    return Promise.resolve({
      from: registries.open('registry.test', 'team/base'),
      fromPath: 'team/base',
      to: registries.open('registry.test', 'team/ci'),
    });
  },
});

repositoryContract('memory layout', { make: () => Promise.resolve(new MemoryLayout('memory')) });
sha512Contract('memory layout', () => Promise.resolve(new MemoryLayout('memory')));
layoutContract('memory layout', () => Promise.resolve(new MemoryLayout('memory')));
