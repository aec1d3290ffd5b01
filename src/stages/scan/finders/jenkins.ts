import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import { withoutComments } from '../text/comments.ts';
import { sureOfKey } from '../text/keys.ts';
import type { Scope, Setting } from '../text/scope.ts';
import { scriptMentions } from '../text/script.ts';
import { spell } from '../text/spell.ts';
import { distinct } from '../yaml/collector.ts';

const named =
  /\b(image|docker|dockerImage|containerImage|docker\.image|agentImage)\b[ \t]{0,9}(?:[:=(]\s{0,20}){0,2}(["'])([^"'\n]{1,600})\2/g;
const embedded = /^[ \t]*(?:-[ \t]+)?image:[ \t]*["']?([^\s"'#]+)/gm;
const scripts = /\b(?:sh|bat|powershell)\b[ \t(]{0,9}(?:script:[ \t]*)?("""|'''|"|')/g;

/** Jenkinsfiles: `agent { docker … }`, `docker.image(…)`, pod templates, YAML in strings, and the commands of `sh`. */
export const jenkins: Finder = {
  find: (source) => {
    const text = withoutComments(source.text, 'slash');
    const settings = new Map<string, readonly Setting[]>();
    for (const match of text.matchAll(/\b([A-Za-z_]\w*)[ \t]*=[ \t]*(["'])([^"'\n]*)\2/g)) {
      const [whole, , name = '', value = ''] = [match[0], '', match[1], match[3]];
      const end = match.index + whole.length - 1;
      settings.set(name, [{ text: value, at: { source, span: { start: end - value.length, end } } }]);
    }
    const scope: Scope = {
      find: (name) => settings.get(name.replace(/^(?:env|params)\./, '')) ?? [],
      why: (name) => `${name} is set nowhere in this file`,
    };
    const common = { source, syntax: 'jenkins', dialect: 'shell', scope } as const;
    const images = Array.from(text.matchAll(named)).flatMap(
      ({ 0: whole, 1: owner = '', 3: name = '', index }): readonly Mention[] => {
        const end = index + whole.length - 1;
        return spell({ ...common, span: { start: end - name.length, end }, owner, sure: 'name' });
      },
    );
    const pods = Array.from(text.matchAll(embedded)).flatMap(({ 0: whole, 1: name = '', index }) => {
      const end = index + whole.length;
      return spell({ ...common, span: { start: end - name.length, end }, owner: 'image', sure: 'name' });
    });
    const variables = [...settings].flatMap(([owner, [setting]]) =>
      setting?.at === undefined ? [] : spell({ ...common, ...setting.at, owner, sure: sureOfKey(owner) }),
    );
    const labels = Array.from(text.matchAll(/\b(label|node)\b[ \t(]{1,9}(["'])([^"'\n]{1,200})\2/g)).flatMap(
      ({ 0: whole, 1: owner = '', 3: name = '', index }) => {
        const end = index + whole.length - 1;
        return spell({ ...common, span: { start: end - name.length, end }, owner, sure: 'vm' });
      },
    );
    const commands = Array.from(text.matchAll(scripts)).flatMap(({ 0: whole, 1: quote = '', index }) => {
      const start = index + whole.length;
      const close = text.indexOf(quote, start);
      return scriptMentions({
        ...common,
        span: { start, end: close === -1 ? text.length : close },
        owner: 'sh',
      });
    });
    return { mentions: distinct([...images, ...pods, ...labels, ...commands, ...variables]), faults: [] };
  },
};
