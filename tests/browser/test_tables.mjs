// Sorting, searching and hiding of rows that say "same".
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {launch, report, sample, settled, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const SHEET = '#comparison table';
const comparisons = (look, options = {}) => visit(browser, report(sample('comparisons')), options, look);

// Runs in the page: the shown rows of the first comparison table, as texts, and what they sort by.
const rows = (page) => page.locator(SHEET).first().evaluate((table) => [...table.tBodies[0].rows].filter((row) => !row.hidden && row.getClientRects().length)
    .map((row) => ({words: row.textContent.replace(/\s+/g, ' '), word: row.dataset.word,
        cells: [...row.cells].map((cell) => ({text: cell.textContent.trim(), number: cell.dataset.number}))})));

const column = (page, title) => page.locator(SHEET).first().evaluate((table, wanted) =>
    [...table.tHead.rows[0].cells].findIndex((head) => head.textContent.trim().startsWith(wanted)), title);

async function sortBy(page, index) {
    await page.locator(`${SHEET} >> nth=0 >> thead th >> nth=${index} >> button`).click();
    await settled(page);
    return page.locator(SHEET).first().locator('thead th').nth(index).getAttribute('aria-sort');
}

const numbers = (found, index) => found.map((row) => row.cells[index].number).filter((text) => text !== undefined && text !== '').map(Number);

test('a column of numbers sorts up, then down, and the third press restores the order of the report', () => comparisons(async (page) => {
    const index = await column(page, 'ratio');
    assert.ok(index > 0, 'no column called ratio');
    const first = await rows(page);
    const values = numbers(first, index);
    assert.ok(new Set(values).size > 2);

    assert.equal(await sortBy(page, index), 'ascending');
    assert.deepEqual(numbers(await rows(page), index), values.slice().sort((a, b) => a - b));
    assert.equal(await sortBy(page, index), 'descending');
    assert.deepEqual(numbers(await rows(page), index), values.slice().sort((a, b) => b - a));
    assert.equal(await sortBy(page, index), null);
    assert.deepEqual(await rows(page), first);
}));

test('a column of words sorts by its words', () => comparisons(async (page) => {
    const words = async () => (await rows(page)).map((row) => row.cells[0].text);
    const before = await words();
    const wanted = before.slice().sort(new Intl.Collator('en', {numeric: true}).compare);
    await sortBy(page, 0);
    assert.deepEqual(await words(), wanted);
    await sortBy(page, 0);
    assert.equal((await words())[0], wanted.at(-1));
}));

test('sorting by another column forgets the first', () => comparisons(async (page) => {
    await sortBy(page, 0);
    await sortBy(page, await column(page, 'ratio'));
    assert.equal(await page.locator(SHEET).first().locator('th[aria-sort]').count(), 1);
}));

test('search leaves the rows that hold every word, in any case', () => comparisons(async (page) => {
    const all = await rows(page);
    await page.locator('#search').fill('LISTED root');
    await settled(page);
    const found = await rows(page);
    assert.deepEqual(found.map((row) => row.cells[0].text), all.filter((row) => ['listed', 'root'].every((word) => row.words.toLowerCase().includes(word))).map((row) => row.cells[0].text));
    assert.ok(found.length > 0 && found.length < all.length);
    await page.locator('#search').fill('');
    await settled(page);
    assert.deepEqual(await rows(page), all);
}));

test('a search that finds nothing shows no row, and says so', () => comparisons(async (page) => {
    await page.locator('#search').fill('there is no such benchmark');
    await settled(page);
    assert.deepEqual(await rows(page), []);
    assert.match(await page.locator('#tools').innerText(), /\b0 of \d+/);
}));

test('hide same hides the rows that say same, and only these', () => comparisons(async (page) => {
    const all = await rows(page);
    assert.ok(all.some((row) => row.word === 'same') && all.some((row) => row.word !== 'same'));
    await page.locator('#hide-same').check();
    await settled(page);
    assert.deepEqual(await rows(page), all.filter((row) => row.word !== 'same'));
    await page.locator('#hide-same').uncheck();
    await settled(page);
    assert.deepEqual(await rows(page), all);
}));

test('without rows that say same there is no such box', () => visit(browser, report(sample('crossovers')), {}, async (page) => {
    assert.equal(await page.locator('[data-word="same"]').count(), 0);
    assert.equal(await page.locator('#hide-same').count(), 0);
}));

test('benchmarks are searched too', () => comparisons(async (page) => {
    await page.locator('#search').fill('sieve.bytes');
    await settled(page);
    const shown = await page.locator('details.benchmark').evaluateAll((all) => all.filter((one) => one.getClientRects().length).map((one) => one.querySelector('summary').textContent));
    assert.ok(shown.length > 0);
    assert.deepEqual(shown.filter((text) => !text.includes('sieve.bytes')), []);
}));
