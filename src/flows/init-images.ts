import { limits } from '../base/limits.ts';
import { hostPath, plainText } from '../model/config-fields.ts';
import { placeholderRegistry } from '../model/config-placeholder.ts';
import { plural } from '../base/text.ts';
import { formatReference, parseReference, type Reference } from '../model/reference.ts';
import type { CiJob, Dockerfile, ImageRecipe, Survey } from '../model/survey.ts';
import { NameBook, plainWord } from './init-names.ts';
import { plainVariables } from './init-plain.ts';
import { hasOpenTag, placeOf, referenceOf, repositoryOf, tagStart } from './init-written-name.ts';

/** An image that `init` proposes. */
export interface ProposedImage {
  readonly name: string;
  /** One sentence a line: where it comes from, what is a guess. */
  readonly comments: readonly string[];
  readonly baseline: string;
  readonly origin:
    | {
        readonly kind: 'build';
        readonly dockerfile: string;
        readonly context: string;
        readonly args: Readonly<Record<string, string>>;
        readonly target: string | undefined;
        /** Build arguments that have no default and no known value. */
        readonly openArgs: readonly string[];
      }
    | { readonly kind: 'ready'; readonly image: string };
  /** Jobs that run in the baseline. */
  readonly jobs: readonly CiJob[];
}

/** An image that jobs run in. */
interface UsedImage {
  readonly reference: Reference;
  readonly written: string;
  readonly jobs: readonly CiJob[];
}

/** Images that are built here and used in CI; else those that are built, else those that are used, else one to fill in. */
export function proposeImages(all: Survey, repository: string): readonly ProposedImage[] {
  const survey = writable(all);
  const used = usedImages(survey.jobs);
  const paired = new Pairing(survey, used);
  for (const recipe of survey.recipes) paired.byRecipe(recipe);
  paired.byName();
  const found = paired.images;
  if (found.length > 0) return found.slice(0, limits.initImagesMax);
  const names = new NameBook();
  if (survey.dockerfiles.length > 0) {
    return survey.dockerfiles.slice(0, limits.initImagesMax).map((file) => unnamed(file, repository, names));
  }
  if (used.length > 0) return used.slice(0, limits.initImagesMax).map((each) => unbuilt(each, names));
  return [nothingKnown(repository)];
}

/** Without names of files and stages that lockkeeper.yaml could not hold. */
function writable(survey: Survey): Survey {
  const isPath = (path: string): boolean =>
    hostPath.safeParse(path).success && !path.split('/').includes('..');
  return {
    ...survey,
    dockerfiles: survey.dockerfiles.filter(({ file }) => isPath(file)),
    recipes: survey.recipes
      .filter(({ dockerfile }) => isPath(dockerfile))
      .map((recipe) => ({
        ...recipe,
        context: isPath(recipe.context) ? recipe.context : '.',
        target: plainText('').safeParse(recipe.target).success ? recipe.target : undefined,
      })),
  };
}

/** By name; a digest that is pinned behind a tag is what the name stands for now, and left out. */
function usedImages(jobs: readonly CiJob[]): readonly UsedImage[] {
  const uses = jobs.flatMap((job) => {
    const { meaning } = job.image;
    if (meaning.kind !== 'image') return [];
    const { digest, written } = meaning.reference;
    if (digest === undefined) return [{ job, reference: meaning.reference }];
    return meaning.reference.tag === undefined
      ? []
      : [{ job, reference: parseReference(written.slice(0, written.indexOf('@'))) }];
  });
  return [
    ...Map.groupBy(uses, ({ reference }) => formatReference({ tag: 'latest', ...reference })).values(),
  ].flatMap((group) =>
    group
      .slice(0, 1)
      .map(({ reference }) => ({ reference, written: reference.written, jobs: group.map(({ job }) => job) })),
  );
}

/** Brings together what is built here and what jobs run in, best evidence first; each is taken once. */
class Pairing {
  readonly images: ProposedImage[] = [];
  readonly #survey: Survey;
  readonly #used: readonly UsedImage[];
  readonly #names = new NameBook();
  readonly #takenImages = new Set<UsedImage>();
  readonly #takenFiles = new Set<string>();
  readonly #baselines = new Set<string>();

  constructor(survey: Survey, used: readonly UsedImage[]) {
    this.#survey = survey;
    this.#used = used;
  }

  /** A build command of CI that gives a name. */
  byRecipe(recipe: ImageRecipe): void {
    const builtBy = `Built as ${recipe.file}:${recipe.line} builds it.`;
    for (const written of recipe.names) {
      const repository = repositoryOf(written);
      if (repository === undefined) continue;
      const used = this.#used.find((each) => !this.#takenImages.has(each) && sameName(each, written));
      const near =
        used ??
        this.#used.find(
          (each) =>
            !this.#takenImages.has(each) &&
            hasOpenTag(written) &&
            placeOf(each.reference) === placeOf(repository),
        );
      if (near === undefined) continue;
      this.#add(near.written, recipe, [usedBy(near), builtBy], near);
      return;
    }
    const first = recipe.names.find((written) => repositoryOf(written) !== undefined);
    if (first === undefined) return;
    const guess = hasOpenTag(first);
    const baseline = guess ? `${first.slice(0, tagStart(first))}:latest` : first;
    this.#add(
      baseline,
      recipe,
      guess ? [builtBy, 'The tag is made when CI runs; latest is a guess.'] : [builtBy],
      undefined,
    );
  }

  /** A Dockerfile that is called like an image that jobs run in. */
  byName(): void {
    for (const used of this.#used) {
      // What Docker Hub itself keeps is built by nobody's own CI.
      if (this.#takenImages.has(used) || used.reference.repository.startsWith('library/')) continue;
      const file = this.#matchingFile(used.reference);
      if (file === undefined) continue;
      const comment = `${file.file} is a guess by its name; nothing here shows how it is built.`;
      this.#add(
        used.written,
        { dockerfile: file.file, context: '.', args: {}, target: undefined },
        [usedBy(used), comment],
        used,
      );
    }
  }

  #matchingFile({ repository }: Reference): Dockerfile | undefined {
    const { dockerfiles } = this.#survey;
    const last = repository.split('/').at(-1) ?? '';
    const called = dockerfiles.find((file) =>
      wordsOf(file.file).some((word) => word === last || last.endsWith(`-${word}`)),
    );
    const free = dockerfiles.filter(({ file }) => !this.#takenFiles.has(file));
    const own = this.#used.filter(({ reference }) => !reference.repository.startsWith('library/'));
    return called ?? (dockerfiles.length === 1 && own.length === 1 ? free[0] : undefined);
  }

  #add(
    baseline: string,
    build: Pick<ImageRecipe, 'dockerfile' | 'context' | 'args' | 'target'>,
    comments: readonly string[],
    used: UsedImage | undefined,
  ): void {
    const reference = referenceOf(baseline);
    if (reference === undefined || reference.digest !== undefined) return;
    const key = formatReference({ tag: 'latest', ...reference });
    if (this.#baselines.has(key)) return;
    this.#baselines.add(key);
    if (used !== undefined) this.#takenImages.add(used);
    this.#takenFiles.add(build.dockerfile);
    const { dockerfile, context, args, target } = build;
    const openArgs = (
      this.#survey.dockerfiles.find(({ file }) => file === dockerfile)?.openArgs ?? []
    ).filter((name) => !Object.hasOwn(args, name));
    const known = plainVariables(args);
    const name = this.#names.take(nameFor(reference));
    this.images.push({
      name,
      comments,
      baseline,
      origin: { kind: 'build', dockerfile, context, args: known, target, openArgs },
      jobs: used?.jobs ?? [],
    });
  }
}

function usedBy({ jobs }: UsedImage): string {
  const places = jobs.slice(0, 3).map(({ name, file, line }) => `${name} (${file}:${line})`);
  return `Used by ${places.join(', ')}${jobs.length > 3 ? ` and ${plural(jobs.length - 3, 'more job')}` : ''}.`;
}

/** `debian:11-py3` becomes debian-11-py3; latest says nothing. */
function nameFor({ repository, tag }: Reference): string {
  const last = repository.split('/').at(-1) ?? repository;
  return tag === undefined || tag === 'latest' ? last : `${last}-${tag}`;
}

/** Words by which a Dockerfile is called: `docker/ci.Dockerfile` and `docker/ci/Dockerfile` are both called `ci`. */
function wordsOf(file: string): readonly string[] {
  const [name = '', folder] = file.split('/').toReversed();
  const word = name.replace(/^(?:Dockerfile|Containerfile)\.?|\.?(?:[Dd]ockerfile|[Cc]ontainerfile)$/g, '');
  return (word === '' ? [folder] : [word])
    .filter((each) => each !== undefined)
    .map((each) => each.toLowerCase());
}

function unnamed({ file, openArgs }: Dockerfile, repository: string, names: NameBook): ProposedImage {
  const word = wordsOf(file)[0];
  const name = names.take(word === undefined || word.startsWith('.') ? repository : word);
  return {
    name,
    comments: [
      'REPLACE baseline: the name under which this image is used. No CI file here uses or builds it.',
    ],
    baseline: placeholderName(repository, name, 'latest'),
    origin: { kind: 'build', dockerfile: file, context: '.', args: {}, target: undefined, openArgs },
    jobs: [],
  };
}

function unbuilt(used: UsedImage, names: NameBook): ProposedImage {
  const name = names.take(nameFor(used.reference));
  return {
    name,
    comments: [
      usedBy(used),
      'REPLACE image: the name of the image that may take its place. No Dockerfile here builds it.',
    ],
    baseline: used.written,
    origin: { kind: 'ready', image: placeholderName('candidates', name, 'next') },
    jobs: used.jobs,
  };
}

function placeholderName(repository: string, name: string, tag: string): string {
  const part = (text: string): string => plainWord(text) || 'name';
  return `${placeholderRegistry}/${part(repository)}/${part(name)}:${tag}`;
}

function nothingKnown(repository: string): ProposedImage {
  return {
    name: 'ci',
    comments: [
      'REPLACE both: the name of the image in use, and of the one that may take its place (or `build:`, with a Dockerfile).',
    ],
    baseline: placeholderName(repository, 'ci', 'latest'),
    origin: { kind: 'ready', image: placeholderName(repository, 'ci', 'next') },
    jobs: [],
  };
}

function sameName({ reference }: UsedImage, written: string): boolean {
  const other = referenceOf(written);
  return (
    other !== undefined &&
    formatReference({ tag: 'latest', ...reference }) === formatReference({ tag: 'latest', ...other })
  );
}
