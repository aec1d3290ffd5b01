import type { Mention } from '../../../model/mention.ts';
import type { Finder } from '../finder.ts';
import { keyedValues, type Keyed } from '../text/keyed.ts';
import { sureOfArgument } from '../text/keys.ts';
import type { Scope } from '../text/scope.ts';
import { spell, type Sureness } from '../text/spell.ts';
import type { SourceText } from '../source-text.ts';
import { distinct } from '../yaml/collector.ts';
import { dockerfileMentions } from './dockerfile.ts';

/** Docker's bake files in HCL and JSON. `tags` are what is built here. */
export const bake: Finder = {
  find: (source) => {
    const values = keyedValues(source, 'hash-and-slash');
    const scope = variableDefaults(source, values);
    return {
      mentions: distinct([
        ...inlineDockerfiles(source),
        ...values.flatMap((each) => {
          const { key, path } = each;
          const around = path.filter((name) => name !== '');
          if (
            ['tags', 'output', 'cache-to', 'labels', 'dockerfile', 'context', 'target'].some(
              (name) => key === name || around.at(-1) === name,
            )
          )
            return [];
          const skip = /^type=registry,ref=/.exec(each.value)?.[0].length ?? 0;
          const span = { start: each.span.start + skip, end: each.span.end };
          return spell({
            source,
            span,
            syntax: 'bake',
            owner: [...around, key].join('.'),
            dialect: 'hcl',
            scope,
            sure: sureOf(each),
          });
        }),
      ]),
      faults: [],
    };
  },
};

/** `dockerfile-inline = <<EOT` */
function inlineDockerfiles(source: SourceText): readonly Mention[] {
  const heredocs = source.text.matchAll(
    /dockerfile-inline[ \t]*=[ \t]*<<-?[ \t]*"?([A-Za-z_]\w{0,60})"?[^\n]{0,100}\n/g,
  );
  return Array.from(heredocs).flatMap(({ 0: head, 1: word = '', index }) => {
    const start = index + head.length;
    const end = source.text.indexOf(`\n${word}`, start - 1);
    return dockerfileMentions(source.only({ start, end: end === -1 ? source.text.length : end }), 'bake');
  });
}

function sureOf({ key, value, path }: Keyed): Sureness {
  const isContext = path.at(-1) === 'contexts' || value.startsWith('docker-image://');
  if (isContext) return 'name';
  const variable = /^variable (\S+)$/.exec(path.at(-1) ?? '')?.[1];
  if (key === 'default' && variable !== undefined) return sureOfArgument(variable);
  return value.startsWith('type=registry') ? 'likely' : sureOfArgument(key);
}

function variableDefaults(source: SourceText, values: readonly Keyed[]): Scope {
  return {
    find: (name) =>
      values
        .filter(({ key, path }) => key === 'default' && path.includes(`variable ${name}`))
        .map(({ value, span }) => ({ text: value, at: { source, span } })),
    why: (name) => `the variable ${name} has no default in this file`,
  };
}
