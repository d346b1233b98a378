// Every sample document's page opens from disk with the network blocked, says nothing wrong, and is made as agreed.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import * as checks from './checks.mjs';
import {assay, launch, openDetails, report, sample, samples, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const {name, path} of samples) {
    test(`${name}: opens from disk and loads nothing, without an error`, () => visit(browser, report(path), {}, async (page, {watched}) => {
        await openDetails(page);
        await page.mouse.wheel(0, 100000);
        assert.deepEqual(checks.silence(watched), []);
    }));

    test(`${name}: the policy forbids everything but the page's own script`, () => {
        assert.deepEqual(checks.policy(report(path)), []);
    });

    test(`${name}: every link leads somewhere on the page, and nothing could load or send`, () => visit(browser, report(path), {}, async (page) => {
        assert.deepEqual(await checks.structure(page), []);
    }));

    test(`${name}: every chart has a text and a table behind it`, () => visit(browser, report(path), {}, async (page) => {
        assert.deepEqual(await checks.twins(page), []);
    }));
}

test('several documents make one page', () => visit(browser, report(sample('result-1'), sample('scaling')), {}, async (page, {watched}) => {
    assert.deepEqual(checks.silence(watched), []);
    assert.deepEqual(await checks.structure(page), []);
    assert.equal(await page.locator('script[id^="document-"]').count(), 2);
}));

test('the same page is written twice, byte for byte', () => {
    const twice = [1, 2].map(() => assay('report', sample('comparisons'), '--format', 'html').out);
    assert.ok(twice[0].length > 1000);
    assert.equal(twice[0], twice[1]);
});
