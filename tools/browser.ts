import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';

export interface Window {
  readonly width: number;
  readonly height: number;
  readonly scheme: 'light' | 'dark';
  readonly scripts?: boolean;
}

/** A browser that has seen nothing, talks to nobody by itself, and is gone afterwards. */
export async function withBrowser<Result>(
  { width, height, scheme, scripts = true }: Window,
  use: (browser: BrowserContext) => Promise<Result>,
): Promise<Result> {
  const profile = mkdtempSync(join(tmpdir(), 'lockkeeper-browser-'));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    headless: true,
    args: [...flags],
    viewport: { width, height },
    colorScheme: scheme,
    javaScriptEnabled: scripts,
    locale: 'en',
    timezoneId: 'UTC',
  });
  try {
    return await use(browser);
  } finally {
    await browser.close();
    rmSync(profile, { recursive: true, force: true });
  }
}

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const;
