// SPDX-License-Identifier: MIT
"use strict";
// Serves the dashboard as docs/dashboard.md says, from what a daemon told: its documents again and
// again, one a second, as if each were of now. It can be told to misbehave as no daemon does.

const http = require("http");

const INTERVAL_MS = 1000;

class Standin {
    constructor({ page, documents, history }, { token, controlToken }) {
        this.token = token;
        this.controlToken = controlToken;
        this.page = page;
        this.documents = documents;
        this.history = history;
        this.change = (document) => document; // What is told instead.
        this.isMute = false; // Nothing is told on streams that stay open.
        this.commands = []; // That were let in.
        this.requests = []; // All: {method, url, authorization}.
        this.streams = new Set();
        this.told = 0;
    }

    async start(port = 0) {
        this.server = http.createServer((request, response) => this.answer(request, response));
        await new Promise((resolve) => this.server.listen(port, "127.0.0.1", resolve));
        this.port = this.server.address().port;
        this.timer = setInterval(() => this.tell(), INTERVAL_MS);
        return `http://127.0.0.1:${this.port}`;
    }

    async stop() {
        clearInterval(this.timer);
        this.streams.clear();
        this.server.closeAllConnections();
        await new Promise((resolve) => this.server.close(resolve));
    }

    document() {
        const document = structuredClone(this.documents[this.told % this.documents.length]);
        document.number = this.told + 1;
        document.taken_at_ms = Date.now();
        return this.change(document);
    }

    // As the daemon does: one text for all.
    tell() {
        if (this.isMute) {
            return;
        }
        const text = `event: state\nid: ${this.told + 1}\ndata: ${JSON.stringify(this.document())}\n\n`;
        this.told += 1;
        for (const stream of this.streams) {
            stream.write(text);
        }
    }

    answer(request, response) {
        for (const [name, value] of this.page.headers) {
            response.setHeader(name, value);
        }
        const url = request.url;
        this.requests.push({ method: request.method, url, authorization: request.headers.authorization ?? "" });
        const file = this.page.files.get(url === "/" ? "/index.html" : url);
        if (request.method === "GET" && file) {
            response.setHeader("ETag", file.etag);
            response.setHeader("Content-Type", file.type);
            if (request.headers["if-none-match"] === file.etag) {
                response.writeHead(304).end();
            } else {
                response.writeHead(200).end(file.bytes);
            }
        } else if (!url.startsWith("/api/")) {
            response.writeHead(404).end();
        } else if (request.headers.authorization !== `Bearer ${this.token}`) {
            response.writeHead(401, { "WWW-Authenticate": "Bearer" }).end();
        } else {
            this.serve(request, response);
        }
    }

    serve(request, response) {
        const route = `${request.method} ${request.url}`;
        if (route === "GET /api/dashboard") {
            this.json(response, 200, this.document());
        } else if (route === "GET /api/history") {
            this.json(response, 200, this.shifted());
        } else if (route === "GET /api/events") {
            response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
            response.write(": welcome\n\n");
            if (!this.isMute) {
                response.write(`event: state\nid: ${this.told}\ndata: ${JSON.stringify(this.document())}\n\n`);
            }
            this.streams.add(response);
            response.on("close", () => this.streams.delete(response));
        } else if (route === "POST /api/control") {
            this.control(request, response);
        } else {
            response.writeHead(404).end();
        }
    }

    // So that the curve ends now, too.
    shifted() {
        const points = this.history.points;
        const by = Date.now() - INTERVAL_MS - points[points.length - 1][0];
        return { points: points.map(([at, ...rest]) => [at + by, ...rest]) };
    }

    control(request, response) {
        let body = "";
        request.on("data", (part) => { body += part; });
        request.on("end", () => {
            if (request.headers["x-control-token"] !== this.controlToken) {
                response.writeHead(403).end();
                return;
            }
            this.commands.push(JSON.parse(body));
            this.json(response, 200, { ok: true, exit_code: 0, problem: "", is_changed: true, state: "REDUCING", standing: [{ cause: "pause" }] });
        });
    }

    json(response, status, value) {
        response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
        response.end(JSON.stringify(value));
    }
}

module.exports = { Standin };
