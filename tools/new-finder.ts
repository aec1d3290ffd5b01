import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import process from 'node:process';

/** `npm run new-finder NAME`: a finder that works, the small repository for its test, and what is left to be written. */
function main([name, ...rest]: readonly string[]): number {
  if (name === undefined || rest.length > 0 || !/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
    console.error('usage: npm run new-finder NAME, where NAME is like my-ci');
    return 2;
  }
  const identifier = name.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const file = `src/stages/scan/finders/${name}.ts`;
  const repository = `test/support/scan/${name}.txt`;
  if (existsSync(file) || existsSync(repository)) {
    console.error(`${file} or ${repository} is there already`);
    return 2;
  }
  const template = readFileSync(`${import.meta.dirname}/new-finder.template`, 'utf8');
  writeFileSync(file, template.replaceAll('NAME', name).replaceAll('IDENTIFIER', identifier));
  writeFileSync(repository, `-- ${name}.yml --\nimage: debian:12\n`);
  console.log(
    [
      `wrote ${file} and ${repository}; now add`,
      `  to mentionSyntaxes in src/model/mention.ts: '${name}',`,
      `  to finders in src/stages/scan/finders.ts: { syntax: '${name}', names: ['${name}.yml'], takes: true, marks: ['image'], load: async () => (await import('./finders/${name}.ts')).${identifier} },`,
      `  to repos in src/stages/scan/spellings.test.ts: '${name}',`,
      'and read docs/guides/new-finder.md',
    ].join('\n'),
  );
  return 0;
}

process.exitCode = main(process.argv.slice(2));
