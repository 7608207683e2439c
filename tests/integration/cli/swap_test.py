# SPDX-License-Identifier: MIT
"""`decode pool`, `quote` and `swap` over account dumps of every venue, against this file's own
arithmetic in Python's unbounded integers."""

import base64
import json
import pathlib
import struct
import unittest

from cli_test import DATA, CommandLine, needs_data, normalised, run

ACCOUNTS = DATA / "fixtures/accounts"
SOL = "So11111111111111111111111111111111111111112"
TOKEN = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA"
TOKEN_2022 = "TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb"
SYSTEM = "11111111111111111111111111111111"
CLMM = "CAMMCzo5YL8w4VFF8KVHrK22GGUsp5VTaW7grrKgrWqK"
PUMP = "6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P"
PUMP_SWAP = "pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA"
PUMP_FEES = "pfeeUxB6jkeY1Hxd7CsFCAjcbHA9rWtchMGdZ6VojVZ"
USER = "5koH7esNFNRibz1sZcM8q5ZwPse4DZoRcmT4KWhyPexa"
RATE_ONE = 1_000_000
Q64 = 1 << 64


def key_bytes(text):
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number = 0
    for letter in text:
        number = number * 58 + alphabet.index(letter)
    return number.to_bytes(32, "big")


def ceil_div(a, b):
    return -(-a // b)


def fixture(name):
    return json.loads((ACCOUNTS / name).read_text())


def data_of(recorded):
    return base64.b64decode(recorded["data_base64"])


def concentrated_out(pool, amount, fee_rate, is_down):
    """Of a swap that meets no tick; `pool` is the decoded account's `expected`."""
    price, liquidity = int(pool["sqrt_price"]), int(pool["liquidity"])
    amount = amount * (RATE_ONE - fee_rate) // RATE_ONE
    if is_down:
        moved = ceil_div(liquidity * Q64 * price, liquidity * Q64 + amount * price)
        return liquidity * (price - moved) // Q64
    moved = price + amount * Q64 // liquidity
    return liquidity * Q64 * (moved - price) // (price * moved)


class Dumps(CommandLine):
    """A directory of dumps, as `solana account --output json` would fill it."""

    def put(self, pubkey, owner, data, lamports=1):
        self.file(f"{pubkey}.json", json.dumps({
            "pubkey": pubkey, "owner": owner, "lamports": lamports,
            "data_base64": base64.b64encode(data).decode()}))

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


def comparable(value):
    """Numbers and decimal strings are the same, wherever they stand."""
    if isinstance(value, dict):
        return {name: comparable(member) for name, member in value.items()}
    return [comparable(item) for item in value] if isinstance(value, list) else normalised(value)


class DecodeEveryFixture(Dumps):
    # Of captures that leave out whose account it is.
    OWNERS = {"meteora_dlmm": "LBUZKhRxPF3XUpBCjp4YzTKgLccjZhTSDM9YuVaPwxo", "spl_mint": TOKEN}

    def dump_with_owner(self, path):
        """The capture itself, or with its owner added: that decides what the account is."""
        recorded = json.loads(path.read_text())
        if recorded["owner"]:
            return str(path), recorded
        is_2022 = len(data_of(recorded)) > 165 and recorded["layout"] == "spl_mint"
        owner = TOKEN_2022 if is_2022 else self.OWNERS.get(
            recorded["layout"], self.OWNERS["meteora_dlmm"])
        recorded["owner"] = owner
        return self.file(path.name, json.dumps(recorded)), recorded

    @needs_data
    def test_decode_agrees_with_every_expected_field_of_every_venue(self):
        venues = sorted(path.name for path in ACCOUNTS.iterdir() if path.is_dir())
        self.assertGreaterEqual(len(venues), 9)
        for venue in venues:
            dumps = [self.dump_with_owner(path) for path in sorted((ACCOUNTS / venue).glob("*.json"))]
            self.assertTrue(dumps)
            result = run("decode", "pool", *(path for path, _ in dumps), "--json")
            self.assertEqual(result.returncode, 0, result.stdout)
            for decoded, (path, recorded) in zip(json.loads(result.stdout), dumps, strict=True):
                self.assertEqual((decoded["file"], decoded["ok"], decoded["pubkey"],
                                  decoded["owner"]),
                                 (path, True, recorded["pubkey"], recorded["owner"]))
                for name, value in recorded["expected"].items():
                    if name == "extensions" and decoded["kind"] == "pool":
                        continue  # One capture was read as a mint's as well.
                    with self.subTest(path=path, field=name):
                        if value is None:  # The account is too short for it.
                            self.assertNotIn(name, decoded["fields"])
                        else:
                            self.assertEqual(comparable(decoded["fields"].get(name)),
                                             comparable(value))

    @needs_data
    def test_the_price_needs_the_mints_and_vaults_and_no_more(self):
        folder = ACCOUNTS / "orca_whirlpool"
        files = [str(folder / f"egxu_{name}.json") for name in ("pool", "mint_a", "mint_b")]
        pool = json.loads(run("decode", "pool", *files, "--json").stdout)[0]
        mints = [fixture(f"orca_whirlpool/egxu_mint_{side}.json")["expected"] for side in "ab"]
        expected = (int(pool["fields"]["sqrt_price"]) / Q64) ** 2 * 10 ** (
            int(mints[0]["decimals"]) - int(mints[1]["decimals"]))
        self.assertAlmostEqual(float(pool["price"]) / expected, 1, places=9)
        self.assertIsNone(pool["reserves"])
        self.assertIsNone(json.loads(run("decode", "pool", files[0], "--json").stdout)[0]["price"])
        text = run("decode", "pool", *files).stdout
        self.assertIn(f"price of token A in B    {pool['price']}", text)
        self.assertEqual(text.count("quotes need the dump of"), 7)
        curve = run("decode", "pool", str(ACCOUNTS / "pump/curve_FFzx.json"), "--json")
        self.assertIsNone(json.loads(curve.stdout)[0]["price"])

    @needs_data
    def test_text_says_the_venue_and_every_field(self):
        for venue, file in (("raydium_cpmm", "pool_sol_usdc"), ("pump", "curve_FFzx"),
                            ("meteora_damm_v2", "3u2B"), ("orca_whirlpool", "egxu_pool")):
            path = ACCOUNTS / venue / f"{file}.json"
            result = run("decode", "pool", str(path))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertTrue(result.stdout.startswith(f"{path}: {venue} "), result.stdout)
            for name in json.loads(path.read_text())["expected"]:
                self.assertIn(f"  {name} ", result.stdout)


@needs_data
class Whirlpool(Dumps):
    POOL = "EgxU92G34jw6QDG9RuTX9StFg1PmHuDqkRKAE5kVEiZ4"

    def setUp(self):
        super().setUp()
        self.expected = self.put_fixture("orca_whirlpool/egxu_pool.json")
        for name in ("mint_a", "mint_b", "tick_array_lower", "tick_array_upper"):
            self.put_fixture(f"orca_whirlpool/egxu_{name}.json")
        # Whatever else a quote may meet does not exist.
        refusal = self.ask("quote", self.POOL, self.expected["token_mint_a"], 10**9)
        for account in refusal.stderr.partition("not in the dumps:")[2].split():
            self.put(account, SYSTEM, b"", 0)

    def test_quotes_both_ways_as_the_formulas_do(self):
        fee_rate = int(self.expected["fee_rate"])
        for mint, is_down in (("token_mint_a", True), ("token_mint_b", False)):
            quote = self.quote(self.POOL, self.expected[mint], 10**9)
            self.assertEqual(quote["venue"], "orca_whirlpool")
            self.assertEqual(int(quote["amount_out"]),
                             concentrated_out(self.expected, 10**9, fee_rate, is_down))
            back = self.quote(self.POOL, self.expected[mint], quote["amount_out"], "--exact-out")
            self.assertLessEqual(int(back["amount_in"]), 10**9)
            self.assertEqual(back["amount_out"], quote["amount_out"])

    def test_swap_names_the_pool_its_vaults_and_three_tick_arrays(self):
        swap = self.swap(self.POOL, self.expected["token_mint_a"], 10**9)
        self.assertEqual(self.names(swap), ["create_idempotent", "swap_v2"])
        keys = [account["pubkey"] for account in swap["instructions"][-1]["accounts"]]
        self.assertEqual(len(keys), 15)
        self.assertEqual((keys[3], keys[4]), (USER, self.POOL))
        self.assertEqual(keys[:2], [fixture(f"orca_whirlpool/egxu_mint_{side}.json")["owner"]
                                    for side in ("a", "b")])
        self.assertEqual((keys[8], keys[10]),
                         (self.expected["token_vault_a"], self.expected["token_vault_b"]))


@needs_data
class Clmm(Dumps):
    POOL = "3ucNos4NbumPLZNWztqGHNFFgkHeRMBQAVemeeomsUxv"

    def setUp(self):
        super().setUp()
        self.expected = self.put_fixture("raydium_clmm/pool_3ucN.json")
        self.put_fixture("raydium_clmm/amm_config.json", self.expected["amm_config"])
        # Downwards from the price and upwards: the program's bitmap flags them. One tick at the
        # far end of each, too far for the swaps below.
        refusal = self.ask("quote", self.POOL, SOL, 1_000)
        arrays = refusal.stderr.partition("not in the dumps:")[2].split()
        self.assertEqual(len(arrays), 5)
        for address, number in zip(arrays, (-237, -238, -239, -236, -235)):
            data = bytearray(10_240)
            data[:8] = bytes.fromhex("c09b55cd31f9812a")
            data[8:40] = key_bytes(self.POOL)
            struct.pack_into("<i", data, 40, number * 60)
            place = 0 if number <= -237 else 59
            struct.pack_into("<i", data, 44 + place * 168, number * 60 + place)
            data[44 + place * 168 + 20] = 1  # Gross liquidity.
            self.put(address, CLMM, bytes(data))

    def test_quotes_both_ways_as_the_formulas_do(self):
        pool = {"sqrt_price": self.expected["sqrt_price_x64"],
                "liquidity": self.expected["liquidity"]}
        for mint, is_down in ((SOL, True), (self.expected["token_mint_1"], False)):
            quote = self.quote(self.POOL, mint, 10_000)
            self.assertEqual(quote["venue"], "raydium_clmm")
            self.assertEqual(int(quote["amount_out"]),
                             concentrated_out(pool, 10_000, 100, is_down))

    def test_swap_wraps_sol_and_unwraps_what_is_left(self):
        swap = self.swap(self.POOL, SOL, 10_000, "--exact-out", "--slippage-bps", "0")
        self.assertEqual(self.names(swap), ["create_idempotent", "transfer", "sync_native",
                                            "create_idempotent", "swap_v2", "close_account"])
        self.assertEqual(swap["amount_in_max"], swap["amount_in"])
        self.assertIs(swap["is_exact_out_on_chain"], True)
        accounts = swap["instructions"][4]["accounts"]
        self.assertEqual(len(accounts), 13 + 2, "the array of the price and the next one")
        self.assertTrue(all(account["writable"] for account in accounts[13:]))


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


@needs_data
class PumpCurve(PumpAccounts):
    """Accounts made for the vendor's own buy_v2, whose accounts are recorded."""

    FEES = (0, 95, 30)

    def setUp(self):
        super().setUp()
        vectors = json.loads((DATA / "vectors/swap_instructions.json").read_text())
        cases = {case["name"]: case for case in vectors["cases"]}
        self.buy = cases["pump getBuyV2InstructionRaw"]
        self.sell = cases["pump getSellV2InstructionRaw"]
        keys = [account["pubkey"] for account in self.buy["accounts"]]
        arguments = self.buy["args"]
        self.mint, self.curve = arguments["mint"], keys[10]
        self.virtual_a, self.virtual_b = 1_073 * 10**12, 30 * 10**9
        curve = bytearray(166)
        curve[:8] = bytes.fromhex("17b7f83760d8ac60")
        struct.pack_into("<QQQQQ", curve, 8, self.virtual_a, self.virtual_b, 7_931 * 10**11,
                         5 * 10**9, 10**15)
        curve[49:81] = key_bytes(arguments["creator"])
        self.put(self.curve, PUMP, bytes(curve))
        self.put(keys[0], PUMP, self.settings(
            1_087, "a7e8e8b1c86c727f", {41: arguments["fee_recipient"], 483: USER,
                                        741: arguments["buyback_fee_recipient"]}))
        self.put(keys[22], PUMP_FEES, self.fee_config(self.FEES))
        self.put_mint(self.mint, TOKEN_2022)

    def fees_of(self, amount):
        return sum(ceil_div(amount * rate, 10_000) for rate in self.FEES)

    def test_a_curve_quotes_although_its_account_does_not_name_the_coin(self):
        tokens = 123_456_789
        quote = self.quote(self.curve, SOL, tokens, "--exact-out")
        cost = tokens * self.virtual_b // (self.virtual_a - tokens) + 1
        self.assertEqual((quote["venue"], quote["mint_out"]), ("pump", self.mint))
        self.assertEqual(int(quote["amount_in"]), cost + self.fees_of(cost))
        sold = self.quote(self.curve, self.mint, 10**12)
        proceeds = 10**12 * self.virtual_b // (self.virtual_a + 10**12)
        self.assertEqual(int(sold["amount_out"]), proceeds - self.fees_of(proceeds))

    def test_swaps_have_the_accounts_of_the_vendors_own(self):
        bought = self.swap(self.curve, SOL, 123_456_789, "--exact-out")
        self.assertEqual(self.names(bought), ["create_idempotent", "buy_v2"])
        sold = self.swap(self.curve, self.mint, 123_456_789)
        self.assertEqual(self.names(sold), ["sell_v2"], "SOL comes without a token account")
        for swap, case in ((bought, self.buy), (sold, self.sell)):
            self.assertEqual(
                [(meta["pubkey"], meta["signer"], meta["writable"])
                 for meta in swap["instructions"][-1]["accounts"]],
                [(meta["pubkey"], meta["is_signer"], meta["is_writable"])
                 for meta in case["accounts"]])

    def test_what_is_missing_is_named(self):
        (pathlib.Path(self.directory.name) / f"{self.mint}.json").unlink()
        result = self.ask("quote", self.curve, SOL, 1_000)
        self.assert_refused(result, 1, "pool_incomplete", "does not name its coin")
        result = self.ask("quote", self.curve, self.mint, 1_000)
        self.assert_refused(result, 1, "pool_incomplete", f"not in the dumps: {self.mint}\n")
        result = self.ask("quote", self.curve, USER, 1_000)
        self.assert_refused(result, 1, "a mint that no dump names", USER)


@needs_data
class PumpSwap(PumpAccounts):
    POOL = "GeaAnhd7M6GFHZVUB9FNkmV6Vf7HQTfEqi7WB6USi1f3"
    GLOBAL = "ADyA8hdefvWN2dbGGWFotbzWxrAvLW83WG6QCVXvJKqw"

    def setUp(self):
        super().setUp()
        self.pool = self.put_fixture("pumpswap/pool_Geaa.json")
        self.vaults = [
            int(self.put_fixture(f"pumpswap/pool_Geaa_{side}_vault.json", self.pool[name])["amount"])
            for side, name in (("base", "pool_base_token_account"),
                               ("quote", "pool_quote_token_account"))]
        self.put_fixture("pumpswap/fee_config_5PHi_2026_07.json")
        self.put(self.GLOBAL, PUMP_SWAP, self.settings(
            949, "95089ccaa0fcb0d9", {57: USER, 385: USER, 643: USER}))
        self.put_mint(self.pool["base_mint"], TOKEN_2022)

    def test_a_sale_and_a_purchase_bracket_each_other_and_the_marginal_price(self):
        base = self.pool["base_mint"]
        sold = self.quote(self.POOL, base, 10**9)
        self.assertEqual(sold["venue"], "pumpswap")
        bought = self.quote(self.POOL, SOL, sold["amount_out"])
        self.assertLess(int(bought["amount_out"]), 10**9)
        virtual = int(self.pool["virtual_quote_reserves"])
        fair = 10**9 * (self.vaults[1] + virtual) // self.vaults[0]
        self.assertLess(int(sold["amount_out"]), fair)
        self.assertGreater(int(sold["amount_out"]), fair * 95 // 100)
        again = self.quote(self.POOL, SOL, bought["amount_out"], "--exact-out")
        self.assertLessEqual(int(again["amount_in"]), int(sold["amount_out"]))

    def test_exact_out_of_a_sale_is_a_limit_on_chain(self):
        base = self.pool["base_mint"]
        swap = self.swap(self.POOL, base, 10**6, "--exact-out", "--slippage-bps", "100")
        self.assertIs(swap["is_exact_out_on_chain"], False)
        self.assertEqual(int(swap["amount_in_max"]), int(swap["amount_in"]) * 10_100 // 10_000)
        self.assertEqual(self.names(swap)[-2:], ["sell", "close_account"])


@needs_data
class OtherVenues(Dumps):
    """The swaps of what has a class of its own neither here nor above."""

    def both_ways(self, pool, mints, amounts, *options):
        """Exact in and exact out in both directions; what instructions they end in."""
        names = []
        for mint, amount in zip(mints, amounts):
            for exact in ((), ("--exact-out",)):
                swap = self.swap(pool, mint, amount, *options, *exact)
                self.assertEqual((swap["pool"], swap["quote"]["pool"]), (pool, pool))
                self.assertEqual(swap["signers"], [USER])
                ours = [one for one in swap["instructions"]
                        if pool in [account["pubkey"] for account in one["accounts"]]]
                self.assertEqual(len(ours), 1)
                names.append((ours[0]["name"], len(ours[0]["accounts"])))
        return names

    def test_amm_v4(self):
        pool = self.put_fixture("raydium_amm_v4/pool_58oQ_sol_usdc.json")
        for side, amount in (("coin", 10**12), ("pc", 10**11)):
            self.put(pool[f"{side}_vault"], TOKEN, key_bytes(pool[f"{side}_vault_mint"]) +
                     bytes(32) + struct.pack("<Q", amount) + bytes(36) + b"\1" + bytes(56))
        self.assertEqual(self.both_ways("58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2",
                                        (SOL, pool["pc_vault_mint"]), (10**6, 10**6)),
                         [("swap_base_in_v2", 8), ("swap_base_out_v2", 8)] * 2)

    def test_cpmm(self):
        pool = self.put_fixture("raydium_cpmm/pool_sol_usdc.json")
        for name in ("amm_config", "vault_sol", "vault_usdc"):
            self.put_fixture(f"raydium_cpmm/{name}.json")
        self.assertEqual(self.both_ways(Swap.CPMM, (SOL, pool["token_1_mint"]), (10**5, 10**5)),
                         [("swap_base_input", 13), ("swap_base_output", 13)] * 2)

    def test_dlmm(self):
        pool = self.put_fixture("meteora_dlmm/EtAd_lb_pair.json")
        for name in ("bin_array_1", "bin_array_2", "token_x_mint"):
            self.put_fixture(f"meteora_dlmm/EtAd_{name}.json")
        names = self.both_ways("EtAdVRLFH22rjWh3mcUasKFF27WtHhsaCvK27tPFFWig",
                               (pool["token_x_mint"], SOL), (10**6, 10**6))
        self.assertEqual([name for name, _ in names], ["swap2", "swap_exact_out2"] * 2)
        for _, accounts in names:
            self.assertIn(accounts, (17, 18, 19), "16 and the arrays that the swap may cross")

    def test_damm_v2(self):
        pool = self.put_fixture("meteora_damm_v2/3u2B.json")
        names = self.both_ways("3u2BK3ykdjv1hAeGQwAkZMxjb4otV5yvW7g72uviCaZZ",
                               (pool["token_a_mint"], pool["token_b_mint"]), (10**9, 10**6))
        self.assertEqual({name for name, _ in names}, {"swap2"})


class Swap(Dumps):
    CPMM = "7JuwJuNU88gurFnyWeiyGKbFmExMWcmRZntn9imEzdny"

    def swap_cpmm(self, *options):
        return run("swap", "--accounts", str(ACCOUNTS / "raydium_cpmm"), "--pool", self.CPMM,
                   "--in", SOL, "--amount", "1000000", "--user", USER, *options)

    def test_without_a_dry_run_it_says_what_is_missing(self):
        self.assert_refused(self.swap_cpmm(), 3, "--dry-run", "signs with a wallet")

    @needs_data
    def test_slippage_is_what_the_transaction_enforces(self):
        for slippage, least in (("0", 82_002), ("1", 81_994), ("10000", 0)):
            result = self.swap_cpmm("--dry-run", "--json", "--slippage-bps", slippage)
            self.assertEqual(result.returncode, 0, result.stderr)
            swap = json.loads(result.stdout)
            self.assertEqual((swap["amount_out"], swap["amount_out_min"]), ("82002", str(least)))
        self.assertEqual(self.swap_cpmm("--dry-run", "--slippage-bps", "10001").returncode, 2)

    @needs_data
    def test_text_shows_the_transaction_and_every_account(self):
        result = self.swap_cpmm("--dry-run", "--print-transaction")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("not signed and not sent", result.stdout)
        self.assertIn(f"    ws {USER}", result.stdout)
        self.assertIn(f"    w- {self.CPMM}", result.stdout)

    def test_bad_keys_are_named(self):
        result = run("swap", "--accounts", self.directory.name, "--pool", self.CPMM, "--in", SOL,
                     "--amount", "1", "--user", "nobody", "--dry-run")
        self.assert_refused(result, 2, "--user")
        result = self.swap_cpmm("--dry-run", "--blockhash", "x")
        self.assert_refused(result, 2, "--blockhash")

    @needs_data
    def test_json_has_the_contract_keys_and_the_quote(self):
        result = self.swap_cpmm("--dry-run", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        swap = json.loads(result.stdout)
        self.assertEqual(swap["message_version"], 0)
        self.assertEqual(swap["signers"], [USER])
        self.assertEqual(len(swap["accounts"]), len(set(swap["accounts"])))
        self.assertEqual({account["pubkey"] for one in swap["instructions"]
                          for account in one["accounts"]} | {one["program"] for one in
                                                             swap["instructions"]} | {USER},
                         set(swap["accounts"]))
        quote = run("quote", "--accounts", str(ACCOUNTS / "raydium_cpmm"), "--pool", self.CPMM,
                    "--in", SOL, "--amount", "1000000", "--json")
        alone = json.loads(quote.stdout)
        for moment in (alone, swap["quote"]):
            self.assertIsInstance(moment.pop("unix_time"), int)
        self.assertEqual(swap["quote"], alone)

    @needs_data
    def test_the_simulated_wallet_signs_unless_another_is_named(self):
        result = run("swap", "--accounts", str(ACCOUNTS / "raydium_cpmm"), "--pool", self.CPMM,
                     "--in", SOL, "--amount", "1000000", "--dry-run", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        swap = json.loads(result.stdout)
        self.assertEqual(swap["signers"], [swap["user"]])
        self.assertNotEqual(swap["user"], USER)

    @needs_data
    def test_the_cpmm_instruction_is_the_vendors(self):
        cases = json.loads((DATA / "vectors/swap_instructions.json").read_text())["cases"]
        vendor = next(case for case in cases if case["name"] == "raydium_cpmm swap_base_input")
        swap = json.loads(self.swap_cpmm("--dry-run", "--json").stdout)
        ours = next(one for one in swap["instructions"] if one["program"] == vendor["program_id"])
        self.assertEqual(ours["data_hex"][:16], vendor["data_hex"][:16])
        self.assertEqual([(meta["signer"], meta["writable"]) for meta in ours["accounts"]],
                         [(meta["is_signer"], meta["is_writable"]) for meta in vendor["accounts"]])


if __name__ == "__main__":
    unittest.main()
