# SPDX-License-Identifier: MIT
"""`wallet`: files with keys, sealed and plain, and what never appears in an output."""

import json
import os
import pathlib
import pty
import re
import select
import signal
import stat
import subprocess
import sys
import termios
import unittest

from command_line import BINARY, CommandLine, run

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PASSPHRASE = "correct horse battery staple"


def base58(data):
    value, text = int.from_bytes(data, "big"), ""
    while value:
        value, digit = divmod(value, 58)
        text = ALPHABET[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


class WalletFiles(CommandLine):
    def path(self, name):
        return os.path.join(self.directory.name, name)

    def secret(self, name, text, mode=0o600):
        path = self.file(name, text)
        os.chmod(path, mode)
        return path

    def new(self, name, *options):
        path = self.path(name)
        created = run("wallet", "new", "--out", path, "--json", *options)
        self.assertEqual(created.returncode, 0, created.stderr)
        return path, json.loads(created.stdout)["address"]

    def address(self, path):
        result = run("wallet", "address", path)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout.strip()


class Plain(WalletFiles):
    def test_new_wallet_is_private_and_never_overwritten(self):
        path, address = self.new("id.json", "--plain")
        self.assertEqual(stat.S_IMODE(os.stat(path).st_mode), 0o600)
        self.assertEqual(self.address(path), address)
        self.assert_refused(run("wallet", "new", "--plain", "--out", path), 1, "never overwritten")
        copy = self.path("copy.json")
        self.assertEqual(run("wallet", "import", path, "--plain", "--out", copy).returncode, 0)
        self.assertEqual(pathlib.Path(copy).read_text(), pathlib.Path(path).read_text())

    def test_without_anybody_to_ask_nothing_is_written_unsealed_unless_that_was_asked_for(self):
        quiet = run("wallet", "new", "--out", self.path("a"), "--plain")
        self.assertEqual((quiet.returncode, quiet.stderr), (0, ""))
        for words in (("new",), ("import", self.path("a"))):
            with self.subTest(words):
                self.assert_refused(run("wallet", *words, "--out", self.path("b")), 2, "--passphrase-file",
                                    "--plain")
                self.assertFalse(os.path.exists(self.path("b")))

    def test_missing_and_broken_wallets_are_errors_without_their_contents(self):
        self.assert_refused(run("wallet", "address", "/nonexistent/id.json"), 1, "/nonexistent")
        broken = self.secret("broken.json", "[1,2,3]")
        result = run("wallet", "address", broken)
        self.assert_refused(result, 1, broken)
        self.assertNotIn("1,2,3", result.stderr)
        node = ("--url", "http://127.0.0.1:1")
        self.assert_refused(run("wallet", "balance", *node, "--keypair", broken), 1, broken)
        self.assert_refused(run("wallet", "balance", *node, "x"), 2, "ADDRESS: ")
        self.assert_refused(run("wallet", "balance", *node), 2, "an address or --keypair")

    def test_a_file_that_others_may_read_is_refused_with_what_to_type(self):
        path, address = self.new("id.json", "--plain")
        for mode in (0o640, 0o604, 0o620, 0o601):
            with self.subTest(oct(mode)):
                os.chmod(path, mode)
                self.assert_refused(run("wallet", "address", path), 1, f"mode {mode:04o}",
                                    f"chmod 600 {path}")
        for mode in (0o600, 0o400, 0o700):
            os.chmod(path, mode)
            self.assertEqual(self.address(path), address)

    def test_a_file_that_is_none_is_refused(self):
        self.assert_refused(run("wallet", "address", self.directory.name), 1, self.directory.name)
        self.assert_refused(run("wallet", "address", self.secret("long", " " * 4097)), 1, "4096 bytes")
        self.assert_refused(run("wallet", "address", self.secret("empty", "")), 1, "solana-keygen")


class Sealed(WalletFiles):
    def setUp(self):
        super().setUp()
        self.passphrase = self.secret("passphrase", PASSPHRASE + "\n")

    def sealed(self, name="id.keystore"):
        return self.new(name, "--passphrase-file", self.passphrase)

    def imported(self, source, name, *options):
        path = self.path(name)
        result = run("wallet", "import", source, "--out", path, "--json", *options)
        self.assertEqual(result.returncode, 0, result.stderr)
        return path, json.loads(result.stdout)["address"]

    def test_a_key_goes_in_and_comes_out_as_it_was(self):
        plain, address = self.new("id.json", "--plain")
        keystore, same = self.imported(plain, "id.keystore", "--passphrase-file", self.passphrase)
        self.assertEqual(same, address)
        self.assertEqual(stat.S_IMODE(os.stat(keystore).st_mode), 0o600)
        self.assertEqual(self.address(keystore), address)
        back, same = self.imported(keystore, "back.json", "--plain", "--passphrase-file", self.passphrase)
        self.assertEqual(same, address)
        self.assertEqual(pathlib.Path(back).read_text(), pathlib.Path(plain).read_text())
        numbers = json.loads(pathlib.Path(plain).read_text())
        self.assertEqual(base58(bytes(numbers[32:])), address)

    def test_the_keystore_states_its_form_and_the_default_cost(self):
        lines = dict(line.split(" ") for line in pathlib.Path(self.sealed()[0]).read_text().splitlines())
        self.assertEqual(list(lines), "sniperforge-keystore address kdf opslimit memlimit salt cipher "
                                      "nonce ciphertext checksum".split())
        self.assertEqual((lines["sniperforge-keystore"], lines["kdf"], lines["opslimit"], lines["memlimit"]),
                         ("1", "argon2id13", "3", str(256 << 20)))

    def test_it_shows_its_address_without_the_passphrase_and_gives_no_key_without(self):
        path, address = self.sealed()
        self.assertEqual(self.address(path), address)
        self.assert_refused(run("wallet", "import", path, "--out", self.path("x"), "--plain"), 1,
                            path, "--passphrase-file", "sniperforge-passphrase")
        self.assertFalse(os.path.exists(self.path("x")))

    def test_a_wrong_passphrase_and_a_damaged_file_are_told_apart(self):
        path, _ = self.sealed()
        wrong = self.secret("wrong", "another\n")
        attempt = ("--out", self.path("x"), "--passphrase-file")
        self.assert_refused(run("wallet", "import", path, *attempt, wrong), 1, path,
                            "the passphrase does not open")
        damaged = self.secret("damaged", pathlib.Path(path).read_text().replace("opslimit 3", "opslimit 2"))
        self.assert_refused(run("wallet", "import", damaged, *attempt, self.passphrase), 1, damaged,
                            "is damaged")
        self.assert_refused(run("wallet", "address", damaged), 1, "is damaged")

    def test_one_line_break_at_the_end_is_not_part_of_the_passphrase(self):
        path, address = self.sealed()
        for number, end in enumerate(("", "\r\n")):
            other = self.secret(f"other{number}", PASSPHRASE + end)
            self.assertEqual(self.imported(path, f"copy{number}", "--passphrase-file", other)[1], address)
        for bad in ("\n\n", " \n"):
            other = self.secret("bad", PASSPHRASE + bad)
            self.assertEqual(run("wallet", "import", path, "--out", self.path("x"), "--passphrase-file",
                                 other).returncode, 1)

    def test_the_passphrase_can_be_changed(self):
        path, address = self.sealed()
        fresh = self.secret("fresh", "another passphrase")
        copy, same = self.imported(path, "copy", "--passphrase-file", self.passphrase,
                                   "--new-passphrase-file", fresh)
        self.assertEqual(same, address)
        attempt = ("wallet", "import", copy, "--plain", "--out", self.path("x"), "--passphrase-file")
        self.assert_refused(run(*attempt, self.passphrase), 1, "does not open")
        self.assertEqual(run(*attempt, fresh).returncode, 0)

    def test_passphrase_files_must_be_private_and_hold_one_line(self):
        for name, text, mode, wanted in (
                ("open", PASSPHRASE, 0o644, f"chmod 600 {self.path('open')}"),
                ("group", PASSPHRASE, 0o640, "mode 0640"),
                ("empty", "", 0o600, "is empty"), ("line", "\n", 0o600, "is empty"),
                ("lines", "topsecret\nmore\n", 0o600, "one line of text"),
                ("long", "x" * 1027, 0o600, "1026 bytes"), ("long2", "x" * 1025, 0o600, "1024 bytes")):
            with self.subTest(name):
                path = self.secret(name, text, mode)
                result = run("wallet", "new", "--out", self.path("x"), "--passphrase-file", path)
                self.assert_refused(result, 1, path, wanted)
                self.assertNotIn("topsecret", result.stderr)
                self.assertFalse(os.path.exists(self.path("x")))
        self.assert_refused(run("wallet", "new", "--out", self.path("x"), "--passphrase-file",
                                self.path("none")), 1, self.path("none"), "No such file")

    def test_the_credential_of_the_unit_is_used_unless_a_file_is_named(self):
        credentials = self.path("credentials")
        os.mkdir(credentials)
        # As systemd leaves them: the access list of the service's user shows as group bits.
        self.secret("credentials/sniperforge-passphrase", PASSPHRASE, 0o440)
        path = self.path("id.keystore")
        created = run("wallet", "new", "--out", path, CREDENTIALS_DIRECTORY=credentials)
        self.assertEqual((created.returncode, created.stderr), (0, ""))
        self.imported(path, "copy", "--passphrase-file", self.passphrase)
        wrong = self.secret("wrong", "another")
        attempt = ("wallet", "import", path, "--out", self.path("x"))
        self.assert_refused(run(*attempt, "--passphrase-file", wrong, CREDENTIALS_DIRECTORY=credentials),
                            1, "does not open")
        os.chmod(os.path.join(credentials, "sniperforge-passphrase"), 0o444)
        self.assert_refused(run(*attempt, CREDENTIALS_DIRECTORY=credentials), 1, "mode 0444")
        os.unlink(os.path.join(credentials, "sniperforge-passphrase"))
        self.assert_refused(run(*attempt, CREDENTIALS_DIRECTORY=credentials), 1, "none is given")

    def test_options_that_contradict_each_other_are_refused(self):
        plain, _ = self.new("id.json", "--plain")
        keystore, _ = self.sealed()
        seal, out = ("--passphrase-file", self.passphrase), ("--out", self.path("x"))
        new = ("--new-passphrase-file", self.passphrase)
        for words in (("new", *out, "--plain", *seal), ("import", plain, *out, "--plain", *seal),
                      ("import", plain, *out, *new), ("import", keystore, *out, "--plain", *seal, *new)):
            with self.subTest(words):
                self.assert_refused(run("wallet", *words), 2, "seal")

    def test_no_refusal_shows_anything_of_the_key_or_the_passphrase(self):
        plain, address = self.new("id.json", "--plain")
        keystore, _ = self.imported(plain, "id.keystore", "--passphrase-file", self.passphrase)
        key = bytes(json.loads(pathlib.Path(plain).read_text()))
        text = pathlib.Path(plain).read_text()
        cut = self.secret("cut", text[:len(text) // 2])
        halves = self.secret("halves", json.dumps([key[0] ^ 1, *key[1:]]))
        open_plain = self.secret("open", text, 0o644)
        wrong = self.secret("wrong", "another wrong one")
        attempt = ("wallet", "import", "--out", self.path("x"))
        outputs = []
        for words in ((*attempt, cut), (*attempt, halves), (*attempt, open_plain),
                      (*attempt, keystore), (*attempt, keystore, "--passphrase-file", wrong),
                      ("wallet", "address", cut), ("wallet", "address", halves),
                      # Files taken for each other.
                      ("wallet", "new", "--out", self.path("x"), "--passphrase-file", cut + "x"),
                      (*attempt, keystore, "--passphrase-file", plain),
                      (*attempt, self.passphrase), ("wallet", "address", self.passphrase),
                      ("wallet", "import", plain, "--out", keystore)):
            result = run(*words)
            self.assertNotEqual(result.returncode, 0, words)
            outputs.append(result.stdout + result.stderr)
        shown = "\n".join(outputs)
        for secret in (base58(key[:32]), base58(key), key[:32].hex(), text, PASSPHRASE, "another wrong one"):
            self.assertNotIn(secret, shown)
        for at in range(0, 61):  # Any four of its numbers in a row.
            self.assertNotIn(",".join(map(str, key[at:at + 4])), re.sub(r"\s", "", shown))


class Terminal(WalletFiles):
    """Somebody types."""

    def start(self, *words):
        self.terminal, inside = pty.openpty()
        self.addCleanup(os.close, self.terminal)
        process = subprocess.Popen([BINARY, *words], stdin=inside, stdout=subprocess.PIPE, stderr=inside,
                                   start_new_session=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)  # After the next, in the reverse order.
        self.addCleanup(process.kill)
        self.inside = inside
        self.addCleanup(os.close, inside)
        self.seen = ""
        return process

    def wait_for(self, text):
        while text not in self.seen:
            ready, _, _ = select.select([self.terminal], [], [], 300)
            self.assertTrue(ready, f"waiting for {text!r}, there is {self.seen!r}")
            self.seen += os.read(self.terminal, 4096).decode()
        self.seen = self.seen.split(text, 1)[1]

    def type(self, text):
        os.write(self.terminal, text.encode())

    def is_echoing(self):
        return bool(termios.tcgetattr(self.inside)[3] & termios.ECHO)

    def test_it_asks_twice_for_a_new_passphrase_and_shows_nothing(self):
        path = self.path("id.keystore")
        process = self.start("wallet", "new", "--out", path)
        self.wait_for(f"New passphrase of {path}: ")
        self.assertFalse(self.is_echoing())
        self.type(PASSPHRASE + "\n")
        self.wait_for(", again: ")
        self.assertNotIn("correct", self.seen)
        self.type(PASSPHRASE + "\n")
        out, _ = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0)
        self.assertTrue(self.is_echoing())
        address = out.decode().split()[0]
        passphrase = self.secret("passphrase", PASSPHRASE)
        result = run("wallet", "import", path, "--plain", "--out", self.path("x"), "--passphrase-file",
                     passphrase)
        self.assertIn(address, result.stdout)

    def test_two_that_differ_and_an_empty_one_write_nothing(self):
        for first, second, wanted in (("one", "two", "differ"), ("", None, "empty")):
            process = self.start("wallet", "new", "--out", self.path("x"))
            self.wait_for(": ")
            self.type(first + "\n")
            if second is not None:
                self.wait_for(", again: ")
                self.type(second + "\n")
            self.wait_for(wanted)
            self.assertEqual(process.wait(timeout=300), 1)
            self.assertFalse(os.path.exists(self.path("x")))

    def test_an_interrupt_leaves_the_terminal_as_it_was(self):
        # One that came between the question and the reading of the answer was once lost, now and then.
        for _ in range(20):
            process = self.start("wallet", "new", "--out", self.path("x"))
            self.wait_for("New passphrase")
            self.wait_for(": ")
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(timeout=300), -signal.SIGINT)
            self.assertTrue(self.is_echoing())
            self.assertFalse(os.path.exists(self.path("x")))

    def test_plain_asks_nothing(self):
        process = self.start("wallet", "new", "--plain", "--out", self.path("id.json"))
        self.assertEqual(process.wait(timeout=300), 0)

    def test_an_open_key_and_its_passphrase_are_in_locked_memory_alone(self):
        passphrase = self.secret("passphrase", PASSPHRASE)
        plain, _ = self.new("id.json", "--plain")
        keystore = self.path("id.keystore")
        run("wallet", "import", plain, "--out", keystore, "--passphrase-file", passphrase)
        text = pathlib.Path(plain).read_text()
        key = bytes(json.loads(text))
        process = self.start("wallet", "import", keystore, "--out", self.path("x"))
        self.wait_for(f"Passphrase of {keystore}: ")
        self.type(PASSPHRASE + "\n")
        self.wait_for("New passphrase")  # The key is open while it waits.
        try:
            found = list(occurrences(process.pid, key[:32], PASSPHRASE.encode(), text.encode()[:40]))
        except PermissionError:
            self.skipTest("only root may look into the memory of such a process")
        # Address and thread sanitizers lock nothing and say that they did.
        binary = pathlib.Path(BINARY).read_bytes()
        is_sanitized = b"__asan_init" in binary or b"__tsan_init" in binary
        wanted = {"dd"} if is_sanitized else {"dd", "lo"}
        for secret, flags in found:
            self.assertTrue(wanted <= flags, f"{secret[:4]!r}... is in memory with {flags}")
        self.assertIn(key[:32], [secret for secret, _ in found])


def occurrences(pid, *secrets):
    """Where the secrets are in the memory of a process: each with the kernel's flags of its mapping."""
    with open(f"/proc/{pid}/mem", "rb", 0) as memory, open(f"/proc/{pid}/smaps") as mappings:
        chunk = b""
        for line in mappings:
            if match := re.match(r"([0-9a-f]+)-([0-9a-f]+) r", line):
                begin, end = (int(group, 16) for group in match.groups())
                try:
                    memory.seek(begin)
                    chunk = memory.read(end - begin)
                except (OSError, OverflowError, ValueError):  # The kernel's own pages.
                    chunk = b""
            elif re.match(r"[0-9a-f]+-", line):
                chunk = b""
            elif line.startswith("VmFlags:"):
                for secret in secrets:
                    for _ in range(chunk.count(secret)):
                        yield secret, set(line.split()[1:])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=1)
