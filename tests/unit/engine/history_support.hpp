// SPDX-License-Identifier: MIT
// A state directory, and a recorder that writes what a run leaves in it.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"

namespace sniperforge::engine::history_test {

namespace fs = std::filesystem;
using sniperforge::test::key_of;

inline constexpr WallTime kOpening{1'767'225'600'000'000'000};  // 2026-01-01 00:00:00 UTC.
inline constexpr Duration kLater = std::chrono::seconds{1};
inline const Pubkey kWallet = key_of(1);
inline const Pubkey kToken = key_of(7);
inline const Pubkey kHeldPool = key_of(8);
inline const Hash kGenesis = Hash::from(Bytes(32, 5));
inline constexpr Lamports kFunds{10 * kLamportsPerSol};

[[nodiscard]] inline Signature signed_with(std::uint64_t intent) {
    return Signature::from(Bytes(64, static_cast<std::uint8_t>(intent)));
}

[[nodiscard]] inline SignedOrder entry(std::uint64_t id) {
    SignedOrder order;
    order.intent.intent_id = order.signed_as.intent_id = IntentId{id};
    order.intent.strategy = StrategyId::Sniper;
    order.intent.kind = OrderKind::Entry;
    order.intent.mint_in = solana::kWrappedSolMint;
    order.intent.mint_out = kToken;
    order.intent.amount_in = TokenAmount{100'000'000};
    order.intent.receive_min = TokenAmount{900};
    order.intent.spend_max = Lamports{105'000'000};
    order.intent.cost_expected = Lamports{4'000'000};
    order.intent.decided_at = Slot{50};
    order.signed_as.signature = signed_with(id);
    order.signed_as.last_valid_height = BlockHeight{200 + id};
    return order;
}

[[nodiscard]] inline ExecutionReport landed(const SignedOrder& order) {
    ExecutionReport report;
    report.intent_id = order.intent.intent_id;
    report.outcome = Outcome::Landed;
    report.signature = order.signed_as.signature;
    report.slot = Slot{55};
    report.fill.wallet = LamportsDelta{-100'009'000};
    report.fill.base_fee = Lamports{9'000};
    report.fill.tokens = {{kToken, TokenDelta{1'000}}};
    return report;
}

class HistoryTest : public ::testing::Test {
 protected:
    HistoryTest()
        : directory{fs::path{::testing::TempDir()} /
                    ("sf_history_" + std::to_string(::getpid()) + "_" +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name())} {
        fs::remove_all(directory);
        fs::create_directories(directory);
    }
    ~HistoryTest() override { fs::remove_all(directory); }

    [[nodiscard]] std::unique_ptr<Recorder> open(std::vector<OrderAhead> before = {},
                                                 const std::string& run = "run",
                                                 const std::string& boot = "boot") {
        analytics::RunInfo info;
        info.run_id = run;
        auto opened = Recorder::open({.state_dir = directory.string(),
                                      .run = {run, "build", boot, kWallet},
                                      .signed_before = std::move(before),
                                      .is_threaded = false,
                                      .settings = {}},
                                     info);
        SF_ASSERT(opened.has_value());
        return std::move(*opened);
    }
    // Opens the books, and the order up to its signature.
    static void trade(Recorder& recorder, const SignedOrder& order) {
        recorder.record(order.intent, kOpening);
        recorder.record(IntentApproved{order.intent.intent_id}, kOpening);
        ASSERT_TRUE(recorder.record_signed(order.intent, order.signed_as, kOpening));
    }
    [[nodiscard]] History read(const std::string& boot = "boot") const {
        auto history =
            read_history(directory.string(), {MonoTime{1'000}, kOpening + kLater}, boot, {});
        EXPECT_TRUE(history) << history.error().text;
        return history ? std::move(*history) : History{};
    }

    fs::path directory;
};

}  // namespace sniperforge::engine::history_test
