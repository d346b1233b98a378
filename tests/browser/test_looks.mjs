// Dark, narrow, in forced colours, and on paper.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import * as checks from './checks.mjs';
import {TELEPHONE, launch, openDetails, report, sample, samples, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

// Runs in the page: how light its ground is, 0 to 255.
const ground = () => {
    const colors = [document.body, document.documentElement].map((one) => getComputedStyle(one).backgroundColor.match(/[\d.]+/g).map(Number));
    const [red, green, blue] = colors.find((color) => color.length === 3) ?? [NaN];
    return Math.max(red, green, blue);
};

for (const {name, path} of samples) {
    for (const [title, options] of Object.entries({light: {}, dark: {dark: true}})) {
        test(`${name}, ${title}: texts and marks of drawings stand out from their ground`, () => visit(browser, report(path), options, async (page) => {
            assert.deepEqual(await checks.contrast(page), []);
        }));
    }

    test(`${name}: a screen of 360 pixels does not scroll sideways, with everything opened`, () => visit(browser, report(path), {viewport: TELEPHONE}, async (page) => {
        await openDetails(page);
        assert.deepEqual(await checks.sideways(page), []);
    }));

    test(`${name}: prints on A4 with everything opened`, () => visit(browser, report(path), {}, async (page) => {
        assert.deepEqual(await checks.paper(page), []);
    }));
}

test('dark where the system is dark, and the button overrules the system', () => visit(browser, report(sample('comparisons')), {dark: true}, async (page) => {
    assert.ok(await page.evaluate(ground) < 64);
    await page.locator('#theme').click();
    await page.locator('#theme').click();
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), 'light');
    assert.ok(await page.evaluate(ground) > 224);
}));

test('light where the system is light, and the button makes it dark', () => visit(browser, report(sample('comparisons')), {}, async (page) => {
    assert.ok(await page.evaluate(ground) > 224);
    await page.locator('#theme').click();
    assert.ok(await page.evaluate(ground) < 64);
    assert.deepEqual(await checks.contrast(page), []);
}));

test('dark without script too', () => visit(browser, report(sample('comparisons')), {dark: true, script: false}, async (page) => {
    assert.ok(await page.evaluate(ground) < 64);
}));

test('in forced colours drawings use the colours of the system', () => visit(browser, report(sample('comparisons')), {forced: true}, async (page) => {
    const colors = await page.evaluate(() => {
        const probe = document.createElement('p');
        const system = ['CanvasText', 'Canvas', 'Highlight', 'LinkText', 'GrayText', 'ButtonText', 'VisitedText', 'HighlightText', 'ButtonBorder'].map((name) => {
            probe.style.color = name;
            document.body.append(probe);
            return getComputedStyle(probe).color;
        });
        probe.remove();
        const found = new Set();
        for (const mark of document.querySelectorAll('svg text, svg .interval, svg .point, svg .axis')) {
            const style = getComputedStyle(mark);
            for (const color of mark.localName === 'text' ? [style.fill] : [style.fill, style.stroke]) {
                if (mark.getClientRects().length && color !== 'none' && !system.includes(color)) {
                    found.add(`${mark.localName}.${mark.getAttribute('class')}: ${color}`);
                }
            }
        }
        return [...found];
    });
    assert.deepEqual(colors, []);
}));
