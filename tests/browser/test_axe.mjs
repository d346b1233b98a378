// axe-core finds nothing in any look of any sample's page. (Without script it cannot run: test_scriptless.mjs looks there.)
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import * as checks from './checks.mjs';
import {TELEPHONE, launch, report, sample, samples, settled, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const looks = {
    light: {},
    dark: {dark: true},
    narrow: {viewport: TELEPHONE},
    'in forced colours': {forced: true},
};

for (const {name, path} of samples) {
    for (const [title, options] of Object.entries(looks)) {
        test(`${name}, ${title}: axe finds nothing`, () => visit(browser, report(path), options, async (page) => {
            assert.deepEqual(await checks.axe(page), []);
        }));
    }
}

test('with a tooltip, a search, hidden rows and an order axe finds nothing', () => visit(browser, report(sample('comparisons')), {}, async (page) => {
    await page.locator('#search').fill('primes');
    await page.locator('#hide-same').check();
    await page.locator('#comparison table thead button').first().click();
    await page.locator('#comparison figure.chart svg').first().focus();
    await page.keyboard.press('ArrowDown');
    await settled(page);
    assert.deepEqual(await checks.axe(page), []);
}));

test('with the list of keys open axe finds nothing', () => visit(browser, report(sample('comparisons')), {}, async (page) => {
    await page.keyboard.press('?');
    assert.deepEqual(await checks.axe(page), []);
}));

test('with the dark theme chosen on a light system axe finds nothing', () => visit(browser, report(sample('profiles')), {}, async (page) => {
    await page.locator('#theme').click();
    assert.deepEqual(await checks.axe(page), []);
}));
