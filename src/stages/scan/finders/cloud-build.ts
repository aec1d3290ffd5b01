import { member, type YamlNode } from '../../../base/yaml-node.ts';
import type { Finder } from '../finder.ts';
import type { Scope } from '../text/scope.ts';
import { commandMentions } from '../text/script.ts';
import { Collector } from '../yaml/collector.ts';
import { itemsOf, spanIn, variablesScope } from '../yaml/nodes.ts';

/** Google Cloud Build: the image of a step is its `name`. What `images:` lists is built here. */
export const cloudBuild: Finder = {
  find: (source) => {
    const collector = new Collector(source, 'cloud-build', 'shell');
    for (const root of collector.roots) {
      const scope = variablesScope(source, [member(root, 'substitutions')], whyOf);
      collector.values(member(root, 'substitutions'), 'substitutions', { scope });
      for (const [index, step] of itemsOf(member(root, 'steps')).entries()) {
        const owner = `steps.${index}`;
        collector.name(member(step, 'name'), owner, { scope });
        collector.script(member(step, 'script'), `${owner}.script`, scope);
        readArguments(collector, step, { owner, scope });
      }
    }
    return collector.found();
  },
};

/** The arguments of a step whose image is docker are those of the program; of any other, a shell's script may be one. */
function readArguments(
  collector: Collector,
  step: YamlNode,
  { owner, scope }: { readonly owner: string; readonly scope: Scope },
): void {
  const { source } = collector;
  const name = member(step, 'name');
  const args = itemsOf(member(step, 'args'));
  if (name?.kind !== 'scalar' || !/(?:^|\/)docker(?:[:@]|$)/.test(name.source)) {
    for (const item of args) collector.script(item, `${owner}.args`, scope);
    return;
  }
  const words = args.flatMap((item) => {
    const span = spanIn(source, item);
    return span === undefined ? [] : [{ text: source.slice(span), span, isQuoted: false }];
  });
  const program = { text: 'docker', span: name.span, isQuoted: false };
  const script = { source, span: name.span, syntax: 'cloud-build', owner: `${owner}.args`, scope } as const;
  collector.add(commandMentions(script, [program, ...words]));
}

function whyOf(name: string): string {
  return name.startsWith('_')
    ? `the substitution ${name} has no default`
    : `Cloud Build sets ${name} when it runs`;
}
