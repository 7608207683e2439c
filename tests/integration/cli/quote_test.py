# SPDX-License-Identifier: MIT
"""`quote` over account dumps equals what the vendors' SDKs and the chain said of the recorded
accounts: the same vectors as tests/unit/dex, through files and the command line. And what `quote`
says of arguments and directories that it cannot use."""

import json
import pathlib
import struct
import unittest

from command_line import needs_data, run
from dumps import (ACCOUNTS, CPMM_POOL, PUMP, PUMP_FEES, PUMP_SWAP, SOL, TOKEN, TOKEN_2022, USER,
                   Dumps, PumpAccounts, base58, data_of, fixture, key_bytes, program_address,
                   token_account, vectors)

DLMM = "LBUZKhRxPF3XUpBCjp4YzTKgLccjZhTSDM9YuVaPwxo"
AMM_V4 = "675kPX9MHTjS2zt1qfr1NYHuzeLXfQM9H24wFSUt1Mp8"


class Quotes(Dumps):
    def answer(self, pool, mint_in, amount, *options):
        """The quote, or None where the venue refuses."""
        result = self.ask("quote", pool, mint_in, amount, *options)
        self.assertIn(result.returncode, (0, 1), result.stderr)
        if result.returncode == 1:
            self.assertIn("no quote: ", result.stderr)
            return None
        return json.loads(result.stdout)

    def ask(self, command, pool, mint_in, amount, *options):
        time = () if "--time" in options else ("--time", "1790000000")
        return run(command, "--accounts", self.directory.name, "--pool", pool, "--in", mint_in,
                   "--amount", str(amount), "--json", *time, *options)


@needs_data
class RecordedPools(Quotes):
    def test_dlmm(self):
        cases = vectors("meteora_dlmm_quotes.json")["cases"]
        ids = {}
        for case in cases:
            recorded = fixture(f"meteora_dlmm/{case['lb_pair']}.json")
            arrays = [data_of(fixture(f"meteora_dlmm/{name}.json")) for name in case["bin_arrays"]]
            pool = base58(arrays[0][24:56])
            ids[case["lb_pair"]] = (pool, recorded["expected"])
            self.put(pool, DLMM, data_of(recorded))
            for data in arrays:
                self.put(program_address(DLMM, b"bin_array", data[24:56], data[8:16]), DLMM, data)
            for side in ("x", "y"):
                mint = recorded["expected"][f"token_{side}_mint"]
                self.put_mint(mint, TOKEN)
        for case in cases:
            pool, expected = ids[case["lb_pair"]]
            mint = expected["token_x_mint" if case["swap_for_y"] else "token_y_mint"]
            with self.subTest(case=case):
                quote = self.answer(pool, mint, case["amount_in"], "--time",
                                    str(case["timestamp"]), "--slot", "448432755",
                                    "--assume-absent")
                self.assertEqual((quote["venue"], quote["amount_in"], quote["amount_out"],
                                  quote["fees"]["trade"]),
                                 ("meteora_dlmm", case["expected"]["consumed_in"],
                                  case["expected"]["amount_out"], case["expected"]["total_fee"]))

    def test_damm_v2(self):
        for case in vectors("meteora_damm_v2_quotes.json")["cases"]:
            recorded = fixture(f"meteora_damm_v2/{case['pool']}.json")
            pool, expected = recorded["pubkey"] or USER, recorded["expected"]
            self.put(pool, recorded["owner"], data_of(recorded))
            mint = expected["token_a_mint" if case["a_to_b"] else "token_b_mint"]
            is_slot = int(expected["activation_type"]) == 0
            at = ("--slot", case["current_point"]) if is_slot else (
                "--slot", "1", "--time", case["current_point"])
            with self.subTest(case=case):
                quote = self.answer(pool, mint, case["amount_in"], *at)
                if "error" in case:
                    self.assertIsNone(quote)
                else:
                    self.assertEqual((quote["venue"], quote["amount_out"]),
                                     ("meteora_damm_v2", case["expected"]["amount_out"]))

    def test_whirlpool(self):
        for case in vectors("orca_whirlpool_quotes.json")["real"]:
            expected = self.put_fixture(f"orca_whirlpool/{case['fixture']}.json")
            mints = [expected["token_mint_a"], expected["token_mint_b"]]
            for mint in mints:
                self.put_mint(mint, TOKEN)
            is_in = case["kind"] == "exact_in"
            mint = mints[0 if case["specified_token_a"] == is_in else 1]
            with self.subTest(case=case):
                quote = self.answer(fixture(f"orca_whirlpool/{case['fixture']}.json")["pubkey"],
                                    mint, case["amount"], "--assume-absent",
                                    *(() if is_in else ("--exact-out",)))
                out = case["result"]["tokenEstOut" if is_in else "tokenOut"]
                if out == "0":
                    self.assertIsNone(quote)
                    continue
                self.assertEqual((quote["venue"], quote["amount_out"], quote["fees"]["trade"]),
                                 ("orca_whirlpool", out, case["result"]["tradeFee"]))
                self.assertEqual(quote["amount_in"],
                                 case["result"]["tokenIn" if is_in else "tokenEstIn"])

    def test_amm_v4(self):
        recorded = fixture("raydium_amm_v4/pool_58oQ_sol_usdc.json")
        expected = recorded["expected"]
        for case in vectors("raydium_amm_v4_quotes.json")["cases"]:
            data = bytearray(data_of(recorded))
            struct.pack_into("<QQQQ", data, 176, int(case["swap_fee_numerator"]),
                             int(case["swap_fee_denominator"]), 0, 0)
            self.put(recorded["pubkey"], AMM_V4, bytes(data))
            for side in ("coin", "pc"):
                self.put(expected[f"{side}_vault"], TOKEN,
                         token_account(expected[f"{side}_vault_mint"], int(case[side])))
            mint = expected["coin_vault_mint" if case["direction"] == "2" else "pc_vault_mint"]
            is_in = case["kind"] == "base_in"
            with self.subTest(case=case):
                quote = self.answer(recorded["pubkey"], mint,
                                    case["amount_in" if is_in else "amount_out"],
                                    *(() if is_in else ("--exact-out",)))
                self.assertEqual((quote["venue"], quote["amount_in"], quote["amount_out"]),
                                 ("raydium_amm_v4", case["amount_in"], case["amount_out"]))

    def test_cpmm(self):
        for name in ("pool_sol_usdc", "amm_config", "vault_sol", "vault_usdc"):
            self.put_fixture(f"raydium_cpmm/{name}.json")
        mints = [fixture("raydium_cpmm/pool_sol_usdc.json")["expected"][name]
                 for name in ("token_0_mint", "token_1_mint")]
        for case in vectors("raydium_cpmm_quotes.json")["real_pool"]["quotes"]:
            with self.subTest(case=case):
                quote = self.answer(CPMM_POOL, mints[0 if case["zero_for_one"] else 1],
                                    case["amount_in"])
                self.assertEqual((quote["amount_out"], quote["fees"]["trade"]),
                                 (case["amount_out"], case["trade_fee"]))


@needs_data
class RecordedCurves(Quotes, PumpAccounts):
    def setUp(self):
        super().setUp()
        case = {case["name"]: case for case in vectors("swap_instructions.json")["cases"]}[
            "pump getBuyV2InstructionRaw"]
        keys = [account["pubkey"] for account in case["accounts"]]
        self.mint, self.curve, self.fee_config_key = case["args"]["mint"], keys[10], keys[22]
        self.put(keys[0], PUMP, self.settings(1_087, "a7e8e8b1c86c727f",
                                              {41: USER, 483: USER, 741: USER}))
        self.put_mint(self.mint, TOKEN_2022)

    def test_every_case_of_the_curve(self):
        for case in vectors("pump_curve_quotes.json")["cases"]:
            data = bytearray(data_of(fixture(f"pump/{case['curve']}")).ljust(166, b"\0"))
            data[49:81] = key_bytes(USER)  # Fees are the case's, whatever the curve's age.
            data[81] = 0  # Mayhem coins are refused; the arithmetic is the same.
            data[83:115] = bytes(32)
            if case.get("op") == "sell":
                struct.pack_into("<Q", data, 32, 2**64 - 1)  # Whatever the curve can pay.
            self.put(self.curve, PUMP, bytes(data))
            fees = (0, int(case.get("protocol_bps", 0)), int(case.get("creator_bps", 0)))
            self.put(self.fee_config_key, PUMP_FEES, self.fee_config(fees))
            expected = case.get("expected")
            with self.subTest(case=case):
                if expected is None:
                    self.assertIsNone(self.answer(self.curve, SOL, 1_000_000))
                elif case["op"] == "sell":
                    quote = self.answer(self.curve, self.mint, case["tokens_in"])
                    self.assertEqual((quote["amount_out"], quote["fees"]["trade"],
                                      quote["fees"]["creator"]),
                                     (expected["net"], expected["protocol_fee"],
                                      expected["creator_fee"]))
                elif case["op"] == "buy_exact_tokens":
                    quote = self.answer(self.curve, SOL, case["tokens_in"], "--exact-out")
                    self.assertEqual((quote["amount_in"], quote["amount_out"]),
                                     (expected["total"], expected["tokens"]))
                else:
                    self.assertEqual(case["op"], "buy_exact_quote_in")
                    quote = self.answer(self.curve, SOL, case["quote_in"])
                    self.assertEqual(quote["amount_out"], expected["tokens"])

    def test_pumpswap(self):
        self.put("ADyA8hdefvWN2dbGGWFotbzWxrAvLW83WG6QCVXvJKqw", PUMP_SWAP,
                 self.settings(949, "95089ccaa0fcb0d9", {57: USER, 385: USER, 643: USER}))
        self.put_fixture("pumpswap/fee_config_5PHi_2026_07.json")
        for case in vectors("pumpswap_quotes.json")["cases"]:
            name = case["pool"]
            recorded = fixture(f"pumpswap/{name}.json")
            pool = self.put_fixture(f"pumpswap/{name}.json")
            for side in ("base", "quote"):
                self.put_fixture(f"pumpswap/{name}_{side}_vault.json",
                                 pool[f"pool_{side}_token_account"])
            self.put_mint(pool["base_mint"], TOKEN_2022, int(case["base_mint_supply"]))
            expected = case["expected"]
            with self.subTest(case=case):
                if case["op"] == "sell_base_in":
                    quote = self.answer(recorded["pubkey"], pool["base_mint"], case["amount"])
                    self.assertEqual(quote["amount_out"], expected["uiQuote"])
                elif case["op"] == "buy_exact_base_out":
                    quote = self.answer(recorded["pubkey"], SOL, case["amount"], "--exact-out")
                    self.assertEqual(quote["amount_in"], expected["uiQuote"])
                else:
                    self.assertEqual(case["op"], "buy_exact_quote_in")
                    quote = self.answer(recorded["pubkey"], SOL, case["amount"])
                    self.assertEqual(quote["amount_out"], expected["base"])


@needs_data
class Depth(Quotes):
    def test_the_last_unit_within_the_limit(self):
        accounts = str(ACCOUNTS / "raydium_cpmm")
        ask = ("quote", "--accounts", accounts, "--pool", CPMM_POOL, "--in", SOL, "--json")
        depth = json.loads(run(*ask, "--amount", "1000", "--depth-bps", "100").stdout)["depth"]
        self.assertEqual((depth["bps"], depth["is_cut_off"]), (100, False))
        last = json.loads(run(*ask, "--amount", depth["amount_in"]).stdout)
        self.assertEqual((last["price_impact_bps"], last["amount_out"]),
                         (100, depth["amount_out"]))
        more = json.loads(run(*ask, "--amount", str(int(depth["amount_in"]) + 1)).stdout)
        self.assertEqual(more["price_impact_bps"], 101)
        # n/(416121797 + n) of the price after 0.25 % of fee.
        self.assertAlmostEqual(int(depth["amount_in"]) * 0.9975, 416_121_797 / 99, delta=2_000)
        text = run(*ask[:-1], "--amount", "1000", "--depth-bps", "100").stdout
        self.assertIn(f"depth within 100 bps: {depth['amount_in']} in", text)
        self.assertNotIn("depth", json.loads(run(*ask, "--amount", "1000").stdout))


class WrongInputs(Quotes):
    def test_arguments_that_cannot_be_meant_are_usage_errors(self):
        def ask(**other):
            options = {"accounts": self.directory.name, "pool": CPMM_POOL, "in": SOL,
                       "amount": "1", **other}
            return run("quote", *(f"--{name}={value}" for name, value in options.items()))

        for options, text in (({"pool": "x"}, "--pool"),
                              ({"in": "0OIl"}, "--in"), ({"amount": "0"}, "--amount 0"),
                              ({"amount": "-1"}, "-1"), ({"amount": "1.5"}, "1.5"),
                              ({"amount": "1e9"}, "1e9"), ({"amount": ""}, "--amount"),
                              ({"amount": 2**64}, str(2**64)), ({"slot": "-1"}, "--slot"),
                              ({"slot": 2**64}, "--slot"), ({"slot": "x"}, "--slot"),
                              ({"time": "-1"}, "--time"), ({"time": 2**63}, "--time"),
                              ({"time": "1.5"}, "--time"), ({"depth-bps": 10_001}, "--depth-bps"),
                              ({"accounts": "/nonexistent"}, "/nonexistent: no such directory")):
            with self.subTest(options):
                self.assert_refused(ask(**options), 2, text)
        self.assertEqual(run("quote", "--pool", CPMM_POOL).returncode, 2)

    def test_a_directory_without_the_pool_says_what_it_has(self):
        self.assert_refused(self.ask("quote", CPMM_POOL, SOL, 1), 1, CPMM_POOL, "0 dumps read")
        self.put(CPMM_POOL, TOKEN, bytes(100))
        self.assert_refused(self.ask("quote", CPMM_POOL, SOL, 1), 1, f"{CPMM_POOL}.json",
                            "100 bytes", TOKEN, "not a pool")

    @needs_data
    def test_an_account_that_is_not_what_the_pool_says_is_named_with_the_reason(self):
        expected = self.put_fixture("raydium_cpmm/pool_sol_usdc.json")
        for name in ("amm_config", "vault_sol"):
            self.put_fixture(f"raydium_cpmm/{name}.json")
        vault = expected["token_1_vault"]
        self.assert_refused(self.ask("quote", CPMM_POOL, SOL, 1_000), 1, "pool_incomplete",
                            f"not in the dumps: {vault}\n")
        # A vault exists, whatever is assumed.
        self.assert_refused(self.ask("quote", CPMM_POOL, SOL, 1_000, "--assume-absent"), 1, vault)
        self.put(vault, TOKEN, token_account(SOL, 5))
        self.assert_refused(self.ask("quote", CPMM_POOL, SOL, 1_000), 1, f"{vault}.json: ", vault)
        self.put_fixture("raydium_cpmm/vault_usdc.json")
        self.assertEqual(self.answer(CPMM_POOL, SOL, 1_000)["amount_out"], "82")
        other = self.ask("quote", CPMM_POOL, USER, 1_000)
        self.assert_refused(other, 1, f"not --in {USER}", SOL)
        self.file("again.json", json.dumps({"pubkey": vault, "owner": TOKEN,
                                            "data_base64": ""}))
        self.assert_refused(self.ask("quote", CPMM_POOL, SOL, 1_000), 1, "two states", vault)

    @needs_data
    def test_amounts_at_the_ends(self):
        for name in ("pool_sol_usdc", "amm_config", "vault_sol", "vault_usdc"):
            self.put_fixture(f"raydium_cpmm/{name}.json")
        quote = self.answer(CPMM_POOL, SOL, 2**64 - 1)
        self.assertEqual(quote["amount_out"], str(34_290_700 - 1))
        self.assert_refused(self.ask("quote", CPMM_POOL, SOL, 1), 1, "amount_zero")
        self.assertIsNotNone(self.answer(CPMM_POOL, SOL, 34_290_699, "--exact-out"))
        self.assert_refused(self.ask("quote", CPMM_POOL, SOL, 34_290_700, "--exact-out"), 1,
                            "exceeds_reserve: --amount 34290700 --exact-out")


@needs_data
class BySlot(Quotes):
    """What a quote depends on has to be said."""

    MINT = USER  # Any address.

    def put_fee_mint(self, mint, older, newer, epoch):
        def fee(at, bps):
            return struct.pack("<QQH", at, 2**64 - 1, bps)

        data = bytes(36) + struct.pack("<QBB", 10**15, 6, 1) + bytes(36)
        data = data.ljust(165, b"\0") + b"\1" + struct.pack("<HH", 1, 108) + bytes(72)
        self.put(mint, TOKEN_2022, data + fee(0, older) + fee(epoch, newer))

    def put_pool(self):
        recorded = fixture("raydium_cpmm/pool_sol_usdc.json")
        data = bytearray(data_of(recorded))
        data[200:232] = key_bytes(self.MINT)
        data[264:296] = key_bytes(TOKEN_2022)
        self.put(CPMM_POOL, recorded["owner"], bytes(data))
        for name in ("amm_config", "vault_sol"):
            self.put_fixture(f"raydium_cpmm/{name}.json")
        vault = fixture("raydium_cpmm/vault_usdc.json")
        self.put(vault["pubkey"], TOKEN_2022, key_bytes(self.MINT) + data_of(vault)[32:])

    def test_a_transfer_fee_that_changes_needs_the_slot(self):
        self.put_pool()
        self.put_fee_mint(self.MINT, 0, 1_000, 900)
        self.assert_refused(self.ask("quote", CPMM_POOL, SOL, 1_000_000), 2, "--slot", CPMM_POOL)
        before = self.answer(CPMM_POOL, SOL, 1_000_000, "--slot", str(900 * 432_000 - 1))
        after = self.answer(CPMM_POOL, SOL, 1_000_000, "--slot", str(900 * 432_000))
        self.assertEqual((before["amount_out"], before["fees"]["transfer_out"]), ("82002", "0"))
        self.assertEqual((after["amount_out"], after["fees"]["transfer_out"]), ("73801", "8201"))
        self.assertEqual((before["slot"], after["slot"]), (900 * 432_000 - 1, 900 * 432_000))
        # What arrives is what was asked for.
        back = self.answer(CPMM_POOL, SOL, 73_801, "--exact-out", "--slot", str(900 * 432_000))
        self.assertLessEqual(int(back["amount_in"]), 1_000_000)
        self.assertGreaterEqual(int(back["amount_out"]), 73_801)

    def test_one_that_stays_does_not(self):
        self.put_pool()
        self.put_fee_mint(self.MINT, 1_000, 1_000, 900)
        quote = self.answer(CPMM_POOL, SOL, 1_000_000)
        self.assertEqual((quote["amount_out"], quote["slot"]), ("73801", None))

    def test_a_pool_that_opens_at_a_slot_needs_it(self):
        for name in ("lb_pair", "bin_array_1", "bin_array_2", "token_x_mint", "token_y_mint"):
            expected = self.put_fixture(f"meteora_dlmm/9t3E_{name}.json")
            if name == "lb_pair":
                mint, opens = expected["token_x_mint"], int(expected["activation_point"])
        pool = "9t3EyC9FweyL7PBWvKz3mrXg8B9fwFc9SK3QxM4ENqhd"
        self.assert_refused(self.ask("quote", pool, mint, 1_000), 2, "--slot")
        self.assert_refused(self.ask("quote", pool, mint, 1_000, "--slot", str(opens - 1)), 1,
                            "swap_disabled")
        self.assertIsNotNone(self.answer(pool, mint, 1_000, "--slot", str(opens)))

    def test_a_rate_limiter_by_slot_needs_it(self):
        recorded = fixture("meteora_damm_v2/3u2B.json")
        data = bytearray(data_of(recorded))
        # 1 % and 0.1 % more for every further 10^6, for an hour of slots, at most 50 %.
        struct.pack_into("<QB", data, 8, 10_000_000, 2)
        struct.pack_into("<HIIQ", data, 22, 10, 9_000, 5_000, 10**6)
        struct.pack_into("<QBB", data, 472, 400_000_000, 0, 0)
        data[484] = 1  # Fees in token B: what limiters are for.
        self.put(recorded["pubkey"], recorded["owner"], bytes(data))
        pool, mint = recorded["pubkey"], recorded["expected"]["token_b_mint"]
        self.assert_refused(self.ask("quote", pool, mint, 10**8), 2, "--slot")
        early = self.answer(pool, mint, 10**8, "--slot", "400000001")
        late = self.answer(pool, mint, 10**8, "--slot", "400009001")
        self.assertLess(int(early["amount_out"]), int(late["amount_out"]))


class Absent(Quotes):
    @needs_data
    def test_every_bin_array_that_is_needed_is_named(self):
        recorded = fixture("meteora_dlmm/8ztF_lb_pair.json")
        pool, expected = recorded["pubkey"], recorded["expected"]
        self.put(pool, recorded["owner"], data_of(recorded))
        refusal = self.ask("quote", pool, expected["token_y_mint"], 1_000)
        self.assert_refused(refusal, 1, "pool_incomplete", "--assume-absent")
        missing = refusal.stderr.partition("not in the dumps:")[2].split()
        middle = int(expected["active_id"]) // 70
        arrays = [program_address(DLMM, b"bin_array", key_bytes(pool), struct.pack("<q", index))
                  for index in range(middle - 8, middle + 9)]
        self.assertIn(arrays[8], missing)
        self.assertGreaterEqual(len(set(arrays) & set(missing)), 3)
        self.assertEqual(len(set(missing)), len(missing))
        self.assertIn(expected["token_x_mint"], missing)
        # What was said is not asked for again.
        assumed = self.ask("quote", pool, expected["token_y_mint"], 1_000, "--assume-absent")
        self.assert_refused(assumed, 1, f"not in the dumps: {expected['token_x_mint']}\n")
        self.assertNotIn("--assume-absent", assumed.stderr)

    @needs_data
    def test_a_dump_may_say_that_an_account_does_not_exist(self):
        pool = "EgxU92G34jw6QDG9RuTX9StFg1PmHuDqkRKAE5kVEiZ4"
        expected = self.put_fixture("orca_whirlpool/egxu_pool.json")
        for name in ("mint_a", "mint_b", "tick_array_lower", "tick_array_upper"):
            self.put_fixture(f"orca_whirlpool/egxu_{name}.json")
        mint = expected["token_mint_b"]
        refusal = self.ask("quote", pool, mint, 1_000)
        self.assert_refused(refusal, 1, "--assume-absent", "not in the dumps:")
        missing = refusal.stderr.partition("not in the dumps:")[2].split()
        self.assertEqual(len(missing), 7)
        assumed = self.answer(pool, mint, 1_000, "--assume-absent")
        self.assertEqual(sorted(assumed["assumed_absent"]), sorted(missing))
        for account in missing:
            self.assertNotIn("error", self.file(f"{account}.json", json.dumps(
                {"pubkey": account, "account": None})))
        said = self.answer(pool, mint, 1_000)
        self.assertEqual((said["amount_out"], said["assumed_absent"]), (assumed["amount_out"], []))
        # One of them less is one too few.
        (pathlib.Path(self.directory.name) / f"{missing[3]}.json").unlink()
        self.assert_refused(self.ask("quote", pool, mint, 1_000), 1, missing[3])


if __name__ == "__main__":
    unittest.main()
