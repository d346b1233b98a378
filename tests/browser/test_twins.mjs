// The checks can fail: each is shown a page that is broken on purpose, and must say so. (That a whole page passes is what the other
// tests are for.)
import assert from 'node:assert/strict';
import {after, before, test} from 'node:test';
import * as checks from './checks.mjs';
import {TELEPHONE, changed, launch, report, sample, settled, visit} from './support.mjs';

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const whole = report(sample('comparisons'));
const POLICY = /<meta http-equiv="Content-Security-Policy"[^>]*\/>/;
const style = (css) => (text) => text.replace('</head>', `<style>${css}</style></head>`);
const last = (html) => (text) => text.replace('</main>', `${html}</main>`);
const lawless = (html) => (text) => last(html)(text.replace(POLICY, ''));

// Title, the check, how the page is broken, what must be said, and how it is opened.
const told = (wrong, words) => assert.ok(wrong.some((one) => words.test(one)), `want ${words}, got ${JSON.stringify(wrong, null, 1)}`);

const files = [
    ['no policy', (text) => text.replace(POLICY, ''), /not there/],
    ['a policy that lets a picture in', (text) => text.replace(/img-src data:/, 'img-src *'), /the policy is/],
    ['a policy that lets any script run', (text) => text.replace(/script-src (&#39;|')/, "script-src 'unsafe-inline' $1"), /the policy is/],
    ['a policy behind the style', (text) => { const [meta] = text.match(POLICY); return text.replace(meta, '').replace('</head>', `${meta}</head>`); }, /stands before/],
    ['another script than the policy knows', (text) => text.replace(/("|')use strict\1;/, '"use strict"; '), /the policy allows/],
    ['a second script', last('<script>1</script>'), /2 scripts/],
];
for (const [title, change, words] of files) {
    test(`the check of the policy sees ${title}`, () => told(checks.policy(changed(whole, change)), words));
}

const packed = [
    ['a wrong length', (text) => text.replace(/data-length="/, '$&1'), /data-length/],
    ['a wrong digest', (text) => text.replace(/data-sha256="./, (found) => found.slice(0, -1) + (found.endsWith('0') ? '1' : '0')), /data-sha256/],
    ['an encoding that nobody knows', (text) => text.replace('base64 raw-deflate', 'base64'), /data-encoding/],
];
for (const [title, change, words] of packed) {
    test(`the check of documents sees ${title}`, () => told(checks.documents(changed(whole, change))[0].wrong, words));
}

const SILENCE = (page, {watched}) => settled(page).then(() => checks.silence(watched));
const FOLD = (page) => checks.fold(page, ['sentence', 'counts', 'worst', 'best', 'trust']);
const pages = [
    ['an external picture, which the policy stops', SILENCE, last('<p><img src="http://127.0.0.1:9/x.png" alt=""/></p>'), /an error/],
    ['an external picture where no policy stops it', SILENCE, lawless('<p><img src="http://127.0.0.1:9/x.png" alt=""/></p>'), /a request: http:\/\/127/],
    ['a request by a style sheet', SILENCE, lawless('<style>#main{background:url(http://127.0.0.1:9/y.png)}</style>'), /a request: http:\/\/127/],
    ['an error of a script', SILENCE, lawless('<script>setTimeout(() => { throw new Error("broken"); })</script>'), /broken/],
    ['a dialog', SILENCE, lawless('<script>setTimeout(() => alert("hello"))</script>'), /a dialog: hello/],

    ['an id that is there twice', checks.structure, last('<p id="verdict"></p>'), /verdict is there twice/],
    ['a link that leads nowhere', checks.structure, last('<a href="#nobody">x</a>'), /nowhere: #nobody/],
    ['a link that leads out', checks.structure, last('<a href="https://example.org/">x</a>'), /leads out/],
    ['a handler in an attribute', checks.structure, last('<p onclick="1">x</p>'), /has onclick/],
    ['a frame', checks.structure, last('<iframe title="x"></iframe>'), /loads or sends/],

    ['a chart without a title', checks.twins, (text) => text.replace(/(<figure[^>]*class="chart[^"]*"[^]*?)<title[^>]*>[^<]*<\/title>/, '$1'), /want a role/],
    ['a chart without a caption', checks.twins, (text) => text.replace(/(<figure[^>]*class="chart[^"]*"[^]*?)<figcaption[^]*?<\/figcaption>/, '$1'), /no caption/],
    ['a chart without a table', checks.twins, last('<section><h2>x</h2><figure class="chart" id="alone"><svg role="img"></svg><figcaption>x</figcaption></figure></section>'), /alone: no table/],
    ['a table without a caption', checks.twins, (text) => text.replace(/<caption[^]*?<\/caption>/, ''), /caption and column headings/],
    ['a row without a heading', checks.twins, last('<table id="t"><caption>x</caption><thead><tr><th scope="col">a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>'), /row without a heading/],
    ['a state by colour alone', checks.twins, last('<p data-tone="bad"> </p>'), /colour alone/],

    ['a verdict below the fold', FOLD, style('#main{padding-top:900px}'), /#sentence lies at/],
    ['a verdict that goes on below the fold', FOLD, style('#sentence{margin-bottom:900px}'), /#trust lies at/, {viewport: TELEPHONE}],
    ['a verdict at the side of the screen', FOLD, style('#sentence{position:absolute;left:3000px}'), /#sentence lies at/],
    ['a verdict under something', FOLD, style('body::after{content:"";position:fixed;inset:0;background:white;z-index:99}'), /is covered/],
    ['a verdict that is not shown', FOLD, style('#counts{display:none}'), /#counts lies at/],
    ['a verdict without trust', FOLD, (text) => text.replace(' id="trust"', ''), /#trust is not there/],

    ['a page that scrolls sideways', checks.sideways, last('<p style="width:900px">x</p>'), /the page is \d+ wide/, {viewport: TELEPHONE}],

    ['a picture without words, by axe', checks.axe, last('<p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA="/></p>'), /image-alt/],
    ['a text that can hardly be read, by axe', checks.axe, style('#sentence{color:#c8c8c8!important;background:#fff!important}'), /color-contrast/],
    ['a text that can hardly be read in the dark, by axe', checks.axe, style('#sentence{color:#333!important}'), /color-contrast/, {dark: true}],
    ['a field without a label, by axe', checks.axe, last('<input type="text"/>'), /label/],
    ['a pale word in a drawing', checks.contrast, style('svg text{fill:#bbb!important}'), /text\..*contrast/],
    ['a pale mark in a drawing', checks.contrast, style('svg .interval,svg .point{fill:#ddd!important;stroke:#ddd!important}'), /contrast of/],
    ['a dark mark in the dark', checks.contrast, style('svg .interval,svg .point{fill:#222!important;stroke:#222!important}'), /contrast of/, {dark: true}],

    ['a focus that cannot be seen', checks.keys, style('*:focus,*:focus-visible{outline:none!important;box-shadow:none!important;border-color:inherit!important;background:none!important}*{background:none!important}'), /does not show/],
    ['a focus off the screen', checks.keys, last('<button style="position:fixed;left:-500px">x</button>'), /off the screen/],
    ['a button that Tab passes by', checks.keys, last('<button tabindex="-1">x</button>'), /passes by button/],
    ['a trap', checks.keys, lawless('<button id="trap">x</button><script>document.getElementById("trap").addEventListener("keydown", (event) => event.preventDefault())</script>'), /held at button#trap/],

    ['what is only shown by a script', checks.still, style('main table{display:none}'), /table#.* cannot be seen/, {script: false}],
    ['a drawing without height', checks.still, style('svg{height:0!important}'), /svg#.* cannot be seen/, {script: false}],
    ['a section without content', checks.still, style('main section{display:none}'), /section #.* cannot be seen/, {script: false}],
    ['tools that would not work', checks.still, style('#tools{display:block!important;min-height:20px}'), /tools that need/, {script: false}],

    ['paper of another size', checks.paper, style('@page{size:letter!important}'), /want A4/],
    ['printed tools', checks.paper, style('@media print{#tools{display:block!important;min-height:20px}}'), /tools are printed/],
];
for (const [title, check, change, words, options] of pages) {
    test(`a check sees ${title}`, () => visit(browser, changed(whole, change), options ?? {}, async (page, opened) => told(await check(page, opened), words)));
}

test('a check sees what stays folded on paper', () => {
    const twin = changed(whole, style('@media print{details:not([open])::details-content{display:none!important}details:not([open])>:not(summary){display:none!important}}'));
    return visit(browser, twin, {}, async (page) => {
        // The page's script opens nothing any more; the check does it by the attribute.
        await page.evaluate(() => Object.defineProperty(HTMLDetailsElement.prototype, 'open', {set() {}, get() { return this.hasAttribute('open'); }}));
        told(await checks.paper(page), /sheets/);
    });
});
