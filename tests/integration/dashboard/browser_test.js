// SPDX-License-Identifier: MIT
"use strict";
// The dashboard in a real browser, of a daemon that runs: node browser_test.js DIRECTORY [SCREENSHOTS]
//
// DIRECTORY is empty, and holds the daemon's state then. What no daemon does is shown by a stand-in that
// serves what the daemon told.

const assert = require("assert/strict");
const http = require("http");
const path = require("path");
const { chromium } = require("playwright-core");
const { Daemon, until } = require("./daemon.js");
const { Standin } = require("./standin.js");

const TOKEN = "a-token-for-the-test";
const CONTROL_TOKEN = "another-token-for-the-test";
const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1280, height: 900 };
const SOON = { timeout: 120_000 }; // Generous: a loaded machine is slow.

const [directory, screenshots] = process.argv.slice(2);
let token = TOKEN; // Of whoever is asked.

// A page of its own, which fails the test for what a browser complains of and for what leaves the host.
async function open(browser, base, { viewport = DESKTOP, colorScheme = "dark", token: kept, allow = [] } = {}) {
    const context = await browser.newContext({ viewport, colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    page.setDefaultTimeout(SOON.timeout);
    const complaints = [];
    page.on("console", (message) => {
        const isAllowed = allow.some((pattern) => pattern.test(message.text()));
        if (["error", "warning"].includes(message.type()) && !isAllowed) {
            complaints.push(`${message.type()}: ${message.text()}`);
        }
    });
    page.on("pageerror", (error) => complaints.push(`exception: ${error.stack}`));
    page.on("request", (request) => {
        const url = new URL(request.url());
        if (url.protocol !== "data:" && url.origin !== new URL(base).origin) {
            complaints.push(`a request to ${request.url()}`);
        }
        if (request.url().includes(token)) {
            complaints.push(`the token in ${request.url()}`);
        }
    });
    if (kept) {
        await page.addInitScript((value) => sessionStorage.setItem("sniperforge.token", value), kept);
    }
    await page.goto(base);
    return { page, close: async () => {
        await context.close();
        assert.deepEqual(complaints, []);
    } };
}

const shown = (page) => page.locator("#main").waitFor({ state: "visible", ...SOON });

// No part of the page is wider than the screen.
async function assertNothingOverflows(page) {
    const wide = await page.evaluate(() => [...document.querySelectorAll("body *")].filter((each) =>
        each.getClientRects().length > 0 && !each.closest(".visually-hidden, .skip, thead") && each.getBoundingClientRect().right > innerWidth + 1)
        .map((each) => `${each.tagName}#${each.id}.${each.className}`));
    assert.deepEqual(wide, []);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
}

// Text against what is behind it, as WCAG 2 measures it: 4.5 at least.
async function assertContrast(page) {
    const faint = await page.evaluate(() => {
        const numbers = (colour) => colour.match(/[\d.]+/g).map(Number);
        const luminance = ([r, g, b]) => [r, g, b].map((each) => each / 255)
            .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
            .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0);
        const ground = (element) => {
            for (let at = element; at; at = at.parentElement) {
                const colour = numbers(getComputedStyle(at).backgroundColor);
                if (colour.length === 3 || colour[3] > 0) return colour;
            }
            return [255, 255, 255];
        };
        const found = new Set();
        for (const element of document.querySelectorAll("body *")) {
            const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
            if (!hasText || element.getClientRects().length === 0 || element.disabled || element.closest(".u-legend")) continue;
            const [a, b] = [luminance(numbers(getComputedStyle(element).color)), luminance(ground(element))];
            const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
            if (ratio < 4.5) found.add(`${ratio.toFixed(2)}: ${element.tagName}.${element.className} "${element.textContent.slice(0, 40)}"`);
        }
        return [...found];
    });
    assert.deepEqual(faint, []);
}

async function assertNamed(page) {
    const nameless = await page.evaluate(() => [...document.querySelectorAll("input, button")].filter((each) =>
        !(each.labels?.length > 0) && !each.getAttribute("aria-label") && !each.textContent.trim()).map((each) => each.outerHTML));
    assert.deepEqual(nameless, []);
    for (const landmark of ["header", "main", "footer"]) {
        assert.equal(await page.locator(landmark).count(), 1, landmark);
    }
    const orphans = await page.evaluate(() => [...document.querySelectorAll("[aria-labelledby]")]
        .filter((each) => !document.getElementById(each.getAttribute("aria-labelledby"))).length);
    assert.equal(orphans, 0);
}

const tests = {
    async "refuses a wrong token, and takes the right one by keyboard"(browser, base) {
        const { page, close } = await open(browser, base, { allow: [/status of 401/] });
        await page.locator("#sign-in").waitFor({ state: "visible", ...SOON });
        await page.keyboard.type("wrong");
        await page.keyboard.press("Enter");
        await page.getByText("refuses this token").waitFor(SOON);
        assert.equal(await page.locator("#main").isVisible(), false);
        assert.equal(await page.evaluate(() => sessionStorage.length), 0);
        await page.keyboard.type(token);
        await page.keyboard.press("Enter");
        await shown(page);
        assert.equal(await page.evaluate((value) => JSON.stringify({ ...localStorage }).includes(value) || document.cookie !== "", token), false);
        await page.reload(); // The tab keeps it.
        await shown(page);
        await page.getByRole("button", { name: "Forget token" }).click();
        await page.locator("#sign-in").waitFor({ state: "visible", ...SOON });
        assert.equal(await page.evaluate(() => sessionStorage.length), 0);
        await close();
    },

    async "shows what the daemon told, stamped with whose money it is"(browser, base) {
        const { page, close } = await open(browser, base, { token });
        await shown(page);
        assert.match(await page.locator("#stamp").innerText(), /^SIM · simulated cluster, no real money/);
        assert.match(await page.title(), /SIM/);
        const tiles = await page.locator("#tiles").innerText();
        assert.match(tiles, /Equity at liquidation\s+[\d.]+ SOL\s+\$[\d,.]+/);
        assert.match(tiles, /Tick to send/);
        assert.doesNotMatch(await page.locator("body").innerText(), /undefined|NaN|\[object/);
        for (const [name, least] of [["orders", 1], ["limits", 10], ["latency", 5], ["sockets", 1], ["endpoints", 1], ["costs", 8]]) {
            const rows = await page.locator(`#${name} tbody`).count();
            assert.ok(rows >= least, `${name}: ${rows} rows`);
        }
        const limits = await page.locator("#limits").innerText();
        for (const name of ["risk.trade_max_usd", "risk.capital_max_usd", "risk.daily_loss_max_usd", "risk.drawdown_max_usd",
            "risk.positions_max", "risk.daily_volume_max_usd", "risk.losing_streak_max", "execution.daily_fee_max_sol", "risk.exit_reserve_sol"]) {
            assert.ok(limits.includes(name), name);
        }
        // A newer order may take the first place meanwhile.
        await page.locator("#orders button").first().click();
        await page.locator('#orders button[aria-expanded="true"]').waitFor(SOON);
        assert.match(await page.locator("#orders .timeline").first().innerText(), /decided|sent/);
        await assertNamed(page);
        await close();
    },

    async "draws its charts, and goes on when more is told"(browser, base) {
        const { page, close } = await open(browser, base, { token });
        await shown(page);
        for (const id of ["equity-chart", "scan-chart", "latency-chart"]) {
            await page.locator(`#${id} canvas`).waitFor(SOON);
        }
        const before = await page.locator("#age").innerText();
        await page.waitForFunction((text) => document.getElementById("age").innerText !== text, before, SOON);
        assert.match(await page.locator("#scan-note").innerText(), /updates .* a second/);
        await close();
    },

    async "fits a phone and a desktop, dark and light, with enough contrast"(browser, base) {
        for (const [size, viewport] of [["phone", PHONE], ["desktop", DESKTOP]]) {
            for (const colorScheme of ["dark", "light"]) {
                const { page, close } = await open(browser, base, { viewport, colorScheme, token });
                await shown(page);
                await page.locator("#equity-chart canvas").waitFor(SOON);
                await assertNothingOverflows(page);
                await assertContrast(page);
                const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
                assert.equal(Number(ground.match(/\d+/)[0]) > 128, colorScheme === "light", ground);
                if (screenshots) {
                    await page.screenshot({ path: path.join(screenshots, `dashboard-${size}-${colorScheme}.png`) });
                }
                await close();
            }
        }
    },

    async "changes between dark and light by its button, and remembers it"(browser, base) {
        const { page, close } = await open(browser, base, { colorScheme: "dark", token });
        await shown(page);
        const theme = () => page.evaluate(() => document.documentElement.dataset.theme);
        assert.equal(await theme(), "dark");
        await page.locator("#theme").click(); // dark, whatever the system says,
        await page.locator("#theme").click(); // then light.
        assert.equal(await theme(), "light");
        await page.reload();
        await shown(page);
        assert.equal(await theme(), "light");
        await close();
    },
};

// What the stand-in can be made to do.
const misbehaviours = {
    async "says that its figures are stale when nothing more is told, and since when"(browser, base, standin) {
        const { page, close } = await open(browser, base, { token });
        await shown(page);
        assert.equal(await page.locator("#stale").isVisible(), false);
        standin.isMute = true;
        await page.locator("#stale").waitFor({ state: "visible", ...SOON });
        assert.match(await page.locator("#stale").innerText(), /^STALE since \d\d:\d\d:\d\d UTC/);
        assert.match(await page.title(), /^STALE/);
        assert.equal(await page.locator("body.is-stale").count(), 1);
        await assertNothingOverflows(page);
        standin.isMute = false;
        await page.locator("#stale").waitFor({ state: "hidden", ...SOON });
        assert.equal(await page.locator("body.is-stale").count(), 0);
        await close();
    },

    async "comes back by itself when the daemon does"(browser, base, standin) {
        const { page, close } = await open(browser, base, { token, allow: [/ERR_/] });
        await shown(page);
        await standin.stop();
        await page.getByText("trying again in").waitFor(SOON);
        await page.locator("#stale").waitFor({ state: "visible", ...SOON });
        await standin.start(Number(new URL(base).port));
        await page.locator("#stale").waitFor({ state: "hidden", ...SOON });
        assert.match(await page.locator("#connection").innerText(), /^connected/);
        await close();
    },

    async "asks for the token again when the daemon has another one"(browser, base, standin) {
        const { page, close } = await open(browser, base, { token, allow: [/status of 401/] });
        await shown(page);
        standin.token = "other";
        for (const stream of standin.streams) stream.end();
        await page.locator("#sign-in").waitFor({ state: "visible", ...SOON });
        assert.equal(await page.locator("#main").isVisible(), false);
        standin.token = TOKEN;
        await close();
    },

    // Names of tokens, words of nodes and texts of the log are anybody's.
    async "shows as text whatever any text of the document says"(browser, base, standin) {
        const evil = "<img src=x onerror=\"window.wasRun=true\"><script>window.wasRun=true</script>'\"`${1}";
        const poisoned = (value) => {
            if (typeof value === "string") return evil + value;
            if (Array.isArray(value)) return value.map(poisoned);
            if (value === null || typeof value !== "object") return value;
            return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, poisoned(each)]));
        };
        standin.change = (document) => {
            const told = poisoned(document);
            told.report.denials = { [evil]: 5 };
            told.warnings = [{ level: evil, at_ms: Date.now(), component: evil, text: evil }];
            told.state.standing = [{ cause: evil, text: evil, since: evil, by: evil, reason: evil, figures: evil, ends_with: evil }];
            return told;
        };
        const { page, close } = await open(browser, base, { token });
        await shown(page);
        await page.locator("#orders button").first().click();
        await page.locator("#orders .timeline").first().waitFor(SOON);
        assert.equal(await page.evaluate(() => window.wasRun), undefined);
        assert.equal(await page.locator("img, main script, header script").count(), 0);
        for (const id of ["stamp", "state", "standing", "orders", "denials", "warnings", "endpoints", "limits", "build"]) {
            assert.ok((await page.locator(`#${id}`).innerText()).includes("<img src=x"), id);
        }
        standin.change = (document) => document;
        await close();
    },

    async "shows tables where the build has no charts"(browser, base, standin) {
        standin.change = (document) => ({ ...document, build: { ...document.build, has_charts: false } });
        standin.requests.length = 0;
        const { page, close } = await open(browser, base, { token });
        await shown(page);
        assert.match(await page.locator("#equity-chart").innerText(), /made without uPlot/);
        assert.equal(await page.locator("canvas").count(), 0);
        assert.equal(standin.requests.some(({ url }) => url.includes("uplot")), false);
        assert.ok(await page.locator("#latency tbody").count() >= 5);
        standin.change = (document) => document;
        await close();
    },

    async "stamps paper and real money so that nobody takes the one for the other"(browser, base, standin) {
        for (const [provenance, text] of [["paper", /^PAPER/], ["live", /^LIVE · REAL MONEY/], ["test", /^TEST/], ["other", /^UNKNOWN MONEY/]]) {
            standin.change = (document) => ({ ...document, run: { ...document.run, provenance } });
            const { page, close } = await open(browser, base, { token });
            await shown(page);
            assert.match(await page.locator("#stamp").innerText(), text);
            await assertContrast(page);
            await close();
        }
        standin.change = (document) => document;
    },

    async "shows controls when they are armed, and sends what was typed out with their token"(browser, base, standin) {
        standin.change = (document) => ({ ...document, controls: { is_armed: false } });
        const calm = await open(browser, base, { token });
        await shown(calm.page);
        assert.equal(await calm.page.locator("#controls").isVisible(), false);
        await calm.close();
        standin.change = (document) => ({ ...document, controls: { is_armed: true } });
        const { page, close } = await open(browser, base, { token, viewport: PHONE, allow: [/status of 403/] });
        await shown(page);
        await page.locator("#controls").waitFor({ state: "visible", ...SOON });
        await assertNothingOverflows(page);
        const send = page.getByRole("button", { name: "Send" });
        await page.getByRole("radio", { name: "flatten" }).check();
        assert.match(await page.locator("#control-effect").innerText(), /Sells every open position/);
        await page.getByLabel("Control token").fill("wrong");
        await page.getByLabel("Type “flatten” to confirm").fill("flatte");
        assert.equal(await send.isDisabled(), true);
        await page.getByLabel("Type “flatten” to confirm").fill("flatten");
        await send.click();
        await page.getByText("refuses this control token").waitFor(SOON);
        assert.deepEqual(standin.commands, []);
        await page.getByLabel("Reason, for the journal").fill("a test");
        await page.getByLabel("Control token").fill(CONTROL_TOKEN);
        await page.getByLabel("Type “flatten” to confirm").fill("flatten");
        await page.keyboard.press("Enter");
        await page.getByText("Done. REDUCING").waitFor(SOON);
        assert.deepEqual(standin.commands, [{ command: "flatten", reason: "a test", confirm: "flatten" }]);
        assert.equal(await page.getByLabel("Control token").inputValue(), "", "it is kept nowhere");
        standin.change = (document) => document;
        await close();
    },
};

// What a daemon is for that a stand-in cannot show.
const daemonTests = {
    async "shows a running simulation: positions, orders with their stages, and how they go on"(browser, base, daemon) {
        await until("a position and an order that landed", async () => {
            const document = await daemon.document();
            return document?.positions.shown.length > 0 && document.orders.shown.some((each) => each.outcome === "landed");
        });
        const { page, close } = await open(browser, base, { token });
        await shown(page);
        const told = await daemon.document();
        assert.equal(told.run.provenance, "sim");
        for (const name of ["received", "decided", "approved", "signed", "sent"]) {
            assert.ok(told.orders.shown.some((order) => order.stages.some((each) => each.name === name)), name);
        }
        await page.locator("#positions tbody").first().waitFor(SOON);
        const number = told.number;
        await until("newer documents", async () => (await daemon.document()).number > number + 2);
        assert.equal(await page.locator("#stale").isVisible(), false);
        await until("one page to listen", async () => await daemon.metric("sniperforge_ops_listeners") === 1);
        await close();
        await until("the stream to end with its page", async () => await daemon.metric("sniperforge_ops_listeners") === 0);
    },

    // A page under another origin has a browser that knows both tokens, as if it had stolen them.
    async "answers no page of another site, whatever it sends, and none under another name"(browser, base, daemon) {
        const evil = http.createServer((request, response) => {
            response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>evil</title>");
        });
        await new Promise((resolve) => { evil.listen(0, "127.0.0.1", resolve); });
        const refused = () => daemon.metric('sniperforge_ops_request_handled_total{result="refused"}');
        const before = await refused();
        const context = await browser.newContext();
        const page = await context.newPage();
        await page.goto(`http://127.0.0.1:${evil.address().port}`);
        const results = await page.evaluate(async ([url, reading, control]) => {
            const body = JSON.stringify({ command: "pause", reason: "", confirm: "pause" });
            const authorized = { Authorization: `Bearer ${reading}` };
            const both = { ...authorized, "X-Control-Token": control };
            const attempts = [
                ["/api/dashboard", { headers: authorized }],
                ["/api/events", { headers: authorized }],
                ["/metrics", { headers: authorized }],
                ["/", {}],
                ["/app.js", {}],
                ["/api/control", { method: "POST", headers: { ...both, "Content-Type": "application/json" }, body }],
                ["/api/control", { method: "POST", mode: "no-cors", body }],
                ["/api/control", { method: "POST", mode: "no-cors", body: new URLSearchParams({ command: "pause" }) }],
            ];
            const told = [];
            for (const [target, options] of attempts) {
                try {
                    const answer = await fetch(url + target, options);
                    told.push(answer.type === "opaque" ? "opaque" : `${target}: ${answer.status}`);
                } catch {
                    told.push("failed");
                }
            }
            const frame = document.createElement("iframe");
            frame.src = url;
            document.body.append(frame);
            await new Promise((resolve) => { frame.onload = resolve; });
            const form = document.createElement("form");
            form.method = "post";
            form.action = `${url}/api/control`;
            document.body.append(form);
            form.submit();
            return told;
        }, [base, daemon.token, daemon.controlToken]);
        assert.deepEqual(results.filter((each) => each !== "failed" && each !== "opaque"), []);
        await page.waitForURL(`${base}/api/control`, SOON);
        assert.match(await page.locator("body").innerText(), /another site/);
        assert.equal(page.frames().filter((frame) => frame.url().startsWith(base) && frame !== page.mainFrame()).length, 0);
        assert.ok(await refused() >= before + 8, "they were refused, and not lost");
        // As a name server of the other site would have it (DNS rebinding): --host-resolver-rules below.
        const answer = await page.goto(`http://rebound.test:${daemon.port}/`);
        assert.equal(answer.status(), 421);
        assert.notEqual((await daemon.document()).state.phase, "paused");
        await context.close();
        evil.close();
    },

    async "pauses, resumes and flattens for who has both tokens and types it out"(browser, base, daemon) {
        const { page, close } = await open(browser, base, { token, allow: [/status of 403/] });
        await shown(page);
        const command = async (name, controlToken, reason) => {
            await page.getByRole("radio", { name }).check();
            await page.getByLabel("Reason, for the journal").fill(reason);
            await page.getByLabel("Control token").fill(controlToken);
            await page.getByLabel(`Type “${name}” to confirm`).fill(name);
            await page.getByRole("button", { name: "Send" }).click();
        };
        await command("pause", daemon.token, "with the token for looking");
        await page.getByText("refuses this control token").waitFor(SOON);
        assert.deepEqual((await daemon.document()).state.standing.filter((each) => each.cause === "pause"), []);
        await command("pause", daemon.controlToken, "lunch in Lüneburg");
        await page.getByText("Done. REDUCING").waitFor(SOON);
        await page.locator("#standing").getByText("lunch in Lüneburg").waitFor(SOON);
        assert.equal((await daemon.document()).state.phase, "paused");
        await command("resume", daemon.controlToken, "");
        await page.getByText("Done. ACTIVE").waitFor(SOON);
        await command("flatten", daemon.controlToken, "enough");
        await page.getByText("Done. REDUCING").waitFor(SOON);
        await until("everything to be sold", async () => (await daemon.document()).positions.total === 0);
        await command("resume", daemon.controlToken, "");
        await page.getByText("Done. ACTIVE").waitFor(SOON);
        await close();
        for (const secret of [daemon.token, daemon.controlToken]) {
            assert.equal(daemon.log.includes(secret), false, "a token in the log");
        }
    },

    async "goes on by itself after a restart of the daemon"(browser, base, daemon) {
        const { page, close } = await open(browser, base, { token, allow: [/ERR_/] });
        await shown(page);
        assert.equal(await daemon.stop(), 0, daemon.log);
        await page.locator("#stale").waitFor({ state: "visible", ...SOON });
        await daemon.start();
        assert.equal(daemon.token, token, "the token outlives a run");
        await page.locator("#stale").waitFor({ state: "hidden", ...SOON });
        assert.match(await page.locator("#connection").innerText(), /^connected/);
        await close();
    },

    async "ends the daemon when it is told to stop"(browser, base, daemon) {
        const { page, close } = await open(browser, base, { token, allow: [/ERR_/] });
        await shown(page);
        await page.getByRole("radio", { name: "stop" }).check();
        await page.getByLabel("Control token").fill(daemon.controlToken);
        await page.getByLabel("Type “stop” to confirm").fill("stop");
        await page.keyboard.press("Enter");
        await page.getByText("Done.").waitFor(SOON);
        assert.equal(await daemon.ended, 0, daemon.log);
        await page.locator("#stale").waitFor({ state: "visible", ...SOON });
        await close();
    },
};

async function main() {
    const daemon = new Daemon(process.env.SNIPERFORGE_BINARY, directory);
    const browser = await chromium.launch({
        executablePath: process.env.SNIPERFORGE_CHROMIUM ?? "/usr/bin/chromium",
        args: ["--disable-gpu", "--host-resolver-rules=MAP rebound.test 127.0.0.1", ...(process.getuid() === 0 ? ["--no-sandbox"] : [])],
    });
    let passed = 0;
    let failed = 0;
    const attempt = async (tests, base, server) => {
        for (const [name, test] of Object.entries(tests)) {
            try {
                await test(browser, base, server);
                passed += 1;
                console.log(`ok      ${name}`);
            } catch (error) {
                failed += 1;
                console.log(`FAILED  ${name}\n${error.stack}`);
                server.change = (document) => document;
                await Promise.all(browser.contexts().map((context) => context.close()));
            }
        }
    };
    try {
        await daemon.start();
        await until("orders that landed", async () => (await daemon.document())?.report.orders.landed >= 5);
        token = daemon.token;
        await attempt(tests, daemon.base, daemon);
        const told = { page: await daemon.page(), documents: await daemon.documents(5), history: await (await daemon.get("/api/history")).json() };
        await attempt(daemonTests, daemon.base, daemon);
        token = TOKEN;
        const standin = new Standin(told, { token: TOKEN, controlToken: CONTROL_TOKEN });
        await attempt(misbehaviours, await standin.start(), standin);
        await standin.stop();
    } finally {
        await daemon.kill();
        await browser.close();
    }
    console.log(`${passed} passed, ${failed} failed`);
    process.exitCode = failed === 0 ? 0 : 1;
}

main().catch((error) => {
    console.error(error);
    process.exitCode = 1;
});
