import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { reportDocument } from '../../src/cli/report/document.ts';
import { renderHtml } from '../../src/cli/report/html.ts';
import { withBrowser, type Window } from '../../tools/browser.ts';
import { requirePeer } from '../support/peers.ts';
import { sampleReports, type SampleName } from '../support/sample-report.ts';

const samples = [
  'promoted',
  'rejected',
  'regressed',
  'held',
  'broken',
  'results',
  'hostile',
] as const satisfies readonly SampleName[];
const desk: Window = { width: 1280, height: 900, scheme: 'light' };

/** Writes the page of a sample where a browser finds it. */
function pageOf(t: TestContext, name: SampleName): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'lockkeeper-page-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'report.html');
  writeFileSync(file, renderHtml(reportDocument(sampleReports[name]())));
  return pathToFileURL(file).href;
}

/** Opens a page and collects everything that a good page does not do. */
async function visit(
  browser: BrowserContext,
  url: string,
): Promise<{ readonly page: Page; readonly complaints: readonly string[] }> {
  const complaints: string[] = [];
  const page = await browser.newPage();
  page.on('console', (message) => complaints.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== url && !request.url().startsWith('data:'))
      complaints.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, complaints };
}

/** What runs in the page is text: the project's own types know no browser. */
async function ask(page: Page, expression: string): Promise<number> {
  const answer: unknown = await page.evaluate(expression);
  assert.equal(typeof answer, 'number', expression);
  return Number(answer);
}

const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const unfoldAll = "document.querySelectorAll('details').forEach((each) => { each.open = true; }), 0";

test('no page says anything to the console, asks for anything, or scrolls sideways on a phone', async (t) => {
  if (!requirePeer('chromium', t)) return;
  await withBrowser({ width: 360, height: 740, scheme: 'light' }, async (browser) => {
    for (const name of samples) {
      const { page, complaints } = await visit(browser, pageOf(t, name));
      assert.equal(await ask(page, tooWide), 0, `${name} is too wide`);
      await ask(page, unfoldAll);
      assert.equal(await ask(page, tooWide), 0, `${name} is too wide when all of it is unfolded`);
      assert.deepEqual(complaints, [], name);
      await page.close();
    }
  });
});

test('the verdict is the first thing seen, on a phone and on a desk', async (t) => {
  if (!requirePeer('chromium', t)) return;
  for (const window of [desk, { width: 390, height: 844, scheme: 'dark' } as const]) {
    await withBrowser(window, async (browser) => {
      const { page } = await visit(browser, pageOf(t, 'rejected'));
      const headline = page.getByRole('heading', { level: 1 });
      assert.equal(await headline.textContent(), 'reject: regression');
      const box = await headline.boundingBox();
      assert.ok(box !== null && box.y + box.height < window.height, 'without scrolling');
      assert.ok(await page.getByRole('img', { name: /canal lock/ }).isVisible());
    });
  }
});

test('light is light, dark is dark, neither is blank, and all text has the contrast of WCAG AA', async (t) => {
  if (!requirePeer('chromium', t)) return;
  const seen: number[] = [];
  for (const scheme of ['light', 'dark'] as const) {
    await withBrowser({ ...desk, scheme }, async (browser) => {
      for (const name of ['promoted', 'rejected', 'regressed', 'held'] as const) {
        const { page } = await visit(browser, pageOf(t, name));
        const picture = await picturedBy(browser, page);
        assert.ok(picture.colours > 100, `${name}, ${scheme}: ${picture.colours} colours`);
        seen.push(picture.brightness);
        assert.ok(
          scheme === 'light' ? picture.brightness > 0.75 : picture.brightness < 0.25,
          `${name}, ${scheme}`,
        );
        await ask(page, unfoldAll);
        const faint: unknown = await page.evaluate(faintTexts);
        assert.deepEqual(faint, [], `${name}, ${scheme}`);
        await page.close();
      }
    });
  }
  assert.equal(seen.length, 8);
});

test('what is folded opens by click and by keyboard', async (t) => {
  if (!requirePeer('chromium', t)) return;
  await withBrowser(desk, async (browser) => {
    const { page } = await visit(browser, pageOf(t, 'rejected'));
    const module = page.locator('details', { hasText: 'gyp.input_test' }).last();
    const inside = module.getByText('test_two_cycles');
    assert.ok(!(await inside.isVisible()));
    await module.locator('summary').click();
    assert.ok(await inside.isVisible());
    const still = page.locator('details.kind-still-failing');
    await still.locator('summary').focus();
    await page.keyboard.press('Enter');
    assert.ok(await still.getByText('core via repl module › wasi is a core module').isVisible());
  });
});

test('the filter leaves what was asked for, and the button unfolds everything', async (t) => {
  if (!requirePeer('chromium', t)) return;
  await withBrowser(desk, async (browser) => {
    const { page } = await visit(browser, pageOf(t, 'regressed'));
    await page.getByLabel('Show tests that contain').fill('Umlauts');
    assert.equal(await page.locator('#matches').innerText(), '1 found');
    assert.ok(await page.getByText('test_sorts_umlauts[de_DE]').first().isVisible());
    assert.ok(!(await page.getByText('test_negotiates_tls_1_1', { exact: true }).first().isVisible()));
    await page.getByLabel('Show tests that contain').fill('');
    await page.getByRole('button', { name: 'Unfold all' }).click();
    assert.equal(await ask(page, "document.querySelectorAll('#findings details:not([open])').length"), 0);
  });
});

test('without scripts the page is complete', async (t) => {
  if (!requirePeer('chromium', t)) return;
  await withBrowser({ ...desk, scripts: false }, async (browser) => {
    const { page } = await visit(browser, pageOf(t, 'rejected'));
    assert.ok(await page.getByText("No module named 'distutils'").first().isVisible());
    assert.ok(!(await page.getByLabel('Show tests that contain').isVisible()));
    await page.locator('details.kind-still-failing summary').click();
    assert.ok(await page.getByText('core via repl module › wasi is a core module').isVisible());
  });
});

interface Picture {
  readonly colours: number;
  /** Mean, from 0 to 1. */
  readonly brightness: number;
}

/** What is on the screen, counted by the browser itself on an empty page, which may run scripts on pictures. */
async function picturedBy(browser: BrowserContext, page: Page): Promise<Picture> {
  const shot = (await page.screenshot()).toString('base64');
  const blank = await browser.newPage();
  const answer: unknown = await blank.evaluate(`(async () => {
    const image = new Image();
    image.src = 'data:image/png;base64,${shot}';
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const colours = new Set();
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) {
      colours.add(data[at] * 65536 + data[at + 1] * 256 + data[at + 2]);
      sum += data[at] + data[at + 1] + data[at + 2];
    }
    return [colours.size, sum / (data.length / 4) / 765];
  })()`);
  await blank.close();
  assert.ok(Array.isArray(answer));
  const [colours, brightness] = answer.map(Number);
  return { colours: colours ?? 0, brightness: brightness ?? 0 };
}

/** All texts whose contrast to what is behind them is below 4.5, or 3 where they are large (WCAG 2.2, 1.4.3). */
const faintTexts = `(() => {
  const parse = (text) => (text.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((part) => part / 255).map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let each = element; each !== null; each = each.parentElement) {
      const colour = parse(getComputedStyle(each).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const faint = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() === '' || element.closest('svg, script, .skip') !== null) continue;
    const style = getComputedStyle(element);
    const [one, other] = [luminance(parse(style.color)), luminance(behind(element))];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const size = parseFloat(style.fontSize);
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (isLarge ? 3 : 4.5)) faint.push(contrast.toFixed(2) + ' ' + walker.currentNode.data.trim().slice(0, 40));
  }
  return faint;
})()`;
