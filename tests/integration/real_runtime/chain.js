// SPDX-License-Identifier: MIT
// A chain around litesvm: the real runtime executes, this file adds what a cluster has around it.
//
// litesvm has no blocks and accepts its latest blockhash alone. Here each transaction that is
// included makes a block of its own, and advance() makes empty ones; time passes no other way, so a
// test decides when a blockhash expires. The hashes of all blocks are kept: a transaction that cites
// one of the last 150 is executed with litesvm's check off, every other one with the check on, so that
// it is litesvm's own check that lets a durable nonce pass and refuses the rest.
//
// The runtime holds the newest state only, so reads of every commitment answer from it. Commitments
// differ in slots, heights, blockhashes and statuses: a block is confirmed when the next one exists and
// finalized 32 blocks later.
"use strict";

const kit = require("@solana/kit");
const { FailedTransactionMetadata, LiteSVM } = require("litesvm");

const LAST_VALID_AFTER = 150n; // MAX_PROCESSING_AGE.
const FINALIZED_AFTER = 32n;
const SLOT_HASHES_MAX = 512;
// A cluster skips slots, so its block height is below its slot. Never equal: it would hide a mix-up.
const SLOTS_SKIPPED = 20_000_000n;
const LOOKUP_TABLE_HEADER = 56;

const addresses = kit.getAddressCodec();
const base58 = kit.getBase58Decoder();
const transactions = kit.getTransactionDecoder();
const messages = kit.getCompiledTransactionMessageDecoder();

class Chain {
    #svm = new LiteSVM().withNativeMints().withTransactionHistory(0n);
    #slot = this.#svm.getClock().slot;
    #blocks = []; // {slot, height, hash}, oldest first.
    #receipts = new Map(); // Signature -> what happened. Never forgotten: runs are short.
    #listeners = [];

    constructor() {
        this.#blocks.push(this.#newestBlock());
        // So that "finalized" has a block to name from the start.
        this.advance(FINALIZED_AFTER);
    }

    onBlock(listener) {
        this.#listeners.push(listener);
    }

    // The slot of the block under construction is "processed": its transactions can be seen.
    slot(commitment) {
        return this.#slot - { processed: 0n, confirmed: 1n, finalized: FINALIZED_AFTER }[commitment];
    }

    height(commitment) {
        return this.slot(commitment) - SLOTS_SKIPPED;
    }

    latestBlockhash(commitment) {
        const behind = { processed: 1, confirmed: 1, finalized: Number(FINALIZED_AFTER) }[commitment];
        const block = this.#blocks.at(-behind);
        return { blockhash: block.hash, lastValidBlockHeight: block.height + LAST_VALID_AFTER };
    }

    isBlockhashValid(hash) {
        const block = this.#blocks.find((each) => each.hash === hash);
        return block !== undefined && this.height("processed") <= block.height + LAST_VALID_AFTER;
    }

    genesisHash() {
        return this.#blocks[0].hash;
    }

    rentExemptMinimum(bytes) {
        return this.#svm.minimumBalanceForRentExemption(bytes);
    }

    // {lamports, data, owner, executable}, or null.
    account(address) {
        const found = this.#svm.getAccount(address);
        if (!found.exists || found.lamports === 0n) return null;
        return { lamports: found.lamports, data: found.data, owner: found.programAddress, executable: found.executable };
    }

    accountsOf(program) {
        return this.#svm
            .getProgramAccounts(program)
            .filter((each) => each.lamports > 0n)
            .map((each) => ({ address: each.address, account: this.account(each.address) }));
    }

    receipt(signature) {
        return this.#receipts.get(signature);
    }

    confirmations(receipt) {
        const depth = this.#slot - receipt.slot;
        return depth >= FINALIZED_AFTER ? null : depth;
    }

    airdrop(address, lamports) {
        const before = this.account(address);
        const result = this.#svm.withBlockhashCheck(true).airdrop(address, lamports);
        if (result === null || result instanceof FailedTransactionMetadata) {
            throw new Error(`airdrop of ${lamports} lamports to ${address}: ${result}`);
        }
        const signature = kit.getBase58Decoder().decode(result.signature());
        this.#include({ signature, slot: this.#slot, failed: null, logs: result.logs(), wire: null,
            changed: this.#changes([address], [before]) });
        return signature;
    }

    // Bytes -> {wire, transaction, message, signature, keys}; throws on anything that is no transaction.
    decode(wire) {
        const transaction = transactions.decode(wire);
        const message = messages.decode(transaction.messageBytes);
        const signatures = Object.values(transaction.signatures).map((each) => each ?? new Uint8Array(64));
        return { wire, transaction, message, signatures: signatures.map((each) => base58.decode(each)),
            signature: base58.decode(signatures[0]) };
    }

    // What would happen: {failed, meta, after}; `failed` is null or what json.transactionError takes.
    simulate(decoded, { areSignaturesChecked, isLifetimeChecked }) {
        if (isLifetimeChecked && this.#receipts.has(decoded.signature)) {
            return { failed: "AlreadyProcessed", meta: null };
        }
        this.#svm.withSigverify(areSignaturesChecked);
        this.#svm.withBlockhashCheck(isLifetimeChecked && !this.isBlockhashValid(decoded.message.lifetimeToken));
        const result = this.#svm.simulateTransaction(decoded.transaction);
        if (result instanceof FailedTransactionMetadata) {
            return { failed: result, meta: result.meta() };
        }
        return { failed: null, meta: result.meta(), after: result.postAccounts() };
    }

    // Executes, and includes what the runtime charged for: a transaction that paid no fee is in no block.
    execute(decoded) {
        if (this.#receipts.has(decoded.signature)) return null;
        const loaded = this.#loadedAddresses(decoded.message);
        const keys = [...decoded.message.staticAccounts, ...loaded.writable, ...loaded.readonly];
        const before = keys.map((key) => this.account(key));
        this.#svm.withSigverify(true);
        this.#svm.withBlockhashCheck(!this.isBlockhashValid(decoded.message.lifetimeToken));
        const result = this.#svm.sendTransaction(decoded.transaction);
        const after = keys.map((key) => this.account(key));
        const fee = sum(before) - sum(after);
        const isFailed = result instanceof FailedTransactionMetadata;
        if (isFailed && fee === 0n) return null;
        const meta = isFailed ? result.meta() : result;
        const receipt = { ...decoded, slot: this.#slot, failed: isFailed ? result : null, logs: meta.logs(),
            unitsConsumed: meta.computeUnitsConsumed(), fee, loaded, keys, before, after,
            changed: this.#changes(keys, before) };
        this.#include(receipt);
        return receipt;
    }

    advance(blocks) {
        for (let i = 0n; i < blocks; ++i) this.#closeBlock([]);
        this.#publishSysvars();
    }

    #include(receipt) {
        this.#receipts.set(receipt.signature, receipt);
        this.#closeBlock([receipt]);
        this.#publishSysvars();
    }

    #closeBlock(receipts) {
        ++this.#slot;
        this.#svm.expireBlockhash();
        this.#blocks.push(this.#newestBlock());
        for (const listener of this.#listeners) listener({ slot: this.#slot, receipts });
    }

    // litesvm's newest hash is that of the block before the one under construction.
    #newestBlock() {
        return { slot: this.#slot - 1n, height: this.#slot - 1n - SLOTS_SKIPPED, hash: this.#svm.latestBlockhash() };
    }

    // Programs read the clock and the recent slots: a lookup table is created for one of these.
    #publishSysvars() {
        const clock = this.#svm.getClock();
        clock.slot = this.#slot;
        this.#svm.setClock(clock);
        const recent = this.#blocks.slice(-SLOT_HASHES_MAX).reverse();
        this.#svm.setSlotHashes(recent.map(({ slot, hash }) => ({ slot, hash })));
    }

    #loadedAddresses(message) {
        const loaded = { writable: [], readonly: [] };
        for (const lookup of message.addressTableLookups ?? []) {
            const data = this.account(lookup.lookupTableAddress)?.data ?? new Uint8Array();
            const at = (index) => addresses.decode(data, LOOKUP_TABLE_HEADER + 32 * index);
            try {
                loaded.writable.push(...lookup.writableIndexes.map(at));
                loaded.readonly.push(...lookup.readonlyIndexes.map(at));
            } catch {
                // Past the end of the table: the runtime refuses the transaction for it.
            }
        }
        return loaded;
    }

    #changes(keys, before) {
        const changed = [];
        keys.forEach((address, i) => {
            const account = this.account(address);
            if (!isSame(before[i], account)) changed.push({ address, account });
        });
        return changed;
    }
}

function sum(accounts) {
    return accounts.reduce((total, account) => total + (account?.lamports ?? 0n), 0n);
}

function isSame(a, b) {
    if (a === null || b === null) return a === b;
    return a.lamports === b.lamports && a.owner === b.owner && Buffer.compare(a.data, b.data) === 0;
}

module.exports = { Chain };
