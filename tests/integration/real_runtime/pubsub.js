// SPDX-License-Identifier: MIT
// PubSub: slot, account, logs and signature subscriptions over WebSocket. Processed and confirmed are
// notified when the block closes; finalized is refused.
"use strict";

const json = require("./json");

class PubSub {
    #chain;
    #subscriptions = new Map(); // Id -> {socket, kind, key}.
    #nextId = 1;

    constructor(chain) {
        this.#chain = chain;
        chain.onBlock((block) => this.#onBlock(block));
    }

    serve(socket) {
        socket.on("message", (text) => socket.send(json.stringify(this.#answer(socket, JSON.parse(text)))));
        socket.on("close", () => {
            for (const [id, each] of this.#subscriptions) if (each.socket === socket) this.#subscriptions.delete(id);
        });
    }

    #answer(socket, { id, method, params = [] }) {
        try {
            const [, kind, verb] = /^(slot|account|logs|signature)(Subscribe|Unsubscribe)$/.exec(method) ?? [];
            if (verb === "Unsubscribe") return { id, jsonrpc: "2.0", result: this.#subscriptions.delete(params[0]) };
            if (verb !== "Subscribe") return { error: { code: -32601, message: "Method not found" }, id, jsonrpc: "2.0" };
            return { id, jsonrpc: "2.0", result: this.#subscribe(socket, kind, params) };
        } catch (error) {
            return { error: { code: -32602, message: error.message }, id, jsonrpc: "2.0" };
        }
    }

    #subscribe(socket, kind, [target, options]) {
        if (kind !== "slot" && (options?.commitment ?? "finalized") === "finalized") {
            throw new Error("only processed and confirmed are notified here");
        }
        const key = kind === "logs" ? target.mentions?.[0] : target;
        const id = this.#nextId++;
        this.#subscriptions.set(id, { socket, kind, key });
        // A transaction that landed before is reported at once, after this answer.
        const receipt = kind === "signature" ? this.#chain.receipt(key) : undefined;
        if (receipt !== undefined) setImmediate(() => this.#notifySignature(id, receipt));
        return id;
    }

    #onBlock({ slot, receipts }) {
        for (const [id, { kind, key }] of this.#subscriptions) {
            if (kind === "slot") this.#notify(id, { parent: slot - 1n, root: slot - 32n, slot });
            for (const receipt of receipts) {
                if (kind === "signature" && receipt.signature === key) this.#notifySignature(id, receipt);
                if (kind === "account") {
                    const change = receipt.changed.find(({ address }) => address === key);
                    if (change !== undefined) this.#notifyAccount(id, change.account, receipt.slot);
                }
                if (kind === "logs" && (key === undefined || receipt.keys?.includes(key))) {
                    const err = json.transactionError(receipt.failed);
                    const value = { err, logs: receipt.logs, signature: receipt.signature };
                    this.#notify(id, { context: { slot: receipt.slot }, value });
                }
            }
        }
    }

    // An account that is gone is notified as an empty one of the system program.
    #notifyAccount(id, account, slot) {
        const gone = { lamports: 0n, data: new Uint8Array(), owner: "11111111111111111111111111111111", executable: false };
        this.#notify(id, { context: { slot }, value: json.account(account ?? gone, { encoding: "base64" }) });
    }

    // One notification ends it.
    #notifySignature(id, receipt) {
        this.#notify(id, { context: { slot: receipt.slot }, value: { err: json.transactionError(receipt.failed) } });
        this.#subscriptions.delete(id);
    }

    #notify(id, result) {
        const found = this.#subscriptions.get(id);
        if (found === undefined) return;
        found.socket.send(json.stringify({ jsonrpc: "2.0", method: `${found.kind}Notification`,
            params: { result, subscription: id } }));
    }
}

module.exports = { PubSub };
