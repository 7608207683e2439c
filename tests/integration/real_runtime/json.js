// SPDX-License-Identifier: MIT
// What a node writes: accounts, errors, transactions, and JSON whose u64 keep every digit.
"use strict";

const kit = require("@solana/kit");

const TOKEN_PROGRAMS = [
    "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
    "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb",
];
const TOKEN_ACCOUNT_BYTES = 165;
const ACCOUNT_TYPE_ACCOUNT = 2; // At byte 165 of a Token-2022 account that has extensions.
const RENT_EPOCH_EXEMPT = 18446744073709551615n;

const addresses = kit.getAddressCodec();
const base58 = kit.getBase58Decoder();

// JSON.stringify cannot write a BigInt as a number.
function stringify(value) {
    if (typeof value === "bigint") return value.toString();
    if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "null";
    if (Array.isArray(value)) return `[${value.map(stringify).join(",")}]`;
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${stringify(member)}`).join(",")}}`;
}

function base64(bytes) {
    return Buffer.from(bytes).toString("base64");
}

function account(found, { encoding, dataSlice } = {}) {
    if (found === null) return null;
    if (encoding !== undefined && encoding !== "base64") {
        throw new Error(`encoding ${encoding} is not served here: ask for base64`);
    }
    const data = dataSlice ? found.data.slice(dataSlice.offset, dataSlice.offset + dataSlice.length) : found.data;
    return { data: [base64(data), "base64"], executable: found.executable, lamports: found.lamports, owner: found.owner,
        rentEpoch: RENT_EPOCH_EXEMPT, space: found.data.length };
}

// {mint, owner, amount} of a token account, else null.
function tokenAccount(found) {
    if (found === null || !TOKEN_PROGRAMS.includes(found.owner)) return null;
    const { data } = found;
    const isAccount = data.length === TOKEN_ACCOUNT_BYTES || data[TOKEN_ACCOUNT_BYTES] === ACCOUNT_TYPE_ACCOUNT;
    if (data.length < TOKEN_ACCOUNT_BYTES || !isAccount) return null;
    return { mint: addresses.decode(data, 0), owner: addresses.decode(data, 32),
        amount: Buffer.from(data).readBigUInt64LE(64) };
}

// litesvm numbers the errors that have no fields and exports no names for the numbers. Its texts, which
// are Rust's debug form, have the names.
function nameIn(text, pattern) {
    const found = pattern.exec(text);
    if (found === null) throw new Error(`no error's name is where it was expected: ${text.slice(0, 200)}`);
    return found[1];
}

function instructionError(error) {
    const cause = error.err();
    if (typeof cause === "number") return nameIn(error.toString(), /error: (\w+) }$/);
    return cause.code !== undefined ? { Custom: cause.code } : "BorshIoError";
}

// litesvm's FailedTransactionMetadata, or the name of an error of chain.js, or null -> the `err` that a
// node writes.
function transactionError(failed) {
    if (failed === null || typeof failed === "string") return failed;
    const error = failed.err();
    if (typeof error === "number") return nameIn(failed.toString(), /\berr: (\w+)/);
    switch (error.constructor.name) {
        case "TransactionErrorInstructionError":
            return { InstructionError: [error.index, instructionError(error)] };
        case "TransactionErrorDuplicateInstruction":
            return { DuplicateInstruction: error.index };
        case "TransactionErrorInsufficientFundsForRent":
            return { InsufficientFundsForRent: { account_index: error.accountIndex } };
        default:
            throw new Error(`litesvm's error ${error} has no JSON here`);
    }
}

// For people; the words of a node where clients look at them.
function errorText(err) {
    const texts = {
        AlreadyProcessed: "This transaction has already been processed",
        BlockhashNotFound: "Blockhash not found",
        AccountNotFound: "Attempt to debit an account but found no record of a prior credit.",
        InsufficientFundsForFee: "Insufficient funds for fee",
    };
    if (typeof err === "string") return texts[err] ?? err;
    if (err.InstructionError) {
        const [index, cause] = err.InstructionError;
        const text = cause.Custom === undefined ? cause : `custom program error: 0x${cause.Custom.toString(16)}`;
        return `Error processing Instruction ${index}: ${text}`;
    }
    return JSON.stringify(err);
}

function tokenBalances(chain, keys, accounts) {
    const balances = [];
    accounts.forEach((found, accountIndex) => {
        const token = tokenAccount(found);
        if (token === null) return;
        const decimals = chain.account(token.mint)?.data[44] ?? 0;
        const uiAmount = Number(token.amount) / 10 ** decimals;
        balances.push({ accountIndex, mint: token.mint, owner: token.owner, programId: found.owner,
            uiTokenAmount: { amount: token.amount.toString(), decimals, uiAmount, uiAmountString: String(uiAmount) } });
    });
    return balances;
}

// v1 keeps its instructions in two lists, and its compute budget beside them.
function message(compiled) {
    const instructions = compiled.instructions ?? compiled.instructionHeaders.map((header, i) => ({
        programAddressIndex: header.programAccountIndex,
        accountIndices: compiled.instructionPayloads[i].instructionAccountIndices,
        data: compiled.instructionPayloads[i].instructionData,
    }));
    const { numSignerAccounts, numReadonlySignerAccounts, numReadonlyNonSignerAccounts } = compiled.header;
    return {
        accountKeys: compiled.staticAccounts,
        addressTableLookups: compiled.version !== 0 ? undefined : (compiled.addressTableLookups ?? []).map((each) => ({
            accountKey: each.lookupTableAddress, readonlyIndexes: [...each.readonlyIndexes],
            writableIndexes: [...each.writableIndexes] })),
        header: { numReadonlySignedAccounts: numReadonlySignerAccounts,
            numReadonlyUnsignedAccounts: numReadonlyNonSignerAccounts, numRequiredSignatures: numSignerAccounts },
        instructions: instructions.map((each) => ({ accounts: [...(each.accountIndices ?? [])],
            data: base58.decode(each.data ?? new Uint8Array()), programIdIndex: each.programAddressIndex,
            stackHeight: 1 })),
        recentBlockhash: compiled.lifetimeToken,
        transactionConfig: compiled.version === 1 ? config(compiled) : undefined,
    };
}

function config({ configMask, configValues }) {
    const values = configValues.map((each) => each.value);
    const take = (bits) => ((configMask & bits) !== 0 ? values.shift() : null);
    return { priorityFee: take(3), computeUnitLimit: take(4), loadedAccountsDataSizeLimit: take(8), heapSize: take(16) };
}

// The result of getTransaction for an executed transaction.
function transaction(chain, receipt, encoding) {
    const err = transactionError(receipt.failed);
    return {
        blockTime: null,
        meta: {
            computeUnitsConsumed: receipt.unitsConsumed,
            err,
            fee: receipt.fee,
            innerInstructions: [],
            loadedAddresses: receipt.loaded,
            logMessages: receipt.logs,
            postBalances: receipt.after.map((each) => each?.lamports ?? 0n),
            postTokenBalances: tokenBalances(chain, receipt.keys, receipt.after),
            preBalances: receipt.before.map((each) => each?.lamports ?? 0n),
            preTokenBalances: tokenBalances(chain, receipt.keys, receipt.before),
            rewards: [],
            status: err === null ? { Ok: null } : { Err: err },
        },
        slot: receipt.slot,
        transaction: encoding === "base64" ? [base64(receipt.wire), "base64"]
            : { message: message(receipt.message), signatures: receipt.signatures },
        version: receipt.message.version,
    };
}

module.exports = { account, base64, errorText, stringify, tokenAccount, transaction, transactionError };
