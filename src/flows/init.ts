import path from 'node:path';
import { readConfig } from '../model/config.ts';
import { placeholdersOf, type Placeholder } from '../model/config-placeholder.ts';
import type { Survey } from '../model/survey.ts';
import { configExists, configFileName, type ConfigFiles } from '../ports/config-file.ts';
import type { Tree, Trees } from '../ports/file-tree.ts';
import { scan } from '../stages/scan/scan.ts';
import { proposeImages } from './init-images.ts';
import { proposeSuites } from './init-suites.ts';
import { configText } from './init-text.ts';

export interface InitOrder {
  /** Absolute. */
  readonly directory: string;
  /** Write over a config that is there. */
  readonly replace: boolean;
  /** Write nothing. */
  readonly dryRun: boolean;
}

export interface InitTools {
  readonly trees: Trees;
  readonly configFiles: ConfigFiles;
}

export interface Initiation {
  /** Absolute path of the config. */
  readonly file: string;
  readonly text: string;
  readonly written: boolean;
  readonly found: InitFindings;
  /** What a person has to write before a gate can run. */
  readonly placeholders: readonly Placeholder[];
  /** What could not be told, one sentence each. */
  readonly unclear: readonly string[];
}

export interface InitFindings {
  readonly dockerfiles: readonly string[];
  /** Jobs of CI that run in an image, and which. */
  readonly jobs: readonly {
    readonly name: string;
    readonly file: string;
    readonly line: number;
    readonly image: string;
  }[];
  /** Commands of CI that build images. */
  readonly recipes: readonly {
    readonly file: string;
    readonly line: number;
    readonly dockerfile: string;
    readonly names: readonly string[];
  }[];
  readonly toolchains: readonly { readonly name: string; readonly shownBy: string }[];
}

/**
 * Looks at a repository and writes a lockkeeper.yaml for it.
 * @throws Failure `config-exists`, and what reading the folder or writing the file throws
 */
export async function initConfig(order: InitOrder, { trees, configFiles }: InitTools): Promise<Initiation> {
  const tree = await openRoot(trees, order.directory);
  const file = path.join(tree.path, configFileName);
  if (!order.replace && !order.dryRun && (await configFiles.find(tree.path)) === file)
    throw configExists(file);
  const survey = await scan(tree, { survey: true, patterns: [] });
  const repository = path.basename(tree.path) || 'repository';
  const images = proposeImages(survey, repository);
  const { suites, guards } = proposeSuites(
    survey,
    images.flatMap(({ jobs }) => jobs),
  );
  const text = configText({
    images,
    suites,
    guards: new Map(images.map(({ name, jobs }) => [name, guards(jobs)])),
  });
  // What we write is read by our own reader before anybody else sees it.
  const config = readConfig(text, configFileName, tree.path);
  if (!order.dryRun) await configFiles.write(file, text, { replace: order.replace });
  return {
    file,
    text,
    written: !order.dryRun,
    found: findingsOf(survey),
    placeholders: placeholdersOf(config),
    unclear: unclearIn(
      survey,
      new Set(images.flatMap(({ origin }) => (origin.kind === 'build' ? [origin.dockerfile] : []))),
    ),
  };
}

/** CI files lie at the root of a repository; a config anywhere else would not see them. */
async function openRoot(trees: Trees, directory: string): Promise<Tree> {
  const here = await trees.open(directory);
  return here.root === undefined || here.root === here.path ? here : trees.open(here.root);
}

function findingsOf({ dockerfiles, jobs, recipes, toolchains }: Survey): InitFindings {
  return {
    dockerfiles: dockerfiles.map(({ file }) => file),
    jobs: jobs.map(({ name, file, line, image }) => ({ name, file, line, image: image.text })),
    recipes: recipes.map(({ file, line, dockerfile, names }) => ({ file, line, dockerfile, names })),
    toolchains: toolchains.map(({ name, shownBy }) => ({ name, shownBy })),
  };
}

function unclearIn({ dockerfiles, jobs, notRead }: Survey, built: ReadonlySet<string>): readonly string[] {
  const jobImages = jobs.flatMap(({ name, file, line, image }) =>
    image.meaning.kind === 'unresolved'
      ? [`${file}:${line}: which image the job ${name} runs in: ${image.meaning.why}`]
      : [],
  );
  const unused = dockerfiles
    .filter(({ file }) => !built.has(file))
    .map(({ file }) => `${file}: which name its image has; it is not in lockkeeper.yaml`);
  return [
    ...jobImages,
    ...unused,
    ...notRead.map(({ file, why }) => `${file}: not read, or not to its end: ${why}`),
  ];
}
