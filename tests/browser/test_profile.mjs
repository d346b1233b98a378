// A profile's flame graph: what is searched for and how much it costs, both directions, zoom by keys, links, and its tables.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import * as checks from './checks.mjs';
import {launch, openDetails, report, sample, scratch, settled, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

// The sample's first profile with costs that sum up to 100: run 10, is_prime 60 (50 of its own), another is_prime 2, fib 20 in
// three frames of which each calls the next.
const counted = (() => {
    const document = JSON.parse(fs.readFileSync(sample('profiles'), 'utf8'));
    document.profiles[0].tree.own = [10, 50, 5, 5, 6, 4, 10, 5, 3, 2];
    const made = path.join(scratch(), 'counted.json');
    fs.writeFileSync(made, JSON.stringify(document));
    return made;
})();

// Its flame graph with the canvas, which is drawn when it comes into sight.
async function flame(page) {
    await openDetails(page);
    const figure = page.locator('#flame-0-0');
    await figure.scrollIntoViewIfNeeded();
    await figure.locator('canvas').waitFor();
    await settled(page);
    return figure;
}
const look = async (figure) => ({
    picture: await figure.locator('canvas').evaluate((canvas) => canvas.toDataURL()),
    find: await figure.locator('input[type="search"]').inputValue(),
    matched: await figure.locator('.matched').innerText(),
    pressed: await figure.locator('button[aria-pressed]').evaluateAll((all) => all.map((one) => one.getAttribute('aria-pressed'))),
});
const counts = (look_, options = {}) => visit(browser, report(counted), options, look_);

for (const [words, share] of [['is_prime', '62.0'], ['c:30(is_prime', '60.0'], ['FIB', '20.0'], ['/is_prime|fib/', '82.0'], ['/^.*\\bfib\\b/', '20.0'], ['there is no such function', '0.0']]) {
    test(`a search for ${words} says that ${share} % match, nested frames counted once`, () => counts(async (page) => {
        const figure = await flame(page);
        await figure.locator('input[type="search"]').fill(words);
        assert.match(await figure.locator('.matched').innerText(), new RegExp(`^matched ${share.replace('.', '\\.')} %`));
    }));
}

test('an expression that is none is said to be none, and does no harm', () => counts(async (page, {watched}) => {
    const figure = await flame(page);
    await figure.locator('input[type="search"]').fill('/(/');
    assert.ok((await figure.locator('.matched').innerText()).length > 0);
    assert.deepEqual(checks.silence(watched), []);
}));

test('keys go from frame to frame, zoom in and out, and say where they are', () => counts(async (page) => {
    const figure = await flame(page);
    const canvas = figure.locator('canvas');
    const whole = await look(figure);
    await canvas.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await settled(page);
    assert.match(await figure.locator('.where').innerText(), /is_prime.*60\.0 %/);
    await page.keyboard.press('Enter');
    await settled(page);
    assert.match(decodeURIComponent(new URL(page.url()).hash), /flame\.[\d-]+=\d/);
    const zoomed = await look(figure);
    assert.notEqual(zoomed.picture, whole.picture);
    await page.keyboard.press('Escape');
    await canvas.blur();
    await settled(page);
    assert.doesNotMatch(new URL(page.url()).hash, /flame/);
    assert.deepEqual(await look(figure), whole);
}));

test('both directions, callers, search and zoom come back from a copied link', async () => {
    const [hash, sent] = await counts(async (page) => {
        const figure = await flame(page);
        for (const button of await figure.locator('button[aria-pressed]').all()) {
            await button.click();
        }
        await figure.locator('input[type="search"]').fill('fib');
        await figure.locator('canvas').focus();
        await page.keyboard.press('ArrowUp');
        await page.keyboard.press('ArrowUp');
        await page.keyboard.press('Enter');
        await figure.locator('canvas').blur();
        await settled(page);
        return [new URL(page.url()).hash, await look(figure)];
    });
    assert.ok(sent.pressed.length >= 2 && sent.pressed.every((one) => one === 'true'));
    const seen = await counts(async (page) => look(await flame(page)), {hash});
    assert.deepEqual(seen, sent);
});

test('a row of the call table shows callers and callees of its function, by keys', () => counts(async (page) => {
    await openDetails(page);
    const link = page.locator('#profile table tbody th a', {hasText: 'is_prime'}).first();
    await link.focus();
    await page.keyboard.press('Enter');
    const panel = page.locator('.selected:visible').first();
    await panel.waitFor();
    const text = await panel.innerText();
    assert.match(text, /is called by[^]*run/);
    assert.match(text, /calls/);
    assert.match(new URL(page.url()).hash, /function\.[\d-]+=1/);
}));

test('the call table sorts and is searched', () => counts(async (page) => {
    await openDetails(page);
    const table = page.locator('#profile table').filter({has: page.locator('thead button')}).first();
    await table.locator('thead button').nth(1).click();
    assert.equal(await table.locator('th[aria-sort]').count(), 1);
    await page.locator('#search').fill('fib');
    await settled(page);
    const shown = await table.locator('tbody tr:visible').allInnerTexts();
    assert.ok(shown.length > 0 && shown.every((row) => /fib/i.test(row)));
}));

test('a difference of two profiles says more, less, new and gone in words', () => visit(browser, report(sample('profiles')), {}, async (page) => {
    await openDetails(page);
    const text = await page.locator('#profile').innerText();
    assert.match(text, /\bnew\b/);
    assert.match(text, /\bgone\b/);
}));

test('without script the graph is drawn whole, with names and a table', () => visit(browser, report(sample('profiles')), {script: false}, async (page) => {
    const figure = page.locator('#flame-0-0');
    await page.evaluate(() => document.querySelectorAll('details').forEach((one) => { one.open = true; }));
    assert.ok(await figure.locator('svg').first().isVisible());
    assert.match(await figure.locator('svg').first().textContent(), /is_prime/);
    assert.equal(await figure.locator('canvas').count(), 0);
    assert.match(await page.locator('#profile0-0').innerText(), /is_prime/);
}));

test('a search hides rows, and no drawing of a graph', () => visit(browser, report(sample('profiles')), {}, async (page) => {
    for (const words of ['there is no such function', '']) {
        await page.locator('#search').fill(words);
        await settled(page);
        assert.equal(await page.locator('figure.flame .scroll[hidden]').count(), 0);
    }
}));

test('without stacks a profile and its difference select functions of their own', () => {
    const document = JSON.parse(fs.readFileSync(sample('profiles'), 'utf8'));
    document.profiles.forEach((profile) => { profile.tree = null; });
    const made = path.join(scratch(), 'stackless.json');
    fs.writeFileSync(made, JSON.stringify(document));
    return visit(browser, report(made), {}, async (page) => {
        await openDetails(page);
        for (const box of ['#d0-0', '#p0-0']) {
            await page.locator(`${box} tbody a[href^="#f0-"]`).first().click();
            await page.locator(`${box} .selected h4`).waitFor();
        }
        const hash = new URL(page.url()).hash;
        assert.match(hash, /\bfunction\.d0-0=/);
        assert.match(hash, /\bfunction\.0-0=/);
    });
});
