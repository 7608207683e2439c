// SPDX-License-Identifier: MIT
// The JSON-RPC methods: (chain, params) -> result, or an exception that becomes the error.
"use strict";

const kit = require("@solana/kit");
const json = require("./json");

class RpcError extends Error {
    constructor(code, message, data) {
        super(message);
        this.code = code;
        this.data = data;
    }
}

const SLOTS_IN_EPOCH = 432_000n;
const COMMITMENTS = ["processed", "confirmed", "finalized"];

function commitmentOf(options) {
    const commitment = options?.commitment ?? "finalized";
    if (!COMMITMENTS.includes(commitment)) throw new RpcError(-32602, `unknown commitment ${commitment}`);
    return commitment;
}

function checkContext(chain, options) {
    const slot = chain.slot(commitmentOf(options));
    if (options?.minContextSlot !== undefined && slot < BigInt(options.minContextSlot)) {
        throw new RpcError(-32016, "Minimum context slot has not been reached", { contextSlot: slot });
    }
}

function withContext(chain, options, value) {
    checkContext(chain, options);
    return { context: { apiVersion: "3.0.0", slot: chain.slot(commitmentOf(options)) }, value };
}

function decoded(chain, text, options) {
    if (options?.encoding !== "base64") throw new RpcError(-32602, "only base64 transactions are taken here");
    try {
        return chain.decode(Buffer.from(text, "base64"));
    } catch (error) {
        throw new RpcError(-32602, `failed to deserialize the transaction: ${error.message}`);
    }
}

function simulation(outcome) {
    const err = json.transactionError(outcome.failed);
    return { accounts: null, err, innerInstructions: null, logs: outcome.meta?.logs() ?? [], returnData: null,
        unitsConsumed: outcome.meta?.computeUnitsConsumed() ?? 0n };
}

function sendTransaction(chain, [text, options]) {
    const transaction = decoded(chain, text, options);
    if (options.skipPreflight !== true) {
        const result = simulation(chain.simulate(transaction, { areSignaturesChecked: true, isLifetimeChecked: true }));
        if (result.err === "SignatureFailure") {
            throw new RpcError(-32003, "Transaction signature verification failure");
        }
        if (result.err !== null) {
            throw new RpcError(-32002, `Transaction simulation failed: ${json.errorText(result.err)}`, result);
        }
    }
    chain.execute(transaction); // Without preflight nobody learns that it was dropped.
    return transaction.signature;
}

function simulateTransaction(chain, [text, options]) {
    const transaction = decoded(chain, text, options);
    const areSignaturesChecked = options.sigVerify === true;
    const isReplaced = options.replaceRecentBlockhash === true;
    if (areSignaturesChecked && isReplaced) {
        throw new RpcError(-32602, "sigVerify may not be used with replaceRecentBlockhash");
    }
    const outcome = chain.simulate(transaction, { areSignaturesChecked, isLifetimeChecked: !isReplaced });
    return withContext(chain, options, simulation(outcome));
}

// The lamports that executing it takes out of the accounts it names: what the runtime charges, not a
// formula of ours.
function getFeeForMessage(chain, [text, options]) {
    const message = Buffer.from(text, "base64");
    const version = message[0] & 0x80 ? message[0] & 0x7f : "legacy";
    const signatures = Buffer.alloc(64 * message[version === "legacy" ? 0 : 1]);
    const wire = version === 1 ? [message, signatures] : [Buffer.from([signatures.length / 64]), signatures, message];
    const transaction = chain.decode(Buffer.concat(wire));
    if (!chain.isBlockhashValid(transaction.message.lifetimeToken)) return withContext(chain, options, null);
    const outcome = chain.simulate(transaction, { areSignaturesChecked: false, isLifetimeChecked: false });
    if (outcome.failed !== null) {
        throw new RpcError(-32602, `cannot price it: ${json.errorText(json.transactionError(outcome.failed))}`);
    }
    const charged = outcome.after.reduce(
        (total, after) => total + (chain.account(after.address)?.lamports ?? 0n) - after.lamports, 0n);
    return withContext(chain, options, charged);
}

function getSignatureStatuses(chain, [signatures]) {
    const value = signatures.map((signature) => {
        const receipt = chain.receipt(signature);
        if (receipt === undefined) return null;
        const confirmations = chain.confirmations(receipt);
        const err = json.transactionError(receipt.failed);
        return { confirmationStatus: confirmations === null ? "finalized" : "confirmed", confirmations, err,
            slot: receipt.slot, status: err === null ? { Ok: null } : { Err: err } };
    });
    return withContext(chain, { commitment: "processed" }, value);
}

function getTransaction(chain, [signature, options]) {
    const receipt = chain.receipt(signature);
    const commitment = commitmentOf(options);
    if (commitment === "processed") throw new RpcError(-32602, "Method does not support commitment below `confirmed`");
    if (receipt === undefined || receipt.wire === null) return null;
    if (commitment === "finalized" && chain.confirmations(receipt) !== null) return null;
    const { version } = receipt.message;
    if (version !== "legacy" && !(options?.maxSupportedTransactionVersion >= version)) {
        throw new RpcError(-32015, `Transaction version (${version}) is not supported by the requesting client. ` +
            "Please try the request again with the following configuration parameter: " +
            `"maxSupportedTransactionVersion": ${version}`);
    }
    return json.transaction(chain, receipt, options?.encoding ?? "json");
}

function matches(account, filter) {
    if (filter.dataSize !== undefined) return account.data.length === filter.dataSize;
    const { offset, bytes, encoding } = filter.memcmp;
    const wanted = encoding === "base64" ? Buffer.from(bytes, "base64") : kit.getBase58Encoder().encode(bytes);
    return Buffer.compare(account.data.subarray(offset, offset + wanted.length), wanted) === 0;
}

function getProgramAccounts(chain, [program, options]) {
    const found = chain
        .accountsOf(program)
        .filter(({ account }) => (options?.filters ?? []).every((filter) => matches(account, filter)))
        .map(({ address, account }) => ({ account: json.account(account, options), pubkey: address }));
    return options?.withContext ? withContext(chain, options, found) : found;
}

function getTokenAccountsByOwner(chain, [owner, { mint, programId }, options]) {
    const program = programId ?? chain.account(mint)?.owner;
    const found = (program === undefined ? [] : chain.accountsOf(program)).filter(({ account }) => {
        const token = json.tokenAccount(account);
        return token !== null && token.owner === owner && (mint === undefined || token.mint === mint);
    });
    return withContext(chain, options, found.map(({ address, account }) => ({
        account: json.account(account, options), pubkey: address })));
}

const methods = {
    advanceBlocks: (chain, [blocks]) => {
        chain.advance(BigInt(blocks));
        return chain.slot("processed");
    },
    getAccountInfo: (chain, [key, options]) =>
        withContext(chain, options, json.account(chain.account(key), options)),
    getBalance: (chain, [key, options]) => withContext(chain, options, chain.account(key)?.lamports ?? 0n),
    getBlockHeight: (chain, [options]) => chain.height(commitmentOf(options)),
    getEpochInfo: (chain, [options]) => {
        const absoluteSlot = chain.slot(commitmentOf(options));
        return { absoluteSlot, blockHeight: chain.height(commitmentOf(options)), epoch: absoluteSlot / SLOTS_IN_EPOCH,
            slotIndex: absoluteSlot % SLOTS_IN_EPOCH, slotsInEpoch: SLOTS_IN_EPOCH, transactionCount: null };
    },
    getFeeForMessage,
    getGenesisHash: (chain) => chain.genesisHash(),
    getHealth: () => "ok",
    getLatestBlockhash: (chain, [options]) =>
        withContext(chain, options, chain.latestBlockhash(commitmentOf(options))),
    getMinimumBalanceForRentExemption: (chain, [bytes]) => chain.rentExemptMinimum(BigInt(bytes)),
    getMultipleAccounts: (chain, [keys, options]) => {
        if (keys.length > 100) throw new RpcError(-32602, "Too many inputs provided; max 100");
        return withContext(chain, options, keys.map((key) => json.account(chain.account(key), options)));
    },
    getProgramAccounts,
    getSignatureStatuses,
    getSlot: (chain, [options]) => {
        checkContext(chain, options);
        return chain.slot(commitmentOf(options));
    },
    getTokenAccountsByOwner,
    getTransaction,
    getVersion: () => ({ "feature-set": 0, "solana-core": "3.0.0" }),
    isBlockhashValid: (chain, [hash, options]) => withContext(chain, options, chain.isBlockhashValid(hash)),
    requestAirdrop: (chain, [key, lamports]) => {
        if (!Number.isSafeInteger(lamports)) throw new RpcError(-32602, `${lamports} lamports are no whole number here`);
        return chain.airdrop(key, BigInt(lamports));
    },
    sendTransaction,
    simulateTransaction,
};

module.exports = { methods, RpcError };
