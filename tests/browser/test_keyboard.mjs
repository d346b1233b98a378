// Everything by keyboard: Tab reaches all and holds nobody, what a mark says is said without a pointer.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import * as checks from './checks.mjs';
import {TELEPHONE, launch, report, sample, samples, settled, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const {name, path} of samples) {
    test(`${name}: Tab goes through the whole page, in sight`, () => visit(browser, report(path), {}, async (page) => {
        assert.deepEqual(await checks.keys(page), []);
    }));
}

test('Tab goes through the whole page on a telephone and in forced colours', () => visit(browser, report(sample('comparisons')), {viewport: TELEPHONE, forced: true}, async (page) => {
    assert.deepEqual(await checks.keys(page), []);
}));

test('the first Tab offers to skip to the content, and Enter does', () => visit(browser, report(sample('comparisons')), {}, async (page) => {
    await page.keyboard.press('Tab');
    const skip = page.locator('a.skip');
    assert.ok(await skip.evaluate((link) => link === document.activeElement));
    const box = await skip.boundingBox();
    assert.ok(box.x >= 0 && box.y >= 0 && box.width > 20 && box.height > 10, 'the link cannot be seen');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.getElementById('main').contains(document.activeElement)));
}));

test('arrow keys go from mark to mark, and each mark says what its pointer tooltip says', () => visit(browser, report(sample('comparisons')), {}, async (page) => {
    const chart = page.locator('#comparison figure.chart svg').first();
    const tips = await chart.locator('[data-tip]').evaluateAll((marks) => marks.map((mark) => mark.dataset.tip));
    assert.ok(tips.length >= 9);
    await chart.focus();
    const heard = new Set();
    for (let i = 0; i < tips.length; i++) {
        await page.keyboard.press('ArrowDown');
        await settled(page);
        assert.ok(await page.locator('#tip').isVisible());
        heard.add(await page.locator('#tip').innerText());
    }
    assert.deepEqual([...heard].sort(), [...new Set(tips.map((tip) => tip.trim()))].sort());
    assert.equal(await chart.getAttribute('aria-describedby'), 'tip');
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('#tip').isHidden());
}));

test('a pointer over a mark shows its tooltip within the screen', () => visit(browser, report(sample('comparisons')), {viewport: TELEPHONE}, async (page) => {
    const mark = page.locator('#comparison figure.chart svg g[data-tip]').first();
    await mark.scrollIntoViewIfNeeded();
    await settled(page);
    await mark.hover({force: true});
    const tip = page.locator('#tip');
    assert.equal((await tip.innerText()).trim(), (await mark.getAttribute('data-tip')).trim());
    const box = await tip.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= TELEPHONE.width && box.y >= 0 && box.y + box.height <= TELEPHONE.height);
}));

test('a column is sorted, rows are hidden and the theme is turned by keys alone', () => visit(browser, report(sample('comparisons')), {}, async (page) => {
    await page.locator('#comparison table thead button').first().focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.locator('#comparison table thead th').first().getAttribute('aria-sort'), 'ascending');
    await page.locator('#hide-same').focus();
    await page.keyboard.press('Space');
    assert.ok(await page.locator('#comparison tr[data-word="same"]').first().isHidden());
    await page.locator('#theme').focus();
    await page.keyboard.press('Enter');
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'dark');
}));

test('the list of keys opens, holds the focus, and gives it back', () => visit(browser, report(sample('comparisons')), {}, async (page) => {
    await page.locator('#theme').focus();
    await page.keyboard.press('?');
    assert.ok(await page.locator('dialog#help').isVisible());
    assert.ok(await page.evaluate(() => document.getElementById('help').contains(document.activeElement)));
    await page.keyboard.press('Escape');
    assert.ok(await page.locator('dialog#help').isHidden());
    assert.ok(await page.evaluate(() => document.activeElement.id === 'theme'));
}));
