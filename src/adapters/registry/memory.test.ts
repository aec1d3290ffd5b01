import { repositoryContract } from '../../../test/contracts/repository.ts';
import { MemoryRegistries } from './memory.ts';

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
