import type { Toolchain } from '../../../model/survey.ts';
import type { RepoFiles } from '../repo-files.ts';

/** Maven and Gradle; both write JUnit XML by themselves. */
export function javaToolchains(files: RepoFiles): readonly (Toolchain | undefined)[] {
  const gradle = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'].find((file) =>
    files.has(file),
  );
  return [
    files.has('pom.xml')
      ? {
          name: 'maven',
          shownBy: 'pom.xml',
          command: `${files.has('mvnw') ? './mvnw' : 'mvn'} --batch-mode test`,
          results: { format: 'junit', files: '**/target/surefire-reports/TEST-*.xml' },
          fetches: 'Maven fetches plugins and dependencies',
          env: {},
        }
      : undefined,
    gradle === undefined
      ? undefined
      : {
          name: 'gradle',
          shownBy: gradle,
          command: `${files.has('gradlew') ? './gradlew' : 'gradle'} --no-daemon --continue test`,
          results: { format: 'junit', files: '**/build/test-results/**/TEST-*.xml' },
          fetches: 'Gradle fetches plugins and dependencies',
          env: {},
        },
  ];
}
