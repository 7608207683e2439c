# SPDX-License-Identifier: MIT
"""`decode` of pools (every recorded account), mints and transactions; and `quote` beside it."""

import json
import os
import unittest

from command_line import DATA, SOURCE, CommandLine, needs_data, normalised, run
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


class DecodeTransaction(CommandLine):
    def decode(self, *paths):
        result = run("decode", "transaction", *map(str, paths), "--json")
        return result, json.loads(result.stdout)

    @needs_data
    def test_it_agrees_with_every_expected_field_of_every_encoding(self):
        paths = sorted((DATA / "fixtures/transactions").glob("*.json"))
        self.assertTrue(paths)
        result, decoded = self.decode(*paths)
        self.assertEqual(result.returncode, 0, result.stderr)
        encodings = set()
        for entry, path in zip(decoded, paths):
            self.assertEqual((entry["file"], entry["ok"], entry["kind"]),
                             (str(path), True, "transaction"))
            fields = entry["fields"]
            encodings.add(fields["encoding"])
            expected = json.loads(path.read_text())["expected"]
            for name in ("slot block_time version fee compute_units signatures fee_payer "
                         "fee_payer_lamport_delta top_level_programs account_keys").split():
                self.assertEqual(normalised(fields[name]), normalised(expected[name]),
                                 f"{path}: {name}")
            self.assertEqual(fields["err"], expected["err"], path)
            for name in "wire_len header static_keys recent_blockhash".split():
                if name in expected:
                    self.assertEqual(fields[name], expected[name], f"{path}: {name}")
            for shown, wanted in zip(fields["instructions"], expected.get("instructions", [])):
                self.assertEqual({name: shown[name] for name in wanted}, wanted)
        self.assertEqual(encodings, {"base64", "json", "jsonParsed"})

    @needs_data
    def test_recorded_signatures_verify_wherever_the_bytes_are_there(self):
        paths = sorted((DATA / "fixtures/transactions").glob("*.json"))
        for entry in self.decode(*paths)[1]:
            fields = entry["fields"]
            wanted = None if fields["encoding"] == "jsonParsed" else True
            self.assertIs(fields["signatures_verify"], wanted, entry["file"])

    @needs_data
    def test_normalised_fee_is_what_the_transaction_paid(self):
        paths = sorted((DATA / "fixtures/transactions").glob("*.json"))
        compared = 0
        for entry in self.decode(*paths)[1]:
            fields = entry["fields"]
            names = [instruction["name"] for instruction in fields["instructions"]]
            is_default = "set_compute_unit_limit" not in names and "set_compute_unit_price" in names
            if is_default and int(fields["slot"]) < 300_000_000:
                continue  # The default limit was another one then: 200,000 for builtins, too.
            self.assertEqual(fields["fee_breakdown"]["total"], fields["fee"], entry["file"])
            compared += 1
        self.assertGreaterEqual(compared, 9)

    @needs_data
    def test_bare_results_and_bare_text_are_read_too(self):
        path = DATA / "fixtures/transactions/get_transaction_base64_encoding.json"
        envelope = json.loads(path.read_text())["response"]
        text = envelope["result"]["transaction"][0]
        files = [self.file("envelope.json", json.dumps(envelope)),
                 self.file("result.json", json.dumps(envelope["result"])),
                 self.file("text.txt", text + "\n")]
        result, decoded = self.decode(*files)
        self.assertEqual(result.returncode, 0, result.stdout)
        for entry in decoded:
            self.assertEqual(entry["fields"]["signatures_verify"], True)
            self.assertEqual(entry["fields"]["version"], "legacy")
        self.assertEqual(decoded[0]["fields"], decoded[1]["fields"])
        self.assertIsNone(decoded[2]["fields"]["slot"])

    def test_a_version_1_transaction_shows_its_config(self):
        result, decoded = self.decode(SOURCE / "tests/fuzz/corpus/transaction_file_garbage/v1_text")
        self.assertEqual(result.returncode, 0, result.stdout)
        fields = decoded[0]["fields"]
        self.assertEqual(fields["version"], 1)
        self.assertEqual(fields["config"], {"priority_fee": "2469", "compute_unit_limit": "200000",
                                            "loaded_accounts_data_size_limit": 65536,
                                            "heap_bytes": None})
        self.assertEqual(fields["fee_breakdown"],
                         {"base": "5000", "priority": "2469", "total": "7469",
                          "compute_unit_limit": "200000",
                          "micro_lamports_per_compute_unit": "12345"})
        self.assertIs(fields["signatures_verify"], True)
        self.assertEqual(fields["instructions"][0]["name"], "transfer")
        self.assertEqual(fields["instructions"][0]["args"], {"lamports": "1"})
        self.assertEqual([meta["writable"] for meta in fields["instructions"][0]["account_metas"]],
                         [True, True])

    def test_what_is_no_transaction_is_named_and_fails_the_command(self):
        files = [self.file("null.json", '{"jsonrpc":"2.0","result":null,"id":1}'),
                 self.file("other.json", '{"slot":1}'), self.file("bad.txt", "hello"),
                 self.file("empty.txt", ""), os.path.join(self.directory.name, "missing")]
        result, decoded = self.decode(*files)
        self.assertEqual(result.returncode, 1)
        self.assertEqual([entry["ok"] for entry in decoded], [False] * len(files))
        for entry, text in zip(decoded, ("result is null", "getTransaction answers",
                                         "neither base64 nor base58", "0 characters",
                                         "cannot open it")):
            self.assertIn(text, entry["error"])


class DecodeMint(CommandLine):
    @needs_data
    def test_it_agrees_with_every_expected_field(self):
        paths = [path for path in sorted((DATA / "fixtures/accounts").glob("*/*mint*.json"))
                 if json.loads(path.read_text())["layout"] == "spl_mint"]
        self.assertGreaterEqual(len(paths), 9)
        result = run("decode", "mint", *map(str, paths), "--json")
        self.assertEqual(result.returncode, 0, result.stdout)
        for entry, path in zip(json.loads(result.stdout), paths):
            recorded = json.loads(path.read_text())
            self.assertEqual(entry["kind"], "mint")
            self.assertEqual((entry["pubkey"], entry["owner"]),
                             (recorded["pubkey"], recorded["owner"]))
            for name, value in recorded["expected"].items():
                shown = entry["fields"][name]
                if name == "extensions":
                    shown = [[normalised(part) for part in each] for each in shown]
                    self.assertEqual(shown, [each[:len(one)] for one, each in zip(shown, value)],
                                     f"{path}: {name}")
                    continue
                self.assertEqual(normalised(shown), normalised(value), f"{path}: {name}")

    @needs_data
    def test_extensions_have_names_and_fields_and_flags(self):
        path = DATA / "fixtures/accounts/solana/spl_token_22_mint_account.json"
        result = run("decode", "mint", str(path), "--json")
        fields = json.loads(result.stdout)[0]["fields"]
        self.assertEqual(fields["program"], "token_2022")
        self.assertEqual(fields["authorities"]["freeze"], fields["freeze_authority"])
        self.assertEqual(fields["extension_fields"]["TransferFeeConfig"]["newer_transfer_fee"],
                         {"epoch": "457", "maximum_fee": "3906250000000000000",
                          "transfer_fee_basis_points": 690})
        self.assertEqual(fields["rug_flags"], ["mint_authority", "freeze_authority",
                                               "transfer_fee", "transfer_fee_authority"])

    @needs_data
    def test_both_dump_forms_and_only_mints(self):
        flat = json.loads(
            (DATA / "fixtures/accounts/solana/spl_token_mint_account.json").read_text())
        nested = {"pubkey": flat["pubkey"],
                  "account": {"lamports": 1, "data": [flat["data_base64"], "base64"],
                              "owner": flat["owner"], "executable": False, "space": 82}}
        strange = {**flat, "owner": "11111111111111111111111111111111"}
        short = {**flat, "data_base64": "AAAA"}
        files = [self.file(f"{name}.json", json.dumps(dump))
                 for name, dump in (("a", flat), ("b", nested), ("c", strange), ("d", short))]
        result = run("decode", "mint", *files, "--json")
        self.assertEqual(result.returncode, 1)
        decoded = json.loads(result.stdout)
        self.assertEqual([entry["ok"] for entry in decoded], [True, True, False, False])
        self.assertEqual(decoded[0]["fields"], decoded[1]["fields"])
        self.assertIn("no token program", decoded[2]["error"])
        self.assertIn("3 bytes", decoded[3]["error"])


class Inspect(CommandLine):
    @needs_data
    def test_decode_reads_the_dump_form_of_the_solana_tool(self):
        flat = json.loads((DATA / "fixtures/accounts/raydium_cpmm/pool_sol_usdc.json").read_text())
        dump = {"pubkey": flat["pubkey"],
                "account": {"lamports": 1, "data": [flat["data_base64"], "base64"],
                            "owner": flat["owner"], "executable": False,
                            "rentEpoch": 18446744073709551615, "space": 637}}
        result = run("decode", "pool", self.file("dump.json", json.dumps(dump)), "--json")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertEqual(json.loads(result.stdout)[0]["fields"]["lp_supply"], "39091590")

    @needs_data
    def test_truncated_account_is_an_error_with_its_length(self):
        flat = json.loads((DATA / "fixtures/accounts/raydium_cpmm/amm_config.json").read_text())
        flat["data_base64"] = flat["data_base64"][:40]
        result = run("decode", "pool", self.file("short.json", json.dumps(flat)), "--json")
        self.assertEqual(result.returncode, 1)
        decoded = json.loads(result.stdout)[0]
        self.assertFalse(decoded["ok"])
        self.assertIn("30", decoded["error"])

    def test_decode_of_what_is_no_dump_says_so(self):
        result = run("decode", "pool", self.file("x.json", '{"pubkey": 5}'), "--json")
        self.assertEqual(result.returncode, 1)
        self.assertIn("pubkey", json.loads(result.stdout)[0]["error"])

    @needs_data
    def test_quote_equals_the_worked_example(self):
        result = run("quote", "--accounts", str(DATA / "fixtures/accounts/raydium_cpmm"), "--pool",
                     "7JuwJuNU88gurFnyWeiyGKbFmExMWcmRZntn9imEzdny", "--in",
                     "So11111111111111111111111111111111111111112", "--amount", "1000000", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        quote = json.loads(result.stdout)
        self.assertEqual((quote["amount_out"], quote["fees"]["trade"]), ("82002", "2500"))


if __name__ == "__main__":
    unittest.main()
