// What every page test starts from: assay's program, a page in an empty directory, and a chromium that can reach nothing. Knows nothing
// of what a page should be: checks.mjs does.
import {spawnSync} from 'node:child_process';
import fs from 'node:fs';
import {createRequire} from 'node:module';
import os from 'node:os';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

function wanted(name) {
    if (!process.env[name]) {
        throw new Error(`want ${name} in the environment: make -f Makefile.perf test-browser sets it`);
    }
    return process.env[name];
}

// A package of the lock file. It is installed in the build directory, where `import` does not look.
export const load = (name) => createRequire(path.join(wanted('ASSAY_NODE_MODULES'), 'from-here'))(name);

// ---- assay and its pages ----

const work = fs.mkdtempSync(path.join(os.tmpdir(), 'assay-browser-'));
process.on('exit', () => fs.rmSync(work, {recursive: true, force: true}));
let directories = 0;

export function scratch() {
    const made = path.join(work, String(++directories));
    fs.mkdirSync(made);
    return made;
}

const environment = {...process.env, HOME: work, XDG_CACHE_HOME: path.join(work, 'cache'), XDG_STATE_HOME: path.join(work, 'state')};

// {status, out, err} of `assay WORD...`.
export function assay(...words) {
    const done = spawnSync(wanted('ASSAY'), words, {cwd: work, env: environment, maxBuffer: 1 << 28});
    if (done.error) {
        throw done.error;
    }
    return {status: done.status, out: done.stdout.toString(), err: done.stderr.toString()};
}

const folder = path.join(wanted('ASSAY_SOURCE'), 'data', 'samples');
export const samples = fs.readdirSync(folder).filter((name) => name.endsWith('.json')).sort()
    .map((name) => ({name: name.replace(/\.json$/, ''), path: path.join(folder, name)}));
for (const name of ['comparisons', 'crossovers', 'profiles', 'result-1', 'scaling']) {
    sample(name);
}

export function sample(name) {
    const found = samples.find((one) => one.name === name);
    if (!found) {
        throw new Error(`want data/samples/${name}.json`);
    }
    return found.path;
}

const pages = new Map();

// The path of the page of these documents; made once.
export function report(...documents) {
    const key = documents.join('\n');
    if (!pages.has(key)) {
        const page = path.join(scratch(), 'page.html');
        const made = assay('report', ...documents, '-o', page);
        if (made.status !== 0) {
            throw new Error(`assay report ${documents.join(' ')}: status ${made.status}: ${made.err}`);
        }
        pages.set(key, page);
    }
    return pages.get(key);
}

// The page as a file of its own, its text changed by `change`: for broken twins.
export function changed(page, change) {
    const before = fs.readFileSync(page, 'utf8');
    const after = change(before);
    if (after === before) {
        throw new Error('the twin is not broken: its text is the page itself');
    }
    const twin = path.join(scratch(), 'twin.html');
    fs.writeFileSync(twin, after);
    return twin;
}

// ---- chromium ----

const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'];

export function launch() {
    return load('playwright-core').chromium.launch({
        executablePath: process.env.ASSAY_CHROMIUM || '/usr/bin/chromium', headless: true, args: flags});
}

const LAPTOP = {width: 1280, height: 800};
export const TELEPHONE = {width: 360, height: 640};

// Opens a page from disk, the network cut off, and waits until it is ready. `watched` gathers what a page must not do.
// options: viewport, dark, forced, script (false: off), hash ('#b0-0').
export async function open(browser, file, options = {}) {
    const script = options.script !== false;
    const context = await browser.newContext({viewport: options.viewport ?? LAPTOP, colorScheme: options.dark ? 'dark' : 'light',
        forcedColors: options.forced ? 'active' : 'none', reducedMotion: 'reduce', javaScriptEnabled: script, acceptDownloads: true});
    const address = pathToFileURL(file).href;
    const watched = {requests: [], errors: [], dialogs: []};
    await context.route('**/*', (route) => route.request().url().split('#')[0] === address ? route.continue() : route.abort());
    const page = await context.newPage();
    page.on('request', (request) => {
        if (request.url().split('#')[0] !== address && !request.url().startsWith('blob:')) {
            watched.requests.push(request.url().slice(0, 200));
        }
    });
    page.on('console', (message) => {
        if (message.type() === 'error' || message.type() === 'warning') {
            watched.errors.push(message.text());
        }
    });
    page.on('pageerror', (error) => watched.errors.push(String(error)));
    page.on('dialog', (dialog) => {
        watched.dialogs.push(dialog.message());
        dialog.dismiss();
    });
    await page.goto(address + (options.hash ?? ''));
    if (script) {
        await page.waitForFunction(() => document.documentElement.dataset.ready === 'true', null, {timeout: options.patience ?? 20000});
    }
    return {page, watched, address, close: () => context.close()};
}

// Opens, looks, closes: what `look` returns.
export async function visit(browser, file, options, look) {
    const opened = await open(browser, file, options);
    try {
        return await look(opened.page, opened);
    } finally {
        await opened.close();
    }
}

// Two animation frames: what a key or a click has set going is on the screen.
export const settled = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

export const openDetails = (page) => page.evaluate(() => document.querySelectorAll('details').forEach((one) => one.setAttribute('open', '')));

