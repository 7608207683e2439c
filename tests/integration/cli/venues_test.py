# SPDX-License-Identifier: MIT
"""`quote` and `swap` over account dumps of every venue, against this file's own arithmetic in
Python's unbounded integers."""

import pathlib
import struct
import unittest

from command_line import needs_data
from dumps import (CPMM_POOL, PUMP, PUMP_FEES, PUMP_SWAP, SOL, SYSTEM, TOKEN, TOKEN_2022, USER,
                   Dumps, PumpAccounts, fixture, key_bytes, token_account, vectors)

CLMM = "CAMMCzo5YL8w4VFF8KVHrK22GGUsp5VTaW7grrKgrWqK"
RATE_ONE = 1_000_000
Q64 = 1 << 64


def ceil_div(a, b):
    return -(-a // b)


def concentrated_out(pool, amount, fee_rate, is_down):
    """Of a swap that meets no tick; `pool` is the decoded account's `expected`."""
    price, liquidity = int(pool["sqrt_price"]), int(pool["liquidity"])
    amount = amount * (RATE_ONE - fee_rate) // RATE_ONE
    if is_down:
        moved = ceil_div(liquidity * Q64 * price, liquidity * Q64 + amount * price)
        return liquidity * (price - moved) // Q64
    moved = price + amount * Q64 // liquidity
    return liquidity * Q64 * (moved - price) // (price * moved)


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


@needs_data
class PumpCurve(PumpAccounts):
    """Accounts made for the vendor's own buy_v2, whose accounts are recorded."""

    FEES = (0, 95, 30)

    def setUp(self):
        super().setUp()
        cases = {case["name"]: case for case in vectors("swap_instructions.json")["cases"]}
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
            int(self.put_fixture(f"pumpswap/pool_Geaa_{side}_vault.json",
                                 self.pool[name])["amount"])
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
            self.put(pool[f"{side}_vault"], TOKEN,
                     token_account(pool[f"{side}_vault_mint"], amount))
        self.assertEqual(self.both_ways("58oQChx4yWmvKdwLLZzBi4ChoCc2fqCUWBkwMihLYQo2",
                                        (SOL, pool["pc_vault_mint"]), (10**6, 10**6)),
                         [("swap_base_in_v2", 8), ("swap_base_out_v2", 8)] * 2)

    def test_cpmm(self):
        pool = self.put_fixture("raydium_cpmm/pool_sol_usdc.json")
        for name in ("amm_config", "vault_sol", "vault_usdc"):
            self.put_fixture(f"raydium_cpmm/{name}.json")
        self.assertEqual(self.both_ways(CPMM_POOL, (SOL, pool["token_1_mint"]), (10**5, 10**5)),
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


if __name__ == "__main__":
    unittest.main()
