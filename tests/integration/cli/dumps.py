# SPDX-License-Identifier: MIT
"""Directories of account dumps, recorded and made, and the commands that read them."""

import base64
import hashlib
import json
import pathlib
import struct

from command_line import DATA, CommandLine, run

ACCOUNTS = DATA / "fixtures/accounts"
SOL = "So11111111111111111111111111111111111111112"
TOKEN = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
TOKEN_2022 = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"
SYSTEM = "11111111111111111111111111111111"
PUMP = "6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P"
PUMP_SWAP = "pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA"
PUMP_FEES = "pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ"
CPMM_POOL = "7JuwJuNU88gurFnyWeiyGKbFmExMWcmRZntn9imEzdny"
USER = "5koH7esNFNRibz1sZcM8q5ZwPse4DZoRcmT4KWhyPexa"
FIELD = 2**255 - 19
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def key_bytes(text):
    number = 0
    for letter in text:
        number = number * 58 + ALPHABET.index(letter)
    return number.to_bytes(32, "big")


def fixture(name):
    return json.loads((ACCOUNTS / name).read_text())


def data_of(recorded):
    return base64.b64decode(recorded["data_base64"])


def base58(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


def is_on_curve(data):
    y2 = pow(int.from_bytes(data, "little") & (2**255 - 1), 2, FIELD)
    d = -121665 * pow(121666, -1, FIELD) % FIELD
    x2 = (y2 - 1) * pow(d * y2 + 1, -1, FIELD) % FIELD
    return x2 == 0 or pow(x2, (FIELD - 1) // 2, FIELD) == 1


def program_address(program, *seeds):
    for bump in range(255, -1, -1):
        digest = hashlib.sha256(b"".join(seeds) + bytes([bump]) + key_bytes(program) +
                                b"ProgramDerivedAddress").digest()
        if not is_on_curve(digest):
            return base58(digest)
    raise AssertionError("no bump")


def vectors(name):
    return json.loads((DATA / "vectors" / name).read_text())


def token_account(mint, amount):
    """Of nobody, in use."""
    return key_bytes(mint) + bytes(32) + struct.pack("<Q", amount) + bytes(36) + b"\1" + bytes(56)


class Dumps(CommandLine):
    """A directory of dumps, as `solana account --output json` would fill it."""

    def put(self, pubkey, owner, data, lamports=1):
        self.file(f"{pubkey}.json", json.dumps({
            "pubkey": pubkey, "owner": owner, "lamports": lamports,
            "data_base64": base64.b64encode(data).decode()}))

    def text_of(self, pubkey):
        return (pathlib.Path(self.directory.name) / f"{pubkey}.json").read_text()

    def put_fixture(self, name, pubkey=None):
        recorded = fixture(name)
        self.put(pubkey or recorded["pubkey"], recorded["owner"], data_of(recorded))
        return recorded["expected"]

    def put_mint(self, mint, program, supply=10**15, decimals=6):
        self.put(mint, program, bytes(36) + struct.pack("<QBB", supply, decimals, 1) + bytes(36))

    def ask(self, command, pool, mint_in, amount, *options):
        return run(command, "--accounts", self.directory.name, "--pool", pool, "--in", mint_in,
                   "--amount", str(amount), "--time", "1790000000", "--json", *options)

    def quote(self, *arguments):
        result = self.ask("quote", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)

    def swap(self, *arguments):
        result = self.ask("swap", *arguments, "--user", USER, "--dry-run", "--print-transaction")
        self.assertEqual(result.returncode, 0, result.stderr)
        swap = json.loads(result.stdout)
        self.assert_transaction_says_the_same(swap)
        return swap

    def assert_transaction_says_the_same(self, swap):
        self.assertIs(swap["is_sent"], False)
        self.assertEqual(len(base64.b64decode(swap["transaction"])), swap["bytes"])
        result = run("decode", "transaction", self.file("swap.txt", swap["transaction"]), "--json")
        self.assertEqual(result.returncode, 0, result.stdout)
        decoded = json.loads(result.stdout)[0]["fields"]
        self.assertEqual(decoded["fee_payer"], swap["user"])
        self.assertIs(decoded["signatures_verify"], False)
        self.assertEqual(len(decoded["instructions"]), len(swap["instructions"]))
        for one, other in zip(decoded["instructions"], swap["instructions"]):
            self.assertEqual((one["program"], one["data_hex"]),
                             (other["program"], other["data_hex"]))
            self.assertEqual([meta["pubkey"] for meta in one["account_metas"]],
                             [meta["pubkey"] for meta in other["accounts"]])
            for meta, wanted in zip(one["account_metas"], other["accounts"]):
                # The transaction has each account once, with all that anybody needs of it.
                self.assertLessEqual(wanted["writable"], meta["writable"])
                self.assertLessEqual(wanted["signer"], meta["signer"])

    def names(self, swap):
        return [instruction["name"] for instruction in swap["instructions"]]


class PumpAccounts(Dumps):
    @staticmethod
    def settings(size, discriminator, keys):
        data = bytearray(size)
        data[:8] = bytes.fromhex(discriminator)
        for offset, key in keys.items():
            data[offset:offset + 32] = key_bytes(key)
        return bytes(data)

    @staticmethod
    def fee_config(fees):
        flat = struct.pack("<QQQ", *fees)
        tiers = struct.pack("<I", 1) + bytes(16) + flat
        return bytes.fromhex("8f3492bbdb7b4c9b") + bytes(33) + flat + tiers + tiers + flat
