import type { Finder } from '../finder.ts';
import { keyedValues } from '../text/keyed.ts';
import { scriptMentions } from '../text/script.ts';
import { spell } from '../text/spell.ts';
import { sureOfArgument, sureOfKey } from '../text/keys.ts';
import { distinct } from '../yaml/collector.ts';

const command = /^\s*(?:sudo\s+)?(?:docker|podman)\s/;

/** `devcontainer.json`, with its comments. Features are no images. */
export const devcontainer: Finder = {
  find: (source) => ({
    mentions: distinct(
      keyedValues(source, 'slash').flatMap(({ key, value, span, path }) => {
        if (path.some((name) => /features|extensions|customizations/.test(name))) return [];
        if (command.test(value)) return scriptMentions({ source, span, syntax: 'devcontainer', owner: key });
        const isImage = key === 'image' && path.length <= 1;
        const sure = isImage ? 'name' : path.at(-1) === 'args' ? sureOfArgument(key) : sureOfKey(key);
        const owner = [...path.filter((name) => name !== ''), key].join('.');
        return spell({ source, span, syntax: 'devcontainer', owner, dialect: 'hcl', sure });
      }),
    ),
    faults: [],
  }),
};
