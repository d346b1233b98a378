// A verdict is read in five seconds: its facts lie on the first screen of a laptop and of a telephone.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import * as checks from './checks.mjs';
import {TELEPHONE, launch, report, sample, samples, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

// A crossover has no worst and no best.
const facts = {comparisons: ['sentence', 'counts', 'worst', 'best', 'trust']};
const screens = {'a laptop': {width: 1280, height: 800}, 'a telephone': TELEPHONE};

for (const {name, path} of samples) {
    for (const [title, viewport] of Object.entries(screens)) {
        test(`${name}: the verdict lies on the first screen of ${title}`, () => visit(browser, report(path), {viewport}, async (page) => {
            assert.deepEqual(await checks.fold(page, facts[name] ?? ['sentence', 'counts', 'trust']), []);
        }));
    }
}

test('a proven regression is said in the first sentence and in the counts', () => visit(browser, report(sample('comparisons')), {}, async (page) => {
    assert.match(await page.locator('#sentence').innerText(), /slower/);
    assert.match(await page.locator('#counts').innerText(), /3 .*slower/);
    assert.match(await page.locator('#worst').innerText(), /\d.*\[\d.*, .*\d\]/);
    assert.equal(await page.locator('#verdict').getAttribute('data-tone'), 'bad');
}));

test('worst and best lead to their rows', () => visit(browser, report(sample('comparisons')), {}, async (page) => {
    for (const id of ['worst', 'best']) {
        const target = await page.locator(`#${id} a`).first().getAttribute('href');
        await page.locator(`#${id} a`).first().click();
        assert.equal(new URL(page.url()).hash, target);
        assert.ok(await page.locator(target).isVisible());
    }
}));

test('how far the machine can be trusted has a word and reasons', () => visit(browser, report(sample('comparisons')), {}, async (page) => {
    const words = {good: /good/, fair: /fair/, poor: /poor/, 'not-known': /not known/};
    const trust = await page.locator('#trust').getAttribute('data-trust');
    assert.ok(words[trust], `data-trust is '${trust}'`);
    assert.match(await page.locator('#trust').innerText(), words[trust]);
    await page.locator('#verdict details summary').first().click();
    assert.ok((await page.locator('#verdict details').first().innerText()).length > 40);
}));
