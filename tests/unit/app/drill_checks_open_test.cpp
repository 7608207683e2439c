// SPDX-License-Identifier: MIT
// What orders on their way may spend, held to the limits with each approval.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>

#include "app/drill_checks.hpp"

namespace sniperforge::app {
namespace {

using journal::RecordKind;

// At 100 USD a SOL, with the room that the price may take.
constexpr std::uint64_t kLimit = 1'050'000'000;

struct DrillChecksOpenTest : ::testing::Test {
    DrillChecksOpenTest() { checks.life_begins(); }
    [[nodiscard]] static config::RiskSettings limits() {
        config::RiskSettings limits;
        limits.strategy_capital_max = MicroUsd{100'000'000};
        limits.capital_max = MicroUsd{1'000'000'000};
        return limits;
    }
    void tell(RecordKind kind, const std::string& body) {
        journal::Record record;
        record.kind = kind;
        record.sequence = ++sequence;
        record.body = body;
        checks.on_record(record);
    }
    void approve(int intent, std::uint64_t lamports) {
        tell(RecordKind::Intent,
             fmt::format(R"({{"intent":{},"strategy":"arbitrage","kind":"cycle",)"
                         R"("mint_in":"a","mint_out":"a","spend_max":{}}})",
                         intent, lamports));
        tell(RecordKind::Approval, fmt::format(R"({{"intent":{}}})", intent));
    }
    void report(int intent, const char* outcome) {
        tell(RecordKind::Report, fmt::format(R"({{"intent":{},"outcome":"{}","signature":"s{}",)"
                                             R"("wallet":0,"tokens":[]}})",
                                             intent, outcome, intent));
    }

    // Of nothing else: that no chain has these transactions is said, too.
    [[nodiscard]] std::vector<std::string> exceeded() const {
        std::vector<std::string> found;
        std::ranges::copy_if(
            checks.violations(), std::back_inserter(found),
            [](const std::string& text) { return text.find("on their way") != std::string::npos; });
        return found;
    }

    DrillChecks checks{{.wallet = {},
                        .limits = limits(),
                        .tip_accounts = {},
                        .tip_max = {},
                        .sol_price_usd = 100,
                        .ring = [] { return std::string{"/nonexistent"}; },
                        .journal = [] { return std::string{"/nonexistent"}; },
                        .now = [] { return MonoTime{}; },
                        .is_journal_well = [] { return true; },
                        .load = [] { return net::VirtualLoad{}; },
                        .halts = {.is_unheard = [] { return false; },
                                  .unheard_max = std::chrono::seconds{5},
                                  .violate = [](const std::string&) {}},
                        .is_explained = {}}};
    std::uint64_t sequence = 0;
};

TEST_F(DrillChecksOpenTest, OrdersOnTheirWayMaySpendALimitTogetherAndNoLamportMore) {
    approve(1, 600'000'000);
    approve(2, kLimit - 600'000'000);
    EXPECT_EQ(exceeded(), std::vector<std::string>{});
    approve(3, 1);
    ASSERT_EQ(exceeded().size(), 1U);
    EXPECT_EQ(exceeded()[0],
              fmt::format("with 3 orders on their way the stake of strategy 0 in lamports is {}, "
                          "the limit {}",
                          kLimit + 1, kLimit));
    report(1, "expired");
    approve(4, 599'999'999);
    EXPECT_EQ(exceeded().size(), 1U);
}

// Its blockhash has expired when it is taken back: the report that says so is the next record.
TEST_F(DrillChecksOpenTest, WhatAForkTakesBackIsNoApproval) {
    approve(1, 600'000'000);
    report(1, "landed");
    approve(2, 600'000'000);
    tell(RecordKind::LedgerEntry, R"({"event":"reversed","intent":1,"signature":"s1","slot":5})");
    report(1, "expired");
    EXPECT_EQ(exceeded(), std::vector<std::string>{});
    approve(3, kLimit - 600'000'000);
    EXPECT_EQ(exceeded(), std::vector<std::string>{});
    tell(RecordKind::LedgerEntry, R"({"event":"reversed","intent":1,"signature":"s1","slot":5})");
    approve(4, 1);
    EXPECT_EQ(exceeded().size(), 1U) << "it is on its way again, and there was room for none";
}

}  // namespace
}  // namespace sniperforge::app
