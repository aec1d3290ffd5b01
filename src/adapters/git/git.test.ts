import { gitContract } from '../../../test/contracts/git.ts';
import { diskGround, memoryGround } from '../../../test/support/git-ground.ts';

gitContract('memory', () => Promise.resolve(memoryGround()));
gitContract('git on disk', diskGround);
