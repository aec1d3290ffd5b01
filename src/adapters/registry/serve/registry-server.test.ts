import { repositoryContract, sha512Contract } from '../../../../test/contracts/repository.ts';
import { sharedServedRegistry } from '../../../../test/support/served-registry.ts';

const shared = sharedServedRegistry();
let made = 0;

function freshName(): string {
  made += 1;
  return `team/contract-${made}`;
}

repositoryContract('our own registry', {
  make: async () => {
    const { registries, host } = await shared();
    return registries.open(host, freshName());
  },
  async makePair() {
    const { registries, host } = await shared();
    const fromPath = freshName();
    return {
      from: registries.open(host, fromPath),
      fromPath,
      to: registries.open(host, freshName()),
    };
  },
});

sha512Contract('our own registry', async () => {
  const { registries, host } = await shared();
  return registries.open(host, freshName());
});
