// SPDX-License-Identifier: MIT
// A Solana node for tests: JSON-RPC over HTTP and PubSub over WebSocket, both on one port of the
// loopback, in front of the real runtime of litesvm (chain.js). It prints "listening PORT" and serves
// until its standard input ends, so that it cannot outlive the test that started it.
//
// Beside the node's methods there is advanceBlocks [n]: time passes in blocks, and only when told.
"use strict";

const http = require("node:http");
const { WebSocketServer } = require("ws");
const { Chain } = require("./chain");
const { methods, RpcError } = require("./methods");
const { PubSub } = require("./pubsub");
const json = require("./json");

const BODY_BYTES_MAX = 1 << 20;

const chain = new Chain();
const pubsub = new PubSub(chain);

function answer(text) {
    let id = null;
    try {
        const request = JSON.parse(text);
        id = request.id ?? null;
        const method = methods[request.method];
        if (method === undefined) throw new RpcError(-32601, "Method not found");
        return { id, jsonrpc: "2.0", result: method(chain, request.params ?? []) };
    } catch (error) {
        const code = error instanceof RpcError ? error.code : error instanceof SyntaxError ? -32700 : -32602;
        return { error: { code, data: error.data, message: error.message }, id, jsonrpc: "2.0" };
    }
}

const server = http.createServer((request, response) => {
    const chunks = [];
    let size = 0;
    request.on("data", (chunk) => {
        size += chunk.length;
        if (size > BODY_BYTES_MAX) request.destroy();
        else chunks.push(chunk);
    });
    request.on("end", () => {
        const body = json.stringify(answer(Buffer.concat(chunks).toString("utf8")));
        response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) });
        response.end(body);
    });
});
new WebSocketServer({ server }).on("connection", (socket) => pubsub.serve(socket));
server.listen(0, "127.0.0.1", () => process.stdout.write(`listening ${server.address().port}\n`));

process.stdin.on("end", () => process.exit(0));
process.stdin.resume();
