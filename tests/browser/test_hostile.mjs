// Nothing from a document is ever executed or loaded: every name, message and fact in it tries.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {after, before, test} from 'node:test';
import * as checks from './checks.mjs';
import {launch, openDetails, report, sample, samples, scratch, settled, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const MARK = '<b>hostile</b>';
const EVIL = [`${MARK}</script><script>alert(1)</script>`, `${MARK}"><img src="http://127.0.0.1:9/x.png" onerror="alert(2)">`,
    `${MARK}'><svg onload='alert(3)'/>`, `${MARK}</title></style></textarea><iframe srcdoc="<script>alert(4)</script>">`,
    `${MARK}\u202egnp.exe\u2066 \u0007\u001b[31m\u0085\u2028 ]]> --> <!-- &lt;script&gt; &#0; {{1+1}} \${alert(5)}`,
    `${MARK}" onmouseover="alert(6)" style="background:url(http://127.0.0.1:9/y.png)" x="`, 'javascript:alert(7)//<b>hostile</b>'];
// Fields that hold what people and machines wrote; all others are words that the reader checks.
const FREE = ['id', 'kernel', 'group', 'message', 'name', 'file', 'source', 'command', 'build', 'plugin', 'object', 'version', 'commit', 'implementation', 'subject', 'author', 'reason', 'note', 'who', 'branch', 'benchmark', 'fingerprint', 'parent'];

// The document with every free text replaced; equal texts stay equal.
function poisoned(value, key, known = new Map(), parent = '') {
    const evil = (text) => known.get(text) ?? known.set(text, `${EVIL[known.size % EVIL.length]}${known.size}`).get(text);
    if (Array.isArray(value)) {
        return value.map((one) => typeof one === 'string' && ['warnings', 'notes', 'tags'].includes(key) ? evil(one) : poisoned(one, key, known, parent));
    }
    if (value && typeof value === 'object') {
        return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, poisoned(one, name, known, key)]));
    }
    const word = key === 'source' && parent === 'profiles'; // of the schema
    const free = FREE.includes(key) || key === 'value' || parent === 'parameters';
    return typeof value === 'string' && free && !word ? evil(value) : value;
}

function hostile(name, file = 'hostile.json') {
    const document = path.join(scratch(), file);
    fs.writeFileSync(document, JSON.stringify(poisoned(JSON.parse(fs.readFileSync(sample(name), 'utf8')), '')));
    return document;
}

for (const {name} of samples) {
    test(`${name}: a hostile document does nothing but be shown`, () => visit(browser, report(hostile(name)), {}, async (page, {watched}) => {
        await openDetails(page);
        for (const mark of await page.locator('[data-tip]:visible').all().then((all) => all.slice(0, 5))) {
            await mark.hover({force: true, timeout: 2000}).catch(() => {});
        }
        for (let i = 0; i < 15; i++) {
            await page.keyboard.press('Tab');
            await page.keyboard.press('ArrowRight');
        }
        await page.locator('#search').fill('hostile');
        await settled(page);
        assert.deepEqual(checks.silence(watched), []);
        assert.deepEqual(await checks.structure(page), []);
        assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('b, img, iframe')].map((one) => one.outerHTML)), []);
        assert.ok((await page.evaluate(() => document.body.textContent)).includes(MARK), 'the texts are not shown');
    }));

    test(`${name}: a hostile document does nothing without script, and its policy holds`, () => visit(browser, report(hostile(name)), {script: false}, async (page, {watched}) => {
        assert.deepEqual(checks.silence(watched), []);
        assert.deepEqual(await checks.structure(page), []);
        assert.deepEqual(checks.policy(report(hostile(name))), []);
    }));

    test(`${name}: characters that turn text around or control a terminal are not passed on`, () => {
        const text = fs.readFileSync(report(hostile(name)), 'utf8');
        const found = text.match(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        assert.equal(found && `U+${found[0].codePointAt(0).toString(16)} after '${text.slice(Math.max(0, found.index - 60), found.index)}'`, null);
    });
}

test('a hostile name of a file does nothing, and is saved as a name without a path', () => {
    const document = hostile('result-1', 'a"><img src=x onerror=alert(1)>\'&.json');
    return visit(browser, report(document), {}, async (page, {watched}) => {
        const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#save').click()]);
        assert.ok(fs.readFileSync(await download.path()).equals(fs.readFileSync(document)));
        assert.ok(!download.suggestedFilename().includes('/'));
        assert.deepEqual(checks.silence(watched), []);
    });
});
