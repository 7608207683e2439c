// SPDX-License-Identifier: MIT
// Writes messages as @solana/kit and @solana/web3.js build them, with what they were built from, as
// JSON on standard output. Everything follows from the seed given as argument: also the keys, which
// own nothing anywhere.
"use strict";

const kit = require("@solana/kit");
const web3 = require("@solana/web3.js");

const CASES_EACH = 64;
const PACKET_BYTES_MAX = 1232;
const V1_BYTES_MAX = 4096;

// xorshift128+; only its being the same everywhere matters.
function generator(seed) {
    let [a, b] = [BigInt(seed) + 1n, 0x9e3779b97f4a7c15n];
    const mask = (1n << 64n) - 1n;
    const next = () => {
        let x = a;
        a = b;
        x ^= (x << 23n) & mask;
        b = x ^ b ^ (x >> 17n) ^ (b >> 26n);
        return (a + b) & mask;
    };
    for (let i = 0; i < 16; ++i) next();
    const below = (n) => Number(next() % BigInt(n));
    return {
        below,
        bytes: (count) => Buffer.from(Array.from({ length: count }, () => below(256))),
        chance: (percent) => below(100) < percent,
        pick: (list) => list[below(list.length)],
    };
}

function newAccount(random) {
    return { key: kit.getAddressDecoder().decode(random.bytes(32)) };
}

async function newSigner(random) {
    const seed = random.bytes(32);
    const signer = await kit.createKeyPairSignerFromPrivateKeyBytes(seed);
    return { key: signer.address, seed, signer };
}

// What a transaction is about, in no library's terms. Accounts overlap between instructions with
// different flags, the payer may be named, and programs may be accounts of other instructions. What
// kit refuses to build is left out: a program that is writable.
async function draw(random, { tables: tableCount, isV1 }) {
    const payer = await newSigner(random);
    const signers = await Promise.all(Array.from({ length: random.below(isV1 ? 5 : 4) }, () => newSigner(random)));
    const accounts = Array.from({ length: 1 + random.below(isV1 ? 40 : 12) }, () => newAccount(random));
    const programs = Array.from({ length: 1 + random.below(3) }, () => newAccount(random));
    const account = () => {
        const kind = random.below(100);
        if (kind < 10) return { key: payer.key, isSigner: random.chance(50), isWritable: random.chance(50) };
        if (kind < 20) return { key: random.pick(programs).key, isSigner: false, isWritable: false };
        if (kind < 40 && signers.length > 0) {
            // Not always as a signer: the flags of one account differ between instructions.
            return { key: random.pick(signers).key, isSigner: random.chance(80), isWritable: random.chance(50) };
        }
        return { key: random.pick(accounts).key, isSigner: false, isWritable: random.chance(50) };
    };
    const instructions = Array.from({ length: 1 + random.below(isV1 ? 12 : 5) }, () => ({
        program: random.pick(programs).key,
        accounts: Array.from({ length: random.below(isV1 ? 20 : 9) }, account),
        data: random.bytes(random.below(10) === 0 ? random.below(isV1 ? 600 : 200) : random.below(24)),
    }));
    const tables = Array.from({ length: tableCount }, () => ({
        key: newAccount(random).key,
        addresses: distinct([
            ...accounts.filter(() => random.chance(60)).map(({ key }) => key),
            // What may not come from a table is in it all the same.
            ...[payer, ...signers, ...programs].filter(() => random.chance(30)).map(({ key }) => key),
            ...Array.from({ length: random.below(8) }, () => newAccount(random).key),
        ], random),
    }));
    const required = signers.filter(({ key }) =>
        instructions.some((each) => each.accounts.some((meta) => meta.key === key && meta.isSigner)));
    return { payer, signers: [payer, ...required], instructions, tables, config: isV1 ? drawConfig(random) : {},
        blockhash: newAccount(random).key };
}

// Shuffled, so that positions in a table say nothing.
function distinct(keys, random) {
    const left = [...new Set(keys)];
    const out = [];
    while (left.length > 0) out.push(left.splice(random.below(left.length), 1)[0]);
    return out;
}

function drawConfig(random) {
    const maybe = (value) => (random.chance(60) ? value() : undefined);
    return {
        priorityFeeLamports: maybe(() => random.bytes(8).readBigUInt64LE() >> BigInt(random.below(64))),
        computeUnitLimit: maybe(() => random.below(1_400_001)),
        loadedAccountsDataSizeLimit: maybe(() => 1 + random.below(64 << 20)),
        heapSize: maybe(() => 1024 * (32 + random.below(225))),
    };
}

async function withKit(drawn, version) {
    const role = ({ isSigner, isWritable }) => (isSigner ? 2 : 0) + (isWritable ? 1 : 0);
    let message = kit.pipe(
        kit.createTransactionMessage({ version }),
        (m) => kit.setTransactionMessageFeePayer(drawn.payer.key, m),
        (m) => kit.setTransactionMessageLifetimeUsingBlockhash({ blockhash: drawn.blockhash, lastValidBlockHeight: 0n }, m),
        (m) => kit.appendTransactionMessageInstructions(drawn.instructions.map((each) => ({
            programAddress: each.program,
            accounts: each.accounts.map((meta) => ({ address: meta.key, role: role(meta) })),
            data: each.data,
        })), m),
    );
    if (version === 0) {
        message = kit.compressTransactionMessageUsingAddressLookupTables(
            message, Object.fromEntries(drawn.tables.map(({ key, addresses }) => [key, addresses])));
    }
    if (version === 1) message = kit.setTransactionMessageConfig(defined(drawn.config), message);
    const keys = drawn.signers.map(({ signer }) => signer.keyPair);
    const transaction = await kit.signTransaction(keys, kit.compileTransaction(message));
    return { message: Buffer.from(transaction.messageBytes),
        transaction: Buffer.from(kit.getTransactionEncoder().encode(transaction)) };
}

function defined(config) {
    return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
}

function web3Instructions(drawn) {
    return drawn.instructions.map((each) => new web3.TransactionInstruction({
        programId: new web3.PublicKey(each.program),
        keys: each.accounts.map((meta) => ({ pubkey: new web3.PublicKey(meta.key), isSigner: meta.isSigner,
            isWritable: meta.isWritable })),
        data: each.data,
    }));
}

const web3Signers = (drawn) => drawn.signers.map(({ seed }) => web3.Keypair.fromSeed(seed));

async function withWeb3Legacy(drawn) {
    const transaction = new web3.Transaction({ feePayer: new web3.PublicKey(drawn.payer.key),
        blockhash: drawn.blockhash, lastValidBlockHeight: 0 });
    transaction.add(...web3Instructions(drawn));
    transaction.sign(...web3Signers(drawn));
    return { message: transaction.serializeMessage(), transaction: transaction.serialize() };
}

// Its other way to a legacy message orders the keys as it does in version 0.
async function withWeb3LegacyMessage(drawn) {
    const message = new web3.TransactionMessage({ payerKey: new web3.PublicKey(drawn.payer.key),
        recentBlockhash: drawn.blockhash, instructions: web3Instructions(drawn) }).compileToLegacyMessage();
    return web3Signed(drawn, message);
}

async function withWeb3Version0(drawn) {
    const tables = drawn.tables.map(({ key, addresses }) => new web3.AddressLookupTableAccount({
        key: new web3.PublicKey(key),
        state: { deactivationSlot: (1n << 64n) - 1n, lastExtendedSlot: 0, lastExtendedSlotStartIndex: 0,
            addresses: addresses.map((address) => new web3.PublicKey(address)) },
    }));
    const message = new web3.TransactionMessage({ payerKey: new web3.PublicKey(drawn.payer.key),
        recentBlockhash: drawn.blockhash, instructions: web3Instructions(drawn) }).compileToV0Message(tables);
    return web3Signed(drawn, message);
}

function web3Signed(drawn, message) {
    const transaction = new web3.VersionedTransaction(message);
    transaction.sign(web3Signers(drawn));
    return { message: Buffer.from(message.serialize()), transaction: Buffer.from(transaction.serialize()) };
}

const KINDS = [
    { kind: "web3.js legacy", tables: 0, build: withWeb3Legacy },
    { kind: "web3.js legacy message", tables: 0, build: withWeb3LegacyMessage },
    { kind: "web3.js v0", tables: 0, build: withWeb3Version0 },
    { kind: "web3.js v0 with a table", tables: 1, build: withWeb3Version0 },
    { kind: "web3.js v0 with three tables", tables: 3, build: withWeb3Version0 },
    { kind: "kit legacy", tables: 0, build: (drawn) => withKit(drawn, "legacy") },
    { kind: "kit v0", tables: 0, build: (drawn) => withKit(drawn, 0) },
    { kind: "kit v0 with a table", tables: 1, build: (drawn) => withKit(drawn, 0) },
    { kind: "kit v0 with three tables", tables: 3, build: (drawn) => withKit(drawn, 0) },
    { kind: "kit v1", tables: 0, isV1: true, build: (drawn) => withKit(drawn, 1) },
];

function written(kind, drawn, built) {
    const hex = (bytes) => Buffer.from(bytes).toString("hex");
    const config = Object.entries(defined(drawn.config)).map(([name, value]) => [name, value.toString()]);
    return { kind, payer: drawn.payer.key, blockhash: drawn.blockhash, tables: drawn.tables,
        instructions: drawn.instructions.map((each) => ({ ...each, data: hex(each.data) })),
        config: Object.fromEntries(config), seeds: drawn.signers.map(({ seed }) => hex(seed)),
        message: hex(built.message), transaction: hex(built.transaction) };
}

async function main() {
    const random = generator(process.argv[2]);
    const cases = [];
    for (const { kind, build, ...options } of KINDS) {
        for (let count = 0; count < CASES_EACH; ) {
            const drawn = await draw(random, options);
            let built;
            try {
                built = await build(drawn);
            } catch (error) {
                // web3.js fails on what its buffer cannot hold; too large for a transaction anyway.
                if (!(error instanceof RangeError) && !/too large/i.test(error.message)) throw error;
                continue;
            }
            if (built.transaction.length > (options.isV1 ? V1_BYTES_MAX : PACKET_BYTES_MAX)) continue;
            cases.push(written(kind, drawn, built));
            ++count;
        }
    }
    process.stdout.write(`${JSON.stringify({ cases })}\n`);
}

main();
