// SPDX-License-Identifier: MIT
// @solana/web3.js as a client of the simulated cluster: connects, subscribes, sends, confirms, reads
// back. Arguments: the URLs of JSON-RPC and of PubSub.
"use strict";

const assert = require("node:assert/strict");
const { after, test } = require("node:test");
const web3 = require("@solana/web3.js");
const { within } = require("./within");

const [rpcUrl, wsEndpoint] = process.argv.slice(2);
const connection = new web3.Connection(rpcUrl, { commitment: "confirmed", wsEndpoint });
// Its client of the WebSocket would keep the process alive.
after(() => setImmediate(() => process.exit()));

const SOL = web3.LAMPORTS_PER_SOL;
const FEE = 5000;
const AMOUNT = 2 * SOL;
const MUCH = 1_000_000 * SOL;

async function funded(lamports = 10 * SOL) {
    const wallet = web3.Keypair.generate();
    const lifetime = await connection.getLatestBlockhash();
    const signature = await connection.requestAirdrop(wallet.publicKey, lamports);
    const { value } = await within("the airdrop", connection.confirmTransaction({ signature, ...lifetime }));
    assert.equal(value.err, null);
    return wallet;
}

const transfer = (from, to, lamports) =>
    web3.SystemProgram.transfer({ fromPubkey: from.publicKey, toPubkey: to.publicKey, lamports });

async function version0(payer, instructions) {
    const { blockhash } = await connection.getLatestBlockhash();
    const message = new web3.TransactionMessage({ payerKey: payer.publicKey, recentBlockhash: blockhash, instructions });
    const transaction = new web3.VersionedTransaction(message.compileToV0Message());
    transaction.sign([payer]);
    return transaction;
}

async function confirmByPolling(signature) {
    for (;;) {
        const { value } = await connection.getSignatureStatus(signature);
        if (value && ["confirmed", "finalized"].includes(value.confirmationStatus)) return value;
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
}

test("reads what the node and the chain are", async () => {
    assert.match((await connection.getVersion())["solana-core"], /^\d+\.\d+\.\d+/);
    assert.ok((await connection.getGenesisHash()).length >= 32);
    const slot = await connection.getSlot();
    assert.ok(slot > 0);
    assert.ok((await connection.getSlot("processed")) >= slot);
    assert.ok((await connection.getSlot("finalized")) <= (await connection.getSlot("processed")));
    const height = await connection.getBlockHeight();
    assert.ok(height > 0 && height < slot);
    const { blockhash, lastValidBlockHeight } = await connection.getLatestBlockhash();
    assert.ok(lastValidBlockHeight > height && lastValidBlockHeight <= (await connection.getBlockHeight()) + 160);
    assert.equal((await connection.isBlockhashValid(blockhash)).value, true);
    const epoch = await connection.getEpochInfo();
    assert.ok(epoch.absoluteSlot >= slot && epoch.slotsInEpoch > 0);
    assert.ok((await connection.getMinimumBalanceForRentExemption(165)) > 0);
    assert.ok((await connection.getRecentPrioritizationFees()).length > 0);
});

test("sends a legacy transaction and confirms it by subscription", async () => {
    const [payer, to] = [await funded(), web3.Keypair.generate()];
    const events = { slots: [], balances: [], logs: [] };
    const subscriptions = [
        connection.onSlotChange((info) => events.slots.push(info)),
        connection.onAccountChange(to.publicKey, (info, context) => events.balances.push([info.lamports, context.slot])),
        connection.onLogs(to.publicKey, (logs, context) => events.logs.push([logs, context.slot])),
    ];
    await within("a slot", until(() => events.slots.length > 0));
    const transaction = new web3.Transaction().add(transfer(payer, to, AMOUNT));
    const signature = await within("confirmation", web3.sendAndConfirmTransaction(connection, transaction, [payer]));

    assert.equal(await connection.getBalance(to.publicKey), AMOUNT);
    assert.equal(await connection.getBalance(payer.publicKey), 10 * SOL - AMOUNT - FEE);
    await within("notifications", until(() => events.balances.length > 0 && events.logs.length > 0));
    const found = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 });
    assert.deepEqual(events.balances, [[AMOUNT, found.slot]]);
    assert.deepEqual(events.logs, [[{ signature, err: null, logs: found.meta.logMessages }, found.slot]]);
    assert.ok(events.slots.every(({ slot, parent, root }) => root < slot && parent < slot));
    assert.equal(found.meta.err, null);
    assert.equal(found.meta.fee, FEE);
    assert.deepEqual(found.meta.preBalances.slice(0, 2), [10 * SOL, 0]);
    assert.deepEqual(found.meta.postBalances.slice(0, 2), [10 * SOL - AMOUNT - FEE, AMOUNT]);
    assert.deepEqual(found.transaction.message.accountKeys.map(String),
        [payer, to].map((each) => each.publicKey.toBase58()).concat(web3.SystemProgram.programId.toBase58()));
    await removeAll(subscriptions);
});

test("sends a version 0 transaction and confirms it by polling", async () => {
    const [payer, to] = [await funded(), web3.Keypair.generate()];
    const budget = [web3.ComputeBudgetProgram.setComputeUnitLimit({ units: 200_000 }),
        web3.ComputeBudgetProgram.setComputeUnitPrice({ microLamports: 12_345 })];
    const transaction = await version0(payer, [...budget, transfer(payer, to, AMOUNT)]);
    const fee = await connection.getFeeForMessage(transaction.message);
    assert.equal(fee.value, FEE + 2469);
    const simulated = await connection.simulateTransaction(transaction, { sigVerify: true });
    assert.equal(simulated.value.err, null);
    assert.equal(simulated.value.unitsConsumed, 450);

    const signature = await connection.sendTransaction(transaction);
    assert.equal((await within("confirmation", confirmByPolling(signature))).err, null);
    assert.equal(await connection.getBalance(payer.publicKey), 10 * SOL - AMOUNT - fee.value);
    const found = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 });
    assert.equal(found.version, 0);
    assert.equal(found.meta.fee, fee.value);
    assert.deepEqual(found.transaction.message.serialize(), transaction.message.serialize());
    assert.equal(await connection.getBlockTime(found.slot), found.blockTime);
    // Nodes print a transfer in a parsed form that is not served here: an error, not another form.
    await assert.rejects(connection.getParsedTransaction(signature, { maxSupportedTransactionVersion: 0 }),
        /ask for encoding json/);
    const listed = await connection.getSignaturesForAddress(to.publicKey);
    assert.deepEqual(listed.map((each) => each.signature), [signature]);
});

test("learns from preflight why a transaction fails", async () => {
    const [payer, to] = [await funded(), web3.Keypair.generate()];
    const sending = connection.sendTransaction(await version0(payer, [transfer(payer, to, MUCH)]));
    await assert.rejects(sending, (error) => {
        assert.ok(error instanceof web3.SendTransactionError, String(error));
        assert.match(error.transactionError.message, /Error processing Instruction 0: custom program error: 0x1/);
        assert.ok(error.logs.some((line) => line.includes("failed: custom program error: 0x1")), String(error.logs));
        return true;
    });
    assert.equal(await connection.getBalance(payer.publicKey), 10 * SOL);
});

test("learns from the subscription that a transaction failed on chain", async () => {
    const [payer, to] = [await funded(), web3.Keypair.generate()];
    const lifetime = await connection.getLatestBlockhash();
    const signature = await connection.sendTransaction(await version0(payer, [transfer(payer, to, MUCH)]),
        { skipPreflight: true });
    const { value } = await within("confirmation", connection.confirmTransaction({ signature, ...lifetime }));
    assert.deepEqual(value.err, { InstructionError: [0, { Custom: 1 }] });
    assert.equal(await connection.getBalance(payer.publicKey), 10 * SOL - FEE);
    const found = await connection.getTransaction(signature, { maxSupportedTransactionVersion: 0 });
    assert.deepEqual(found.meta.err, value.err);
});

test("is told that a blockhash is unknown", async () => {
    const payer = await funded();
    const message = new web3.TransactionMessage({ payerKey: payer.publicKey, instructions: [transfer(payer, payer, 1)],
        recentBlockhash: web3.Keypair.generate().publicKey.toBase58() });
    const transaction = new web3.VersionedTransaction(message.compileToV0Message());
    transaction.sign([payer]);
    await assert.rejects(connection.sendTransaction(transaction), /Blockhash not found/);
});

test("reads accounts", async () => {
    const payer = await funded();
    const missing = web3.Keypair.generate().publicKey;
    const account = await connection.getAccountInfo(payer.publicKey);
    assert.equal(account.lamports, 10 * SOL);
    assert.equal(account.owner.toBase58(), web3.SystemProgram.programId.toBase58());
    assert.equal(await connection.getAccountInfo(missing), null);
    const several = await connection.getMultipleAccountsInfo([payer.publicKey, missing]);
    assert.deepEqual(several.map((each) => each?.lamports ?? null), [10 * SOL, null]);
    const programId = new web3.PublicKey("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    assert.deepEqual((await connection.getTokenAccountsByOwner(payer.publicKey, { programId })).value, []);
    // The market's own accounts: any mint will do.
    const mints = await connection.getProgramAccounts(programId, { filters: [{ dataSize: 82 }] });
    assert.ok(mints.length > 0);
    const { value: supply } = await connection.getTokenSupply(mints[0].pubkey);
    assert.equal(BigInt(supply.amount), mints[0].account.data.readBigUInt64LE(36));
    assert.equal(supply.decimals, mints[0].account.data[44]);
});

test("reads parsed accounts", async () => {
    const programId = new web3.PublicKey("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");
    const [mint] = await connection.getProgramAccounts(programId, { filters: [{ dataSize: 82 }] });
    const { value: parsedMint } = await connection.getParsedAccountInfo(mint.pubkey);
    assert.equal(parsedMint.data.program, "spl-token");
    assert.equal(parsedMint.data.space, 82);
    assert.equal(parsedMint.data.parsed.type, "mint");
    assert.equal(parsedMint.data.parsed.info.decimals, mint.account.data[44]);
    assert.equal(parsedMint.data.parsed.info.isInitialized, true);

    const [held] = await connection.getProgramAccounts(programId, { filters: [{ dataSize: 165 }] });
    const owner = new web3.PublicKey(held.account.data.subarray(32, 64));
    const { value: accounts } = await connection.getParsedTokenAccountsByOwner(owner, { programId });
    const found = accounts.find((each) => each.pubkey.equals(held.pubkey));
    const { info, type } = found.account.data.parsed;
    assert.equal(type, "account");
    assert.equal(info.owner, owner.toBase58());
    assert.equal(info.mint, new web3.PublicKey(held.account.data.subarray(0, 32)).toBase58());
    assert.equal(info.state, "initialized");
    assert.match(info.tokenAmount.amount, /^[0-9]+$/);

    // A wallet has no parsed form: its bytes.
    const payer = await funded();
    const { value: [wallet, missing] } = await connection.getMultipleParsedAccounts(
        [payer.publicKey, web3.Keypair.generate().publicKey]);
    assert.ok(Buffer.isBuffer(wallet.data));
    assert.equal(wallet.lamports, 10 * SOL);
    assert.equal(missing, null);
});

async function until(isMet) {
    while (!isMet()) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function removeAll([slots, account, logs]) {
    await Promise.all([connection.removeSlotChangeListener(slots), connection.removeAccountChangeListener(account),
        connection.removeOnLogsListener(logs)]);
}
