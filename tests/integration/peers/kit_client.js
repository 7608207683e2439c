// SPDX-License-Identifier: MIT
// @solana/kit as a client of a node: connects, subscribes, sends every version of transaction, confirms,
// reads back. The node is the simulated cluster, and the real runtime too, so that what is expected here
// is not our invention. Arguments: the URLs of JSON-RPC and of PubSub.
"use strict";

const assert = require("node:assert/strict");
const { after, test } = require("node:test");
const kit = require("@solana/kit");
const { within } = require("./within");

const [rpcUrl, pubsubUrl] = process.argv.slice(2);
const rpc = kit.createSolanaRpc(rpcUrl);
const rpcSubscriptions = kit.createSolanaRpcSubscriptions(pubsubUrl);
const sendAndConfirm = kit.sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions });
after(() => setImmediate(() => process.exit()));

const SOL = 1_000_000_000n;
const FEE = 5000n;
const AMOUNT = 2n * SOL;
const MUCH = 1_000_000n * SOL;
// A v1 transaction gets nothing that it does not ask for.
const BUDGET = { computeUnitLimit: 10_000, loadedAccountsDataSizeLimit: 64 * 1024, priorityFeeLamports: 777n };

async function funded() {
    const wallet = await kit.generateKeyPairSigner();
    const airdrop = kit.airdropFactory({ rpc, rpcSubscriptions });
    await within("the airdrop", airdrop({ commitment: "confirmed", recipientAddress: wallet.address,
        lamports: kit.lamports(10n * SOL) }));
    return wallet;
}

function transfer(source, destination, amount) {
    const data = Buffer.alloc(12);
    data.writeUInt32LE(2, 0);
    data.writeBigUInt64LE(amount, 4);
    return {
        programAddress: "11111111111111111111111111111111",
        accounts: [{ address: source.address, role: kit.AccountRole.WRITABLE_SIGNER, signer: source },
            { address: destination.address, role: kit.AccountRole.WRITABLE }],
        data,
    };
}

async function signed(version, payer, instructions) {
    const { value: lifetime } = await rpc.getLatestBlockhash({ commitment: "confirmed" }).send();
    const message = kit.pipe(
        kit.createTransactionMessage({ version }),
        (m) => kit.setTransactionMessageFeePayerSigner(payer, m),
        (m) => kit.setTransactionMessageLifetimeUsingBlockhash(lifetime, m),
        (m) => kit.appendTransactionMessageInstructions(instructions, m),
        (m) => (version === 1 ? kit.setTransactionMessageConfig(BUDGET, m) : m),
    );
    const transaction = await kit.signTransactionMessageWithSigners(message);
    return { transaction, signature: kit.getSignatureFromTransaction(transaction) };
}

async function balance(wallet) {
    return (await rpc.getBalance(wallet.address, { commitment: "confirmed" }).send()).value;
}

// What one subscription tells until it is stopped.
async function listen(pending) {
    const abort = new AbortController();
    const events = [];
    const iterable = await pending.subscribe({ abortSignal: abort.signal });
    const done = (async () => {
        for await (const event of iterable) events.push(event);
    })();
    return { events, stop: () => (abort.abort(), done) };
}

async function until(isMet) {
    while (!isMet()) await new Promise((resolve) => setTimeout(resolve, 20));
}

test("reads what the node and the chain are", async () => {
    assert.equal(await rpc.getHealth().send(), "ok");
    assert.match((await rpc.getVersion().send())["solana-core"], /^\d+\.\d+\.\d+/);
    const slot = await rpc.getSlot().send();
    const height = await rpc.getBlockHeight().send();
    assert.ok(height > 0n && height < slot);
    const { value } = await rpc.getLatestBlockhash().send();
    assert.ok(value.lastValidBlockHeight > height);
    assert.equal((await rpc.isBlockhashValid(value.blockhash).send()).value, true);
    assert.ok((await rpc.getMinimumBalanceForRentExemption(165n).send()) > 0n);
    assert.ok((await rpc.getEpochInfo().send()).slotsInEpoch > 0n);
});

for (const [version, fee] of [["legacy", FEE], [0, FEE], [1, FEE + BUDGET.priorityFeeLamports]]) {
    test(`sends a transaction of version ${version} and confirms it by subscription`, async () => {
        const [payer, to] = [await funded(), await kit.generateKeyPairSigner()];
        const subscriptions = await Promise.all([
            listen(rpcSubscriptions.slotNotifications()),
            listen(rpcSubscriptions.accountNotifications(to.address, { commitment: "confirmed", encoding: "base64" })),
            listen(rpcSubscriptions.logsNotifications({ mentions: [to.address] }, { commitment: "confirmed" })),
        ]);
        const [slots, accounts, logs] = subscriptions.map(({ events }) => events);
        const { transaction, signature } = await signed(version, payer, [transfer(payer, to, AMOUNT)]);
        await within("confirmation", sendAndConfirm(transaction, { commitment: "confirmed" }));

        assert.equal(await balance(to), AMOUNT);
        assert.equal(await balance(payer), 10n * SOL - AMOUNT - fee);
        await within("notifications", until(() => slots.length > 0 && accounts.length > 0 && logs.length > 0));
        await Promise.all(subscriptions.map(({ stop }) => stop()));
        const found = await rpc.getTransaction(signature,
            { commitment: "confirmed", encoding: "json", maxSupportedTransactionVersion: 1 }).send();
        assert.equal(found.version, version);
        assert.equal(found.meta.err, null);
        assert.equal(found.meta.fee, fee);
        assert.deepEqual(found.meta.preBalances.slice(0, 2), [10n * SOL, 0n]);
        assert.deepEqual(found.meta.postBalances.slice(0, 2), [10n * SOL - AMOUNT - fee, AMOUNT]);
        assert.deepEqual(found.transaction.message.accountKeys.slice(0, 2), [payer.address, to.address]);
        assert.deepEqual(found.transaction.message.transactionConfig, version === 1 ? {
            computeUnitLimit: BUDGET.computeUnitLimit, heapSize: null, priorityFee: BUDGET.priorityFeeLamports,
            loadedAccountsDataSizeLimit: BUDGET.loadedAccountsDataSizeLimit } : undefined);
        assert.deepEqual(accounts.map(({ context, value }) => [context.slot, value.lamports]), [[found.slot, AMOUNT]]);
        assert.deepEqual(logs.map(({ value }) => value.signature), [signature]);
        assert.deepEqual(logs[0].value.logs, found.meta.logMessages);

        const raw = await rpc.getTransaction(signature,
            { commitment: "confirmed", encoding: "base64", maxSupportedTransactionVersion: 1 }).send();
        assert.equal(raw.transaction[0], kit.getBase64EncodedWireTransaction(transaction));
    });
}

test("confirms by polling", async () => {
    const payer = await funded();
    const { transaction, signature } = await signed(0, payer, [transfer(payer, payer, 1n)]);
    const options = { encoding: "base64", preflightCommitment: "confirmed" };
    assert.equal(await rpc.sendTransaction(kit.getBase64EncodedWireTransaction(transaction), options).send(), signature);
    let status = null;
    const isConfirmed = async () => {
        while (!["confirmed", "finalized"].includes(status?.confirmationStatus)) {
            [status] = (await rpc.getSignatureStatuses([signature]).send()).value;
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
    };
    await within("confirmation", isConfirmed());
    assert.equal(status.err, null);
    assert.equal(await balance(payer), 10n * SOL - FEE);
});

// kit knows each of the chain's errors by a code of its own: its classes must recognise ours.
test("learns from preflight why a transaction fails", async () => {
    const [payer, to] = [await funded(), await kit.generateKeyPairSigner()];
    for (const version of ["legacy", 0, 1]) {
        const { transaction } = await signed(version, payer, [transfer(payer, to, MUCH)]);
        const sending = sendAndConfirm(transaction, { commitment: "confirmed" });
        await assert.rejects(within("the refusal", sending), (error) => {
            assert.ok(kit.isSolanaError(error,
                kit.SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE), String(error));
            assert.ok(kit.isSolanaError(error.cause, kit.SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM), String(error.cause));
            assert.deepEqual([error.cause.context.index, error.cause.context.code], [0, 1]);
            assert.ok(error.context.logs.some((line) => line.includes("failed: custom program error: 0x1")));
            assert.ok(error.context.unitsConsumed > 0n);
            return true;
        });
    }
    assert.equal(await balance(payer), 10n * SOL);
});

test("learns from the subscription that a transaction failed on chain", async () => {
    const [payer, to] = [await funded(), await kit.generateKeyPairSigner()];
    const { transaction, signature } = await signed(1, payer, [transfer(payer, to, MUCH)]);
    const sending = sendAndConfirm(transaction, { commitment: "confirmed", skipPreflight: true });
    await assert.rejects(within("confirmation", sending), (error) => {
        assert.ok(kit.isSolanaError(error, kit.SOLANA_ERROR__INSTRUCTION_ERROR__CUSTOM), String(error));
        return true;
    });
    assert.equal(await balance(payer), 10n * SOL - FEE - BUDGET.priorityFeeLamports);
    const found = await rpc.getTransaction(signature,
        { commitment: "confirmed", encoding: "json", maxSupportedTransactionVersion: 1 }).send();
    assert.deepEqual(found.meta.err, { InstructionError: [0n, { Custom: 1n }] });
});

test("is told that a version is not declared as supported", async () => {
    const payer = await funded();
    const { transaction, signature } = await signed(1, payer, [transfer(payer, payer, 1n)]);
    await within("confirmation", sendAndConfirm(transaction, { commitment: "confirmed" }));
    for (const declared of [{}, { maxSupportedTransactionVersion: 0 }]) {
        const asking = rpc.getTransaction(signature, { commitment: "confirmed", encoding: "json", ...declared }).send();
        await assert.rejects(asking, (error) => kit.isSolanaError(
            error, kit.SOLANA_ERROR__JSON_RPC__SERVER_ERROR_UNSUPPORTED_TRANSACTION_VERSION));
    }
});

test("is told that a blockhash is unknown and that a signature is wrong", async () => {
    const payer = await funded();
    const lifetime = { blockhash: (await kit.generateKeyPairSigner()).address, lastValidBlockHeight: 1n };
    const message = kit.pipe(
        kit.createTransactionMessage({ version: 0 }),
        (m) => kit.setTransactionMessageFeePayerSigner(payer, m),
        (m) => kit.setTransactionMessageLifetimeUsingBlockhash(lifetime, m),
        (m) => kit.appendTransactionMessageInstruction(transfer(payer, payer, 1n), m),
    );
    const send = (transaction) =>
        rpc.sendTransaction(kit.getBase64EncodedWireTransaction(transaction), { encoding: "base64" }).send();
    await assert.rejects(send(await kit.signTransactionMessageWithSigners(message)), (error) =>
        kit.isSolanaError(error.cause, kit.SOLANA_ERROR__TRANSACTION_ERROR__BLOCKHASH_NOT_FOUND));
    const { transaction } = await signed(0, payer, [transfer(payer, payer, 1n)]);
    const forged = { ...transaction, signatures: { [payer.address]: new Uint8Array(64).fill(1) } };
    await assert.rejects(send(forged), (error) => kit.isSolanaError(
        error, kit.SOLANA_ERROR__JSON_RPC__SERVER_ERROR_TRANSACTION_SIGNATURE_VERIFICATION_FAILURE));
});
