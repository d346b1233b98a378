// How long a page takes to be ready, and how long a frame takes while its flame graph is moved. Knows no bound: figures.py does.
// usage: opened.mjs ready|pan PAGE TIMES      prints milliseconds, one a line: until ready; the longest frame of each movement
import {pathToFileURL} from 'node:url';
import {launch} from '../browser/support.mjs';

const [kind, file, times] = process.argv.slice(2);
const address = pathToFileURL(file).href;

// Each in a browser context, and so in a process, of its own. Counts from the start of the navigation.
async function ready(browser) {
    const context = await browser.newContext({viewport: {width: 1280, height: 800}});
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForFunction(() => performance.getEntriesByName('assay-ready').length > 0);
    const ms = await page.evaluate(() => performance.getEntriesByName('assay-ready')[0].startTime);
    await context.close();
    return ms;
}

async function pan(browser, count) {
    const context = await browser.newContext({viewport: {width: 1280, height: 800}});
    const page = await context.newPage();
    await page.goto(address);
    await page.waitForFunction(() => performance.getEntriesByName('assay-ready').length > 0);
    const figure = page.locator('figure.flame').first();
    await figure.scrollIntoViewIfNeeded(); // it is drawn when it comes into sight
    const canvas = figure.locator('canvas');
    await canvas.waitFor({timeout: 20000});
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    const y = box.y + Math.min(box.height, 700) / 2;
    await page.mouse.move(box.x + box.width / 2, y);
    await page.keyboard.down('Control');
    for (let i = 0; i < 4; i++) {
        await page.mouse.wheel(0, -60); // closer: by a half each
    }
    await page.keyboard.up('Control');
    const longest = [];
    let before = await canvas.evaluate((one) => one.toDataURL());
    for (let i = 0; i < count; i++) {
        await page.evaluate(() => {
            globalThis.frames_ms = [];
            let before = performance.now();
            const tick = (now) => {
                globalThis.frames_ms.push(now - before);
                before = now;
                globalThis.ticking = requestAnimationFrame(tick);
            };
            globalThis.ticking = requestAnimationFrame((now) => { before = now; globalThis.ticking = requestAnimationFrame(tick); });
        });
        const [left, right] = [box.x + 100, box.x + box.width - 100];
        await page.mouse.move(i % 2 ? left : right, y);
        await page.mouse.down();
        await page.mouse.move(i % 2 ? right : left, y, {steps: 60});
        await page.mouse.up();
        longest.push(await page.evaluate(() => {
            cancelAnimationFrame(globalThis.ticking);
            return Math.max(...globalThis.frames_ms);
        }));
        const picture = await canvas.evaluate((one) => one.toDataURL());
        if (picture === before) {
            throw new Error('the flame graph did not move');
        }
        before = picture;
    }
    await context.close();
    return longest;
}

const browser = await launch();
try {
    if (kind === 'pan') {
        (await pan(browser, Number(times))).forEach((ms) => console.log(ms));
    } else {
        await ready(browser); // the first also pays for the browser
        for (let i = 0; i < Number(times); i++) {
            console.log(await ready(browser));
        }
    }
} finally {
    await browser.close();
}
