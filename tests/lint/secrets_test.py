#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_secrets.py finds keys, tokens, registries and machine paths, and lets public signatures pass.

Every bad text is put together here at run time, so that this file itself holds none.
"""

import json
import sys
import unittest

from small_tree import REPOSITORY, LintTest

sys.path.insert(0, str(REPOSITORY / "scripts"))
import check_secrets

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
SEED = bytes(range(100, 132))
KEY_PAIR = SEED + check_secrets.public_key(SEED)
NOT_A_KEY_PAIR = KEY_PAIR[:-1] + bytes([KEY_PAIR[-1] ^ 1])

SPENDS = "whoever reads this can spend its funds"


def base58(data: bytes) -> str:
    value, text = int.from_bytes(data, "big"), ""
    while value:
        value, digit = divmod(value, 58)
        text = ALPHABET[digit] + text
    return text


class Secrets(LintTest):
    lint = "check_secrets.py"

    def test_derives_the_public_key_of_rfc_8032_section_7_1_test_1(self):
        seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
        self.assertEqual(check_secrets.public_key(seed).hex(),
                         "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")

    def test_finds_a_key_file_wherever_it_is_and_however_it_is_laid_out(self):
        for path in ("id.json", "tests/data/id.json"):
            for text in (json.dumps(list(KEY_PAIR)), json.dumps(list(KEY_PAIR), indent=2)):
                with self.subTest(path=path):
                    self.write(path, "\n" + text)
                    self.expect(f"{path}:2: 64 numbers that are a key pair: {SPENDS}")
            (self.root / path).unlink()

    def test_finds_a_key_pair_in_a_cpp_array(self):
        self.write("tests/unit/solana/keypair_test.cpp", f"std::array<std::uint8_t, 64> k{{{str(list(KEY_PAIR))[1:-1]}}};")
        self.expect(f"tests/unit/solana/keypair_test.cpp:1: 64 numbers that are a key pair: {SPENDS}")

    def test_finds_any_list_of_64_bytes_outside_the_tests_and_not_63_or_65_or_bigger_numbers(self):
        self.write("docs/a.md", json.dumps(list(NOT_A_KEY_PAIR)))
        self.write("docs/b.md", json.dumps(list(NOT_A_KEY_PAIR[:63])) + json.dumps(list(NOT_A_KEY_PAIR) + [1]))
        self.write("docs/c.md", json.dumps([256] + list(NOT_A_KEY_PAIR[1:])))
        self.write("tests/data/d.json", json.dumps(list(NOT_A_KEY_PAIR)))
        self.expect("docs/a.md:1: a list of 64 bytes, the form of a key file: keep such files out of the tree")

    def test_tells_a_key_pair_from_a_signature_in_base58(self):
        self.write("tests/data/pair.txt", f'"{base58(KEY_PAIR)}"')
        self.write("tests/data/signature.txt", f'"{base58(NOT_A_KEY_PAIR)}"')
        self.write("src/app/main.cpp", f'auto s = "{base58(NOT_A_KEY_PAIR)}";')
        self.expect(
            "src/app/main.cpp:1: 64 bytes in base58, the form of a key pair (or a signature, which belongs in tests/)",
            f"tests/data/pair.txt:1: a key pair in base58: {SPENDS}")

    def test_finds_private_keys_in_pem_form_and_leaves_certificates_alone(self):
        for kind in ("", "EC ", "OPENSSH "):
            self.write("tests/support/tls.cpp", f"-----BEGIN CERTIFICATE-----\n-----BEGIN {kind}PRIVATE KEY-----\n")
            self.expect("tests/support/tls.cpp:2: a private key in PEM form: generate it where it is used")

    def test_finds_tokens(self):
        self.write("config/a.yaml", "token: " + "123456789:" + "Aa1_-" * 7 + "\n"
                   "url: https://rpc.example/?api-key=" + "0123abcd-" * 4 + "\n"
                   "url: https://rpc.example/?api-key=YOUR-KEY-GOES-HERE\n")
        self.expect("config/a.yaml:1: looks like a Telegram bot token: name an environment variable instead",
                    "config/a.yaml:2: an API key in an address: name an environment variable instead")

    def test_finds_registry_hosts_and_machine_paths(self):
        self.write("package-lock.json", '"resolved": "https://registry.' + 'npmjs.org/uplot"')
        self.write("docs/a.md", "/ho" + "me/alice/clone and /ro" + "ot/clone\n$HOME/clone ~/root/x src/home/x/ /var/lib/sniperforge\n")
        self.write("docs/b.md", f"cd {self.root}/build\nls {self.root.resolve().parent}/shared\n{self.root}-other\n")
        path = "a path of one machine: make it relative, or name it by a variable"
        checkout = "the path of this checkout: make it relative"
        self.expect(f"docs/a.md:1: {path}", f"docs/a.md:1: {path}", f"docs/b.md:1: {checkout}", f"docs/b.md:2: {checkout}",
                    "package-lock.json:1: the host of a package registry: which mirror is used belongs to the machine")

    def test_excuses_a_line_that_gives_its_reason(self):
        self.write("docs/a.md", "/ho" + "me/alice/x  secrets-ok: an example of what not to write\n/ho" + "me/bob/x secrets-ok:\n")
        self.expect("docs/a.md:2: a path of one machine: make it relative, or name it by a variable")

    def test_reads_past_binary_files(self):
        (self.root / "seed.bin").write_bytes(b"\xff\xfe\x00")
        self.expect()


if __name__ == "__main__":
    unittest.main()
