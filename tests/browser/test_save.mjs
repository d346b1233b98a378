// The document comes out of the page as it went in, byte for byte: by the button, and by assay.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import * as checks from './checks.mjs';
import {assay, changed, launch, report, sample, samples, scratch, settled, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const {name, path: document} of samples) {
    test(`${name}: the button saves the very document`, () => visit(browser, report(document), {}, async (page, {watched}) => {
        const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
        assert.ok(fs.readFileSync(await download.path()).equals(fs.readFileSync(document)), 'what was saved differs');
        assert.equal(download.suggestedFilename(), path.basename(document));
        assert.deepEqual(checks.silence(watched), []);
    }));

    test(`${name}: assay reads the very document back out of the page`, () => {
        const back = path.join(scratch(), 'back.json');
        const {status, err} = assay('report', report(document), '-o', back);
        assert.equal(status, 0, err);
        assert.ok(fs.readFileSync(back).equals(fs.readFileSync(document)), 'what was read back differs');
    });

    test(`${name}: the page carries the document with its length and digest, and not as text`, () => {
        const [found, ...others] = checks.documents(report(document));
        assert.deepEqual([found.wrong, others], [[], []]);
        assert.ok(found.bytes.equals(fs.readFileSync(document)));
        assert.ok(!/"(elapsed_ns|start_ns|schema)"\s*:/.test(fs.readFileSync(report(document), 'utf8')));
    });
}

test('a page of a page is the page', () => {
    const first = report(sample('comparisons'));
    const second = report(first);
    const body = (file) => fs.readFileSync(file, 'utf8').replace(/data-name="[^"]*"/g, '');
    assert.equal(body(second), body(first));
});

test('each of several documents is saved by its own button', () => {
    const given = [sample('result-1'), sample('scaling')];
    return visit(browser, report(...given), {}, async (page) => {
        await page.locator('#save').click();
        for (const [i, document] of given.entries()) {
            const [download] = await Promise.all([page.waitForEvent('download'), page.locator('dialog#documents li button').nth(i).click()]);
            assert.ok(fs.readFileSync(await download.path()).equals(fs.readFileSync(document)), `${document} differs`);
        }
    });
});

test('a damaged document is not saved, and the page says so', () => {
    // One character of the middle of the base64 text becomes another.
    const twin = changed(report(sample('scaling')), (text) => {
        const at = text.indexOf('data-encoding="base64 raw-deflate">') + 2000;
        return text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
    });
    return visit(browser, twin, {}, async (page) => {
        let saved = false;
        page.on('download', () => { saved = true; });
        await page.locator('#save').click();
        await page.waitForFunction(() => /not saved/.test(document.getElementById('tools').innerText));
        await settled(page);
        assert.equal(saved, false);
        const {status, err} = assay('report', twin, '-o', path.join(scratch(), 'back.json'));
        assert.equal(status, 2);
        assert.equal(err.trim().split('\n').length, 1);
    });
});
