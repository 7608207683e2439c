# SPDX-License-Identifier: MIT
"""What `swap` prints, and what it refuses."""

import json
import unittest

from command_line import needs_data, run
from dumps import ACCOUNTS, CPMM_POOL, SOL, USER, Dumps, vectors


class Swap(Dumps):
    def swap_of_anybody(self, *options):
        return run("swap", "--accounts", str(ACCOUNTS / "raydium_cpmm"), "--pool", CPMM_POOL,
                   "--in", SOL, "--amount", "1000000", *options)

    def swap_cpmm(self, *options):
        return self.swap_of_anybody("--user", USER, *options)

    def test_without_a_dry_run_it_says_what_is_missing(self):
        self.assert_refused(self.swap_cpmm(), 3, "--dry-run", "sends nothing", "mainnet-real-trading")

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
        self.assertIn(f"    w- {CPMM_POOL}", result.stdout)

    def test_bad_keys_are_named(self):
        result = run("swap", "--accounts", self.directory.name, "--pool", CPMM_POOL, "--in", SOL,
                     "--amount", "1", "--user", "nobody", "--dry-run")
        self.assert_refused(result, 2, "--user")
        result = self.swap_cpmm("--dry-run", "--blockhash", "x")
        self.assert_refused(result, 2, "--blockhash")

    def test_an_empty_variable_of_the_shell_chooses_no_default(self):
        for option in ("--user", "--blockhash"):
            self.assert_refused(self.swap_of_anybody("--dry-run", option, ""), 2, option,
                                "is empty")

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
        quote = run("quote", "--accounts", str(ACCOUNTS / "raydium_cpmm"), "--pool", CPMM_POOL,
                    "--in", SOL, "--amount", "1000000", "--json")
        alone = json.loads(quote.stdout)
        for moment in (alone, swap["quote"]):
            self.assertIsInstance(moment.pop("unix_time"), int)
        self.assertEqual(swap["quote"], alone)

    @needs_data
    def test_the_simulated_wallet_signs_unless_another_is_named(self):
        result = self.swap_of_anybody("--dry-run", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        swap = json.loads(result.stdout)
        self.assertEqual(swap["signers"], [swap["user"]])
        self.assertNotEqual(swap["user"], USER)

    @needs_data
    def test_text_warns_of_a_user_whose_key_anybody_can_derive(self):
        self.assertIn("anybody can derive its key", self.swap_of_anybody("--dry-run").stdout)
        self.assertNotIn("anybody", self.swap_cpmm("--dry-run").stdout)

    @needs_data
    def test_the_cpmm_instruction_is_the_vendors(self):
        cases = vectors("swap_instructions.json")["cases"]
        vendor = next(case for case in cases if case["name"] == "raydium_cpmm swap_base_input")
        swap = json.loads(self.swap_cpmm("--dry-run", "--json").stdout)
        ours = next(one for one in swap["instructions"] if one["program"] == vendor["program_id"])
        self.assertEqual(ours["data_hex"][:16], vendor["data_hex"][:16])
        self.assertEqual([(meta["signer"], meta["writable"]) for meta in ours["accounts"]],
                         [(meta["is_signer"], meta["is_writable"]) for meta in vendor["accounts"]])


if __name__ == "__main__":
    unittest.main()
