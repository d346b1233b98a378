// Script off: everything that is said can be seen, and nothing that would not work is offered.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import * as checks from './checks.mjs';
import {TELEPHONE, launch, report, sample, samples, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const {name, path} of samples) {
    test(`${name}: without script all sections, tables and drawings are there`, () => visit(browser, report(path), {script: false}, async (page, {watched}) => {
        assert.equal(await page.evaluate(() => document.documentElement.dataset.ready), undefined);
        assert.deepEqual(await checks.still(page), []);
        assert.deepEqual(checks.silence(watched), []);
    }));
}

test('without script the verdict lies on the first screen of a telephone, and nothing scrolls sideways', () =>
    visit(browser, report(sample('comparisons')), {script: false, viewport: TELEPHONE}, async (page) => {
        assert.deepEqual(await checks.fold(page, ['sentence', 'counts', 'worst', 'best', 'trust']), []);
        assert.deepEqual(await checks.sideways(page), []);
    }));

test('without script a benchmark opens by a click', () => visit(browser, report(sample('comparisons')), {script: false}, async (page) => {
    const benchmark = page.locator('details.benchmark:not([open])').first();
    const id = await benchmark.getAttribute('id');
    await benchmark.locator('summary').click();
    assert.ok(await page.locator(`#${id} table`).first().isVisible());
}));
