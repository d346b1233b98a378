// What a page must be: each check looks at an opened page (or its file) and returns what is wrong, a sentence each, and nothing where all
// is well. test_twins.mjs shows each of them a page that is broken on purpose.
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import {inflateRawSync} from 'node:zlib';
import {load, openDetails, settled} from './support.mjs';

// ---- the file ----

const POLICY = /^default-src 'none'; script-src 'sha256-([A-Za-z0-9+/]{43}=)'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'$/;
const unescaped = (text) => text.replace(/&#39;|&apos;/g, "'").replace(/&quot;/g, '"').replace(/&amp;/g, '&');

// The policy is the agreed one, stands before anything that could load, and knows the only script.
export function policy(file) {
    const text = fs.readFileSync(file, 'utf8');
    const wrong = [];
    const found = text.match(/<meta http-equiv="Content-Security-Policy" content="([^"]*)"/);
    const terms = found && unescaped(found[1]).match(POLICY);
    if (!terms) {
        return [`the policy is ${found ? `'${unescaped(found[1])}'` : 'not there'}`];
    }
    const first = text.search(/<(script|style|link|img|svg|body|object|iframe)\b/);
    if (first < found.index) {
        wrong.push('something stands before the policy');
    }
    const scripts = [...text.matchAll(/<script(?![^>]*\btype="application\/octet-stream")[^>]*>([^]*?)<\/script>/g)];
    if (scripts.length !== 1) {
        wrong.push(`${scripts.length} scripts, want one`);
    }
    for (const [, body] of scripts) {
        const digest = createHash('sha256').update(body).digest('base64');
        if (digest !== terms[1]) {
            wrong.push(`the policy allows sha256-${terms[1]}, the script has ${digest}`);
        }
    }
    return wrong;
}

// The documents in a page, each as {name, bytes}; what they say of themselves must be so.
export function documents(file) {
    const text = fs.readFileSync(file, 'utf8');
    return [...text.matchAll(/<script type="application\/octet-stream"([^>]*)>([^<]*)<\/script>/g)].map(([, words, body]) => {
        const attribute = (name) => unescaped((words.match(new RegExp(`\\b${name}="([^"]*)"`)) ?? [])[1] ?? '');
        const bytes = inflateRawSync(Buffer.from(body, 'base64'));
        const wrong = [];
        if (attribute('data-encoding') !== 'base64 raw-deflate') {
            wrong.push(`data-encoding is '${attribute('data-encoding')}'`);
        }
        if (String(bytes.length) !== attribute('data-length')) {
            wrong.push(`${bytes.length} bytes, data-length says '${attribute('data-length')}'`);
        }
        if (createHash('sha256').update(bytes).digest('hex') !== attribute('data-sha256')) {
            wrong.push('data-sha256 is of something else');
        }
        return {id: attribute('id'), name: attribute('data-name'), bytes, wrong};
    });
}

// ---- what was done ----

export function silence({requests, errors, dialogs}) {
    return [...requests.map((one) => `a request: ${one}`), ...errors.map((one) => `an error: ${one}`), ...dialogs.map((one) => `a dialog: ${one}`)];
}

// ---- structure ----

export const structure = (page) => page.evaluate(() => {
    const wrong = [];
    const ids = new Set();
    for (const {id} of document.querySelectorAll('[id]')) {
        if (ids.has(id)) {
            wrong.push(`id ${id} is there twice`);
        }
        ids.add(id);
    }
    for (const link of document.querySelectorAll('a[href]')) {
        const href = link.getAttribute('href');
        if (!href.startsWith('#')) {
            wrong.push(`a link leads out: ${href}`);
        } else if (!document.getElementById(decodeURIComponent(href.slice(1)))) {
            wrong.push(`a link leads nowhere: ${href}`);
        }
    }
    for (const element of document.querySelectorAll('*')) {
        for (const {name, value} of element.attributes) {
            if (/^on/.test(name) || (/^(src|srcset|data|action|poster|background)$/.test(name) && !/^data:/.test(value))) {
                wrong.push(`${element.localName} has ${name}="${value}"`);
            }
        }
    }
    if (document.querySelector('link:not([href^="data:"]), iframe, object, embed, base, form:not([method="dialog"]), meta[http-equiv="refresh" i]')) {
        wrong.push('an element that loads or sends');
    }
    return wrong;
});

// Every chart says what it shows, in words, and has a table behind it; every table has a caption and names its rows and columns.
export const twins = (page) => page.evaluate(() => {
    const wrong = [];
    for (const figure of document.querySelectorAll('figure')) {
        const name = figure.id || figure.className;
        const svg = figure.querySelector('svg, canvas');
        if (!svg) {
            wrong.push(`figure ${name}: no drawing`);
        } else if (svg.localName === 'svg') {
            const told = (svg.getAttribute('aria-labelledby') ?? '').split(/\s+/).map((id) => document.getElementById(id)?.textContent.trim());
            if (!/^(img|group)$/.test(svg.getAttribute('role')) || told.length < 2 || told.some((text) => !text)) {
                wrong.push(`figure ${name}: want a role, and title and description by aria-labelledby`);
            }
        }
        if (!figure.querySelector('figcaption')?.textContent.trim()) {
            wrong.push(`figure ${name}: no caption`);
        }
        if (!figure.closest('details, section')?.querySelector('table')) {
            wrong.push(`figure ${name}: no table behind it`);
        }
    }
    for (const table of document.querySelectorAll('table')) {
        if (!table.caption?.textContent.trim() || !table.querySelector('thead th[scope="col"]')) {
            wrong.push(`table ${table.id}: want a caption and column headings`);
        }
        if ([...table.querySelectorAll('tbody tr')].some((row) => !row.querySelector('th[scope="row"]'))) {
            wrong.push(`table ${table.id}: a row without a heading`);
        }
    }
    for (const element of document.querySelectorAll('[data-tone="bad"], [data-tone="warn"], [data-tone="good"]')) {
        if (!element.textContent.trim()) {
            wrong.push(`${element.localName} says ${element.dataset.tone} by colour alone`);
        }
    }
    return wrong;
});

// ---- places ----

// The verdict's four facts lie on the first screen, and nothing lies over them. `facts`: ids of what must be there.
export const fold = (page, facts) => page.evaluate((ids) => ids.flatMap((id) => {
    const element = document.getElementById(id);
    if (!element || !element.textContent.trim()) {
        return [`#${id} is not there`];
    }
    const {left, right, top, bottom, width, height} = element.getBoundingClientRect();
    if (!width || !height || top < 0 || left < 0 || bottom > innerHeight || right > innerWidth) {
        return [`#${id} lies at ${Math.round(left)}..${Math.round(right)}, ${Math.round(top)}..${Math.round(bottom)} of a screen of ${innerWidth} x ${innerHeight}`];
    }
    const seen = document.elementFromPoint(left + Math.min(width / 2, 20), top + height / 2);
    return element.contains(seen) ? [] : [`#${id} is covered`];
}), facts);

// The page does not scroll sideways (tables do, within themselves).
export const sideways = (page) => page.evaluate(() => {
    const most = document.documentElement.scrollWidth;
    if (most <= innerWidth) {
        return [];
    }
    const widest = [...document.querySelectorAll('body *')].filter((one) => !one.closest('.scroll, svg') && one.getBoundingClientRect().right > innerWidth + 1);
    return [`the page is ${most} wide on a screen of ${innerWidth}: ${widest.slice(0, 3).map((one) => `${one.localName}#${one.id}.${one.className}`).join(', ')}`];
});

// ---- sight ----

// axe-core's violations, with everything opened.
export async function axe(page) {
    await openDetails(page);
    await settled(page);
    await page.evaluate(load('axe-core').source);
    const found = await page.evaluate(async () => (await globalThis.axe.run(document)).violations);
    return found.map((one) => `axe ${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((node) => `${node.target.join(' ')} (${node.any.concat(node.all, node.none).map((check) => check.message).join('; ')})`).join(' | ')}`);
}

// Runs in the page. What axe does not judge: texts of drawings need a contrast of 4.5, marks that carry data one of 3.
function pale() {
    const channels = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
    const light = ([red, green, blue]) => [red, green, blue].map((value) => value / 255)
        .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
        .reduce((sum, value, i) => sum + value * [0.2126, 0.7152, 0.0722][i], 0);
    const solid = (color) => color !== 'none' && color.startsWith('rgb') && (channels(color)[3] ?? 1) > 0.99;
    const ground = (element) => {
        for (let one = element; one; one = one.parentElement) {
            const color = getComputedStyle(one).backgroundColor;
            if (solid(color)) {
                return light(channels(color));
            }
        }
        return 1;
    };
    const contrast = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const poor = new Map();
    const judge = (element, colors, least) => {
        const behind = ground(element.closest('svg'));
        const best = Math.max(0, ...colors.filter(solid).map((color) => contrast(light(channels(color)), behind)));
        if (best < least) {
            const name = `${element.localName}.${element.getAttribute('class')}`;
            poor.set(name, `${name} has a contrast of ${best.toFixed(2)}, want ${least} (${colors.join(', ')})`);
        }
    };
    const shown = (element) => element.getClientRects().length > 0;
    for (const text of [...document.querySelectorAll('figure.chart svg text')].filter(shown)) {
        judge(text, [getComputedStyle(text).fill], 4.5);
    }
    for (const mark of [...document.querySelectorAll('svg .point, svg .interval, svg .curve, svg .median')].filter(shown)) {
        const {fill, stroke} = getComputedStyle(mark);
        judge(mark, mark.localName === 'g' ? [] : [fill, stroke], mark.localName === 'g' ? 0 : 3);
    }
    return [...poor.values()];
}

export async function contrast(page) {
    await openDetails(page);
    return page.evaluate(pale);
}

// ---- keys ----

// Runs in the page: what Tab should stop at, and for each stop whether it can be seen that it is there.
function stops() {
    const tabbable = (element) => element.tabIndex >= 0 && !element.disabled && element.checkVisibility({visibilityProperty: true, contentVisibilityAuto: false})
        && element.getClientRects().length > 0;
    const found = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(tabbable);
    found.forEach((element, i) => { element.dataset.stop = String(i); });
    return found.map((element) => `${element.localName}#${element.id} '${element.textContent.trim().slice(0, 30)}'`);
}

function stop() {
    const element = document.activeElement;
    if (!element || element === document.body) {
        return null;
    }
    element.dataset.stop ??= `late ${document.querySelectorAll('[data-stop]').length}`; // drawn when it came into sight
    const look = () => {
        const {outlineStyle, outlineWidth, outlineColor, boxShadow, backgroundColor, borderColor} = getComputedStyle(element);
        return JSON.stringify([outlineStyle === 'none' || parseFloat(outlineWidth) < 1 ? 'no outline' : outlineColor + outlineWidth, boxShadow, backgroundColor, borderColor]);
    };
    const focused = look();
    const {top, bottom, left, right} = element.getBoundingClientRect();
    const onScreen = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    element.blur();
    const seen = focused !== look();
    element.focus({preventScroll: true});
    return {name: element.dataset.stop, words: `${element.localName}#${element.id}`, seen, onScreen};
}

// Tab goes from the top of the page through everything to its end, in sight, and holds nobody.
export async function keys(page) {
    const wrong = await page.evaluate(() => [...document.querySelectorAll('button, input, select, textarea, summary')]
        .filter((one) => one.tabIndex < 0 && !one.disabled && one.getClientRects().length > 0).map((one) => `Tab passes by ${one.localName}#${one.id}`));
    await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); getSelection().removeAllRanges(); });
    const all = await page.evaluate(stops);
    const reached = new Set();
    for (let presses = 0; presses < 2 * all.length + 20; presses++) {
        await page.keyboard.press('Tab');
        const here = await page.evaluate(stop);
        if (!here || reached.has(here.name)) {
            if (here && Number(here.name) !== 0) {
                wrong.push(`Tab is held at ${here.words}`);
            }
            break;
        }
        reached.add(here.name);
        if (!here.seen || !here.onScreen) {
            wrong.push(`${here.words} does not show that it has the focus${here.onScreen ? '' : ': it is off the screen'}`);
        }
    }
    // A drawing gives way to its canvas when it comes into sight.
    const shown = await page.evaluate(() => [...document.querySelectorAll('[data-stop]')].filter((one) => one.getClientRects().length > 0).map((one) => one.dataset.stop));
    return [...wrong, ...shown.filter((name) => !reached.has(name)).map((name) => `Tab does not reach ${all[Number(name)]}`)];
}

// ---- without script, and on paper ----

// Sections, tables and drawings can be seen, tools that need the script cannot.
export const still = (page) => page.evaluate(() => {
    const wrong = [];
    const size = (element) => element.getBoundingClientRect();
    for (const link of document.querySelectorAll('nav a[href^="#"]')) {
        const section = document.getElementById(link.getAttribute('href').slice(1));
        if (!section || size(section).height < 20) {
            wrong.push(`section ${link.getAttribute('href')} cannot be seen`);
        }
    }
    document.querySelectorAll('details').forEach((one) => { one.open = true; });
    for (const element of document.querySelectorAll('main section, main table, main figure svg, main details > summary')) {
        const {width, height} = size(element);
        if (width < 8 || height < 8) {
            wrong.push(`${element.localName}#${element.id} cannot be seen: ${width} x ${height}`);
        }
    }
    if (!document.querySelector('main section table')) {
        wrong.push('no table');
    }
    const tools = document.getElementById('tools');
    if (tools && size(tools).height > 0) {
        wrong.push('tools that need the script are shown');
    }
    return wrong;
});

const sheets = (pdf) => [...pdf.toString('latin1').matchAll(/\/Type\s*\/Page\b(?!s)/g)].length;

// A4, the tools hidden, and what is folded on the screen opened on paper: opening it by hand adds no sheet.
export async function paper(page) {
    const wrong = [];
    const print = () => page.pdf({preferCSSPageSize: true, printBackground: false});
    const pdf = await print();
    const box = pdf.toString('latin1').match(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)/);
    if (!box || Math.abs(box[1] - 595.3) > 1.5 || Math.abs(box[2] - 841.9) > 1.5) {
        wrong.push(`the paper is ${box ? `${box[1]} x ${box[2]} points` : 'of no size'}, want A4`);
    }
    const folded = sheets(pdf);
    await page.emulateMedia({media: 'print'});
    if (await page.evaluate(() => document.getElementById('tools')?.getBoundingClientRect().height > 0)) {
        wrong.push('the tools are printed');
    }
    await page.emulateMedia({media: null});
    await openDetails(page);
    const opened = sheets(await print());
    if (folded < 1 || folded < opened) {
        wrong.push(`${folded} sheets, and ${opened} when everything is opened by hand`);
    }
    return wrong;
}
