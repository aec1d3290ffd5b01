import { createHash } from 'node:crypto';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** An inventory as the buildpacks of Heroku have it in their sources: these versions first, then older ones up to a count. */
function inventoryToml(name: string, versions: readonly string[], count: number): string {
  const all = [
    ...versions,
    ...Array.from({ length: Math.max(0, count - versions.length) }, (_, at) => `0.${1 + (at % 90)}.${at}`),
  ].slice(0, count);
  return all
    .map(
      (version) =>
        `[[artifacts]]\nversion = "${version}"\nos = "linux"\narch = "amd64"\nurl = "https://${name}.test/${version}.tar.gz"\nchecksum = "sha256:${sha256(version)}"\n`,
    )
    .join('\n');
}

/** The same between other strings of a program, as a compiler lays them: nothing ends them. */
export function artifactsProgram(name: string, versions: readonly string[], count: number): string {
  return `\u007fELF\0\0 an error occurred${inventoryToml(name, versions, count)}src/main.rsunwrap failed\0\0`;
}

/** A buildpack.toml as Paketo's builds write it, for two processors. */
export function paketoToml(id: string, versions: readonly string[], preferred: string): string {
  const entries = versions.flatMap((version) =>
    ['arm64', 'amd64'].map(
      (arch) =>
        `\n  [[metadata.dependencies]]\n    arch = "${arch}"\n    checksum = "sha256:${sha256(version)}"\n    id = "${id}"\n    os = "linux"\n    stacks = ["*"]\n    version = "${version}"\n`,
    ),
  );
  return `api = "0.7"\n\n[buildpack]\n  id = "paketo-buildpacks/${id}"\n\n[metadata]\n  [metadata.default-versions]\n    ${id} = "${preferred}"\n${entries.join('')}`;
}
