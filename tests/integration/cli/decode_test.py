# SPDX-License-Identifier: MIT
"""`decode pool` over every recorded account."""

import json
import unittest

from command_line import needs_data, normalised, run
from dumps import ACCOUNTS, TOKEN, TOKEN_2022, USER, Dumps, data_of, fixture

Q64 = 1 << 64


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
            dumps = [self.dump_with_owner(path)
                     for path in sorted((ACCOUNTS / venue).glob("*.json"))]
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


class DecodeContradictions(Dumps):
    def test_two_states_of_one_account_are_not_both_taken(self):
        self.put_mint(USER, TOKEN, supply=5)
        one = self.file("one.json", self.text_of(USER))
        self.put_mint(USER, TOKEN, supply=6)
        other = self.file("other.json", self.text_of(USER))
        same = run("decode", "pool", one, one, "--json")
        self.assertEqual(same.returncode, 0, same.stdout)
        result = run("decode", "pool", one, other, "--json")
        self.assertEqual(result.returncode, 1, result.stdout)
        first, second = json.loads(result.stdout)
        self.assertTrue(first["ok"])
        self.assertFalse(second["ok"])
        for text in ("two states", one, other, USER):
            self.assertIn(text, second["error"])


if __name__ == "__main__":
    unittest.main()
