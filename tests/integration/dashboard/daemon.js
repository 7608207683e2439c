// SPDX-License-Identifier: MIT
"use strict";
// A daemon in the simulation whose dashboard is looked at: on a port that stays the same over restarts,
// with controls that are armed.

const { spawn } = require("child_process");
const fs = require("fs");
const net = require("net");
const path = require("path");

const DEADLINE_MS = 300_000; // Generous: a loaded machine is slow.
const LOOK_MS = 100;

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// What `attempt` gives once that is something.
async function until(what, attempt) {
    const end = Date.now() + DEADLINE_MS;
    for (;;) {
        const result = await attempt();
        if (result) return result;
        if (Date.now() > end) throw new Error(`in vain: ${what}`);
        await pause(LOOK_MS);
    }
}

function freePort() {
    return new Promise((resolve) => {
        const server = net.createServer().listen(0, "127.0.0.1", () => {
            const { port } = server.address();
            server.close(() => resolve(port));
        });
    });
}

class Daemon {
    constructor(binary, directory) {
        this.binary = binary;
        this.state = path.join(directory, "state");
        this.settings = path.join(directory, "settings.yaml");
        this.controlTokenFile = path.join(directory, "control.token");
        this.log = "";
    }

    async start() {
        if (!this.port) {
            this.port = await freePort();
            fs.writeFileSync(this.settings, `ops:\n  listen: "127.0.0.1:${this.port}"\n  control_token_file: "${this.controlTokenFile}"\n`);
        }
        this.process = spawn(this.binary, ["run", "--mode", "sim", "--seed", "7", "--config", this.settings, "--state-dir", this.state],
            { stdio: ["ignore", "ignore", "pipe"] });
        this.process.stderr.on("data", (text) => { this.log += text; });
        this.ended = new Promise((resolve) => { this.process.on("exit", (code, signal) => resolve(code ?? signal)); });
        this.base = `http://127.0.0.1:${this.port}`;
        await until("the daemon answers", async () => {
            if (this.process.exitCode !== null) throw new Error(`the daemon ended with ${this.process.exitCode}:\n${this.log}`);
            return (await this.get("/healthz").catch(() => null))?.ok;
        });
        this.token = fs.readFileSync(path.join(this.state, "ops.token"), "utf8").trim();
        this.controlToken = fs.readFileSync(this.controlTokenFile, "utf8").trim();
    }

    // As `kill` and systemd end it; what it ended with.
    async stop() {
        this.process.kill("SIGTERM");
        return this.ended;
    }

    async kill() {
        this.process?.kill("SIGKILL");
        await this.ended;
    }

    get(target) {
        return fetch(this.base + target, { headers: this.token ? { Authorization: `Bearer ${this.token}` } : {} });
    }

    async document() {
        const response = await this.get("/api/dashboard");
        return response.ok ? response.json() : null;
    }

    async metric(name) {
        const line = (await (await this.get("/metrics")).text()).split("\n").find((each) => each.startsWith(`${name} `));
        return line === undefined ? undefined : Number(line.slice(name.length));
    }

    // So many documents, each of which was another one.
    async documents(count) {
        const found = [];
        await until(`${count} documents`, async () => {
            const document = await this.document();
            if (document && document.number !== found.at(-1)?.number) found.push(document);
            return found.length === count;
        });
        return found;
    }

    // What the page consists of, as it is served: {headers, files: path -> {type, etag, bytes}}.
    async page() {
        const files = new Map();
        let headers = [];
        const wanted = ["/index.html"];
        for (const target of wanted) {
            const response = await this.get(target);
            if (!response.ok) throw new Error(`${target}: ${response.status}`);
            const bytes = Buffer.from(await response.arrayBuffer());
            files.set(target, { type: response.headers.get("content-type"), etag: response.headers.get("etag"), bytes });
            const text = bytes.toString();
            for (const [, name] of text.matchAll(/["'(]\.?(\/[a-z_]+\.(?:js|css|txt))["')]/g)) {
                if (!wanted.includes(name)) wanted.push(name);
            }
            headers = [...response.headers].filter(([name]) => !["content-type", "content-length", "connection", "etag", "keep-alive"].includes(name));
        }
        return { headers, files };
    }
}

module.exports = { Daemon, until };
