#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""check_determinism.py finds clocks, chance, sleeping and hash order, and nothing that only looks like them."""

import unittest

from small_tree import LintTest

OR_ESCAPE = ', or end the line with "// determinism-ok: <reason>"'
TOLD = "stages are told the time, so take MonoTime or WallTime as an argument" + OR_ESCAPE
SEEDED = "take a seeded Rng" + OR_ESCAPE
REACTOR = "schedule it on the Reactor" + OR_ESCAPE
SORTED = "its order differs between machines, so keep a sorted container or sort first" + OR_ESCAPE


class Determinism(LintTest):
    lint = "check_determinism.py"

    def expect_kind(self, code: str, kind: str, what: str, instead: str) -> None:
        self.write("src/risk/gate.cpp", f"\n{code}\n")
        self.expect(f"src/risk/gate.cpp:2: {kind} ({what}): {instead}")

    def test_finds_every_way_to_read_a_clock(self):
        for code, what in (
                ("auto t = std::chrono::steady_clock::now();", "std::chrono::steady_clock::now"),
                ("auto t = Clock::now();", "Clock::now"),
                ("auto t = time(nullptr);", "time(nullptr"),
                ("auto t = std::time(0);", "std::time(0"),
                ("time_t t; ::time(&t);", "::time(&"),
                ("clock_gettime(CLOCK_MONOTONIC, &ts);", "clock_gettime"),
                ("gettimeofday(&tv, nullptr);", "gettimeofday"),
                ("auto c = __rdtsc();", "__rdtsc")):
            with self.subTest(code):
                self.expect_kind(code, "reads a clock", what, TOLD)

    def test_finds_every_source_of_chance(self):
        for code, what in (
                ("int r = rand();", "rand"),
                ("std::srand(1);", "std::srand"),
                ("std::random_device device;", "std::random_device"),
                ("std::mt19937_64 engine{1};", "std::mt19937_64"),
                ("#include <random>", "#include <random>"),
                ("getrandom(buffer, 32, 0);", "getrandom"),
                ("randombytes_buf(buffer, 32);", "randombytes_buf")):
            with self.subTest(code):
                self.expect_kind(code, "rolls dice outside core/rng.hpp", what, SEEDED)

    def test_finds_sleeping_time_zones_and_coroutines(self):
        thread = "sleeps or asks about its thread"
        self.expect_kind("std::this_thread::sleep_for(1s);", thread, "std::this_thread", REACTOR)
        self.expect_kind("usleep(10);", thread, "usleep", REACTOR)
        self.expect_kind("localtime_r(&t, &tm);", "depends on the time zone of the machine", "localtime_r",
                         "use UTC" + OR_ESCAPE)
        self.expect_kind("co_await read();", "uses a coroutine", "co_await",
                         "g++ 12 double-frees on co_await, so use callbacks" + OR_ESCAPE)

    def test_finds_iteration_over_a_hash_container_declared_in_the_file(self):
        kind = "iterates over a hash container"
        for code in (
                "std::unordered_map<int, std::vector<int>> pools; for (const auto& [k, v] : pools) {}",
                "std::unordered_set<Pubkey, KeyHash> pools; for (auto& p : this->pools) {}",
                "boost::unordered_flat_map<int, int> pools; for (int n = 0; auto& p : pools) {}",
                "void f(const std::unordered_map<int, int>& pools) { for (auto& p : pools) {} }",
                "using Book = std::unordered_map<int, int>; Book pools; for (auto& p : pools) {}",
                "std::unordered_map<int, int> pools; auto first = *pools.begin();",
                "std::unordered_map<int, int> pools; for (auto i = pools.cbegin(); i != e; ++i) {}"):
            with self.subTest(code):
                self.expect_kind(code, kind, "pools", SORTED)

    def test_finds_iteration_over_a_hash_container_declared_in_the_header_of_the_file(self):
        for header in ("include/sniperforge/dex/pool_book.hpp", "src/dex/pool_book.hpp"):
            with self.subTest(header):
                self.write(header, "class PoolBook {\n    std::unordered_map<int, int> pools_;\n};\n")
                self.write("src/dex/pool_book.cpp", "void f() {\n    for (auto& pool : pools_) {}\n}\n")
                self.expect(f"src/dex/pool_book.cpp:2: iterates over a hash container (pools_): {SORTED}")
                (self.root / header).unlink()

    def test_accepts_what_only_looks_like_it(self):
        self.write("src/risk/gate.cpp", """\
// std::chrono::steady_clock::now() and rand() in a comment.
const char* text = "std::chrono::steady_clock::now() rand() sleep(1)";
MonoTime t = reactor.now();
MonoTime VirtualReactor::now() const { return now_; }
WallTime time() const;
auto brand(int x) { return operand(x); }
auto u = block.time(0) + slot_time(0) + chain->rand(3);
auto clock_drift = 1'000'000;
std::unordered_map<int, int> index;
auto found = index.find(1);
std::map<int, int> sorted;
for (auto& entry : sorted) {}
for (std::size_t i = 0; i < index.size(); ++i) {}
for (auto& entry : index.at(3)) {}
""")
        self.expect()

    def test_leaves_clocks_to_the_files_that_may_read_them_and_dice_to_none_of_those(self):
        self.write("src/net/asio_reactor.cpp", "auto t = std::chrono::steady_clock::now();\nint r = rand();\n")
        self.write("src/net/http.cpp", "auto t = std::chrono::steady_clock::now();\n")
        self.write("src/solana/keypair.cpp", "randombytes_buf(seed, 32);\n")
        self.write("src/solana/pda.cpp", "randombytes_buf(seed, 32);\n")
        self.write("src/app/daemon.cpp", "auto t = std::chrono::system_clock::now();\n")
        self.expect(
            f"src/net/asio_reactor.cpp:2: rolls dice outside core/rng.hpp (rand): {SEEDED}",
            f"src/net/http.cpp:1: reads a clock (std::chrono::steady_clock::now): {TOLD}",
            f"src/solana/pda.cpp:1: rolls dice outside core/rng.hpp (randombytes_buf): {SEEDED}")

    def test_excuses_a_line_with_a_reason_on_it_or_alone_before_it(self):
        self.write("src/analytics/recorder.cpp",
                   "std::this_thread::yield();  // determinism-ok: the recorder decides nothing\n"
                   "// determinism-ok: the recorder decides nothing\n"
                   "std::this_thread::yield();\n")
        self.expect()

    def test_refuses_an_excuse_without_a_reason(self):
        self.write("src/risk/gate.cpp", "int r = rand();  // determinism-ok\nint s = rand();  // determinism-ok: x\n")
        self.expect(*(f'src/risk/gate.cpp:{line}: an exception needs its reason: "// determinism-ok: <reason>"'
                      for line in (1, 2)))

    def test_refuses_an_excuse_that_excuses_nothing(self):
        self.write("src/risk/gate.cpp", "int r = 4;  // determinism-ok: chosen by a fair throw\n")
        self.expect("src/risk/gate.cpp:1: determinism-ok excuses nothing here: remove it")


if __name__ == "__main__":
    unittest.main()
