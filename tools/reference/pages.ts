import { bisectionJsonSchema } from '../../src/model/bisection-document.ts';
import { calibrationJsonSchema } from '../../src/model/calibration.ts';
import { changeJsonSchema } from '../../src/model/change-document.ts';
import { configJsonSchema } from '../../src/model/config-json-schema.ts';
import { packageListJsonSchema } from '../../src/model/package-list-document.ts';
import { parityTryJsonSchema } from '../../src/model/parity-try-document.ts';
import { fleetDocumentJsonSchema } from '../../src/model/fleet-answer.ts';
import { fleetJsonSchema } from '../../src/model/fleet.ts';
import { imageComparisonJsonSchema } from '../../src/model/image-comparison-schema.ts';
import { imageEquivalenceJsonSchema } from '../../src/model/image-equivalence-schema.ts';
import { parityJsonSchema } from '../../src/model/parity-document.ts';
import { reportJsonSchema } from '../../src/model/report-document.ts';
import { statusJsonSchema } from '../../src/model/status-document.ts';
import { triedSuiteJsonSchema } from '../../src/model/tried-suite.ts';
import { updateJsonSchema } from '../../src/model/update-document.ts';
import { cliPage } from './cli-page.ts';
import { configPage } from './config-page.ts';
import { readFigures } from './judge-figures.ts';
import { identicalPlot, judgePage, worsePlot } from './judge-page.ts';
import { failuresPage } from './failures-page.ts';

/** All of docs/reference, by file name; `npm run docs` writes it, a test compares it. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const figures = readFigures();
  return new Map([
    ['cli.md', await cliPage()],
    ['config.md', configPage()],
    ['failures.md', failuresPage()],
    ['judge.md', judgePage(figures)],
    ['judge-identical.svg', identicalPlot(figures)],
    ['judge-worse.svg', worsePlot(figures)],
    ['report.schema.json', `${JSON.stringify(reportJsonSchema(), undefined, 2)}\n`],
    ['trial.schema.json', `${JSON.stringify(triedSuiteJsonSchema(), undefined, 2)}\n`],
    ['packages.schema.json', `${JSON.stringify(packageListJsonSchema(), undefined, 2)}\n`],
    ['change.schema.json', `${JSON.stringify(changeJsonSchema(), undefined, 2)}\n`],
    ['parity.schema.json', `${JSON.stringify(parityJsonSchema(), undefined, 2)}\n`],
    ['calibration.schema.json', `${JSON.stringify(calibrationJsonSchema(), undefined, 2)}\n`],
    ['status.schema.json', `${JSON.stringify(statusJsonSchema(), undefined, 2)}\n`],
    ['update.schema.json', `${JSON.stringify(updateJsonSchema(), undefined, 2)}\n`],
    ['bisection.schema.json', `${JSON.stringify(bisectionJsonSchema(), undefined, 2)}\n`],
    ['image-comparison.v1.schema.json', `${JSON.stringify(imageComparisonJsonSchema(), undefined, 2)}\n`],
    ['image-equivalence.v1.schema.json', `${JSON.stringify(imageEquivalenceJsonSchema(), undefined, 2)}\n`],
    ['parity-try.schema.json', `${JSON.stringify(parityTryJsonSchema(), undefined, 2)}\n`],
    ['fleet-answers.schema.json', `${JSON.stringify(fleetDocumentJsonSchema(), undefined, 2)}\n`],
    ['fleet.schema.json', `${JSON.stringify(fleetJsonSchema(), undefined, 2)}\n`],
    ['lockkeeper.schema.json', `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`],
  ]);
}
