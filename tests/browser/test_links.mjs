// All of the view's state is in the address: a copied link shows what its sender saw.
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import {launch, report, sample, settled, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const page16 = () => report(sample('comparisons'));
const hashOf = (page) => page.evaluate(() => location.hash);

// What a person sees of the state.
const view = (page) => page.evaluate(() => ({
    search: document.getElementById('search').value,
    hidden: document.getElementById('hide-same').checked,
    theme: document.documentElement.dataset.theme ?? '',
    sorted: [...document.querySelectorAll('th[aria-sort]')].map((head) => [head.textContent.trim(), head.getAttribute('aria-sort')]),
    rows: [...document.querySelectorAll('#comparison tbody tr')].filter((row) => row.getClientRects().length).map((row) => row.textContent),
    open: [...document.querySelectorAll('details[open]')].map((one) => one.id),
}));

test('search, order, hidden rows, theme and what is open come back from a copied link', async () => {
    const [hash, sent] = await visit(browser, page16(), {}, async (page) => {
        await page.locator('#search').fill('primes');
        await page.locator('#hide-same').check();
        await page.locator('#theme').click();
        const heads = page.locator('#comparison table thead th button');
        await heads.nth(1).click();
        await heads.nth(1).click();
        const benchmark = page.locator('details.benchmark:visible').nth(2);
        await benchmark.locator('summary').click();
        await settled(page);
        assert.ok(await benchmark.evaluate((one) => one.open));
        return [await hashOf(page), await view(page)];
    });
    assert.equal(sent.theme, 'dark');
    assert.equal(sent.search, 'primes');
    assert.equal(sent.sorted[0][1], 'descending');
    assert.ok(sent.open.length > 0);
    const seen = await visit(browser, page16(), {hash}, async (page) => {
        await settled(page);
        return [await view(page), await hashOf(page)];
    });
    assert.deepEqual(seen, [sent, hash]);
});

test('a link to a benchmark opens it and brings it into sight', async () => {
    const id = await visit(browser, page16(), {}, (page) => page.locator('details.benchmark:not([open])').last().getAttribute('id'));
    await visit(browser, page16(), {hash: `#${id}`}, async (page) => {
        const benchmark = page.locator(`#${id}`);
        assert.ok(await benchmark.evaluate((one) => one.open));
        const {top, bottom} = await benchmark.evaluate((one) => one.getBoundingClientRect().toJSON());
        assert.ok(top < 800 && bottom > 0);
        assert.ok(await page.locator(`#${id} svg`).first().isVisible());
    });
});

test('a link to a benchmark works without script, as an anchor', async () => {
    const id = await visit(browser, page16(), {}, (page) => page.locator('details.benchmark').last().getAttribute('id'));
    await visit(browser, page16(), {hash: `#${id}`, script: false}, async (page) => {
        const {top, bottom} = await page.locator(`#${id}`).evaluate((one) => one.getBoundingClientRect().toJSON());
        assert.ok(top < 800 && bottom > 0);
    });
});

test("a row's name leads to its benchmark or comparison, and Back leads back", () => visit(browser, page16(), {}, async (page) => {
    const link = page.locator('#comparison tbody th a[href^="#"]').last();
    const target = await link.getAttribute('href');
    await link.click();
    assert.ok(await page.locator(target).isVisible());
    await page.goBack();
    assert.notEqual(await hashOf(page), target);
}));

test('a view that is as the page was written leaves nothing in the address', () => visit(browser, page16(), {}, async (page) => {
    await page.locator('#search').fill('x');
    await page.locator('#search').fill('');
    await page.locator('#hide-same').check();
    await page.locator('#hide-same').uncheck();
    assert.equal(await hashOf(page), '');
}));

for (const hash of ['#nothing-of-this-name', '#q=%E0%A4%A&same=2&sort.none=x:up&theme=purple&at=%00&flame.9-9=1.2.3&flip=9-9&zoom.none=1,2', '#=&&=x&q', '#<script>alert(1)</script>', "#at=x']//*|y", '#__proto__=1&constructor=2&sort.main=x:asc&sort.title=a:asc']) {
    test(`an address that means nothing does no harm: ${hash.slice(0, 40)}`, () => visit(browser, page16(), {hash}, async (page, {watched}) => {
        await settled(page);
        assert.deepEqual(watched, {requests: [], errors: [], dialogs: []});
        assert.ok(await page.locator('#sentence').isVisible());
    }));
}
