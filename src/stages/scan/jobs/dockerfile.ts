import type { Mention } from '../../../model/mention.ts';
import type { FileSurvey } from '../finder.ts';
import type { SourceText } from '../source-text.ts';
import { directivesOf, instructionsOf } from '../text/instructions.ts';

/** Arguments that builders set by themselves. */
const predefined =
  /^(?:(?:HTTP|HTTPS|FTP|NO|ALL)_PROXY|(?:TARGET|BUILD)(?:PLATFORM|OS|ARCH|VARIANT)|SOURCE_DATE_EPOCH|BUILDKIT_.*)$/i;

/** The stages of a Dockerfile, the images that they begin with, and the arguments that it asks for. */
export function surveyDockerfile(source: SourceText, mentions: readonly Mention[]): FileSurvey {
  const stages: string[] = [];
  const declared = new Map<string, boolean>();
  const escape = directivesOf(source).get('escape')?.text === '`' ? '`' : '\\';
  for (const { name, words } of instructionsOf(source, escape)) {
    if (name === 'ARG') {
      for (const { text } of words) {
        const [, arg, value] = /^([A-Za-z_]\w*)(=.*)?$/s.exec(text) ?? [];
        // Declared once more within a stage, it keeps the default from before.
        if (arg !== undefined) declared.set(arg, value === undefined && declared.get(arg) !== false);
      }
    }
    if (name !== 'FROM') continue;
    const [, as, stage] = words.filter(({ text }) => !text.startsWith('--'));
    if (as?.text.toLowerCase() === 'as' && stage !== undefined) stages.push(stage.text.toLowerCase());
  }
  const openArgs = [...declared]
    .filter(([name, open]) => open && !predefined.test(name))
    .map(([name]) => name);
  const bases = mentions.filter(({ owner }) => /^stage \S+$/.test(owner));
  return { dockerfile: { file: source.path, stages, bases, openArgs } };
}
