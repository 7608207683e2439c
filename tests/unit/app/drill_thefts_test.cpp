// SPDX-License-Identifier: MIT
// What the drill calls a violation where tokens were taken or brought, and what it does not.
#include "app/drill_thefts.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/journal/journal.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"

namespace sniperforge::app {
namespace {

using journal::RecordKind;
using std::chrono::seconds;

class DrillTheftsTest : public ::testing::Test {
 protected:
    DrillTheftsTest()
        : directory{std::filesystem::path{::testing::TempDir()} /
                    ("sf_thefts_" + std::to_string(::getpid()) + "_" +
                     ::testing::UnitTest::GetInstance()->current_test_info()->name())} {
        std::filesystem::remove_all(directory);
        std::filesystem::create_directories(directory);
        auto opened = journal::JournalWriter::open(path());
        EXPECT_TRUE(opened);
        writer = std::move(*opened);
        chain.put_account(mint, {Lamports{1}, solana::kTokenProgram, false, Bytes(82, 0)});
        hold(1'000);
    }
    ~DrillTheftsTest() override { std::filesystem::remove_all(directory); }

    [[nodiscard]] std::string path() const { return (directory / "journal.sfj").string(); }
    void write(RecordKind kind, std::string_view body) {
        ASSERT_TRUE(writer->append(kind, 7, body));
        ASSERT_TRUE(writer->sync());
        now = now + seconds{1};  // The next look is due.
    }
    void tell(std::uint64_t ledger, std::uint64_t on_chain) {
        write(RecordKind::Note, fmt::format(R"({{"text":"{}: the ledger has {}, the chain has {}, )"
                                            R"(and no order of ours explains it: no entries"}})",
                                            mint.to_string(), ledger, on_chain));
    }
    void hold(std::uint64_t amount) {
        Bytes data(165, 0);
        std::ranges::copy(mint.bytes, data.begin());
        std::ranges::copy(wallet.bytes, data.begin() + 32);
        write_le(data, 64, amount);
        data[108] = 1;
        chain.put_account(solana::associated_token_address(wallet, mint, solana::kTokenProgram),
                          {Lamports{2'039'280}, solana::kTokenProgram, false, std::move(data)});
    }
    void take(std::uint64_t amount) { thefts.note({wallet, mint, amount, 0}); }
    [[nodiscard]] RingOrder order(RingOrder::Kind kind, std::uint64_t amount) const {
        RingOrder made;
        made.kind = kind;
        made.mint_in = mint;
        made.amount_in = amount;
        return made;
    }
    // How many violations the order is.
    [[nodiscard]] std::size_t sent(RingOrder::Kind kind, std::uint64_t amount = 1) {
        const std::size_t before = violations.size();
        thefts.on_order(order(kind, amount), chain);
        return violations.size() - before;
    }

    const Pubkey wallet = test::key_of(1), mint = test::key_of(2);
    const std::filesystem::path directory;
    std::unique_ptr<journal::JournalWriter> writer;
    sim::Chain chain{sim::ChainOptions{}};
    MonoTime now = MonoTime{} + seconds{100};
    std::vector<std::string> violations;
    DrillThefts thefts{
        {.wallet = wallet,
         .is_holding = false,
         .journal = [this] { return path(); },
         .now = [this] { return now; },
         .violate = [this](std::string text) { violations.push_back(std::move(text)); }}};
};

TEST_F(DrillTheftsTest, NothingIsBoughtOnceBothSidesOfAllThatIsMissingAreTold) {
    thefts.note({test::key_of(9), mint, 5, 0});
    EXPECT_TRUE(thefts.is_told()) << "somebody else's";
    EXPECT_FALSE(thefts.is_any_missing());
    now = now + seconds{1};
    take(100);
    EXPECT_FALSE(thefts.is_told());
    tell(1'000, 901);
    EXPECT_FALSE(thefts.is_told()) << "one is missing in it";
    EXPECT_EQ(sent(RingOrder::Kind::Entry), 0U) << "nobody knows of it";
    tell(1'000, 900);
    EXPECT_TRUE(thefts.is_told());
    now = now + seconds{1};
    EXPECT_EQ(sent(RingOrder::Kind::Entry), 0U) << "it was on its way";
    now = now + Duration{1};
    EXPECT_EQ(sent(RingOrder::Kind::Entry), 1U);
    EXPECT_EQ(sent(RingOrder::Kind::Cycle), 1U);
    EXPECT_EQ(sent(RingOrder::Kind::Exit), 0U);
    thefts.life_begins(false);
    EXPECT_EQ(sent(RingOrder::Kind::Entry), 1U) << "a restart is no answer";
    thefts.life_begins(true);
    EXPECT_EQ(sent(RingOrder::Kind::Entry), 0U);
}

TEST_F(DrillTheftsTest, WhatIsGoneIsTriedTwiceInALifeAndNotMore) {
    take(1'000);
    hold(0);
    tell(1'000, 0);
    ASSERT_TRUE(thefts.is_told());
    now = now + seconds{2};
    EXPECT_EQ(sent(RingOrder::Kind::Exit, 1'000) + sent(RingOrder::Kind::Exit, 1'000), 0U);
    EXPECT_EQ(sent(RingOrder::Kind::Exit, 1'000), 1U);
    thefts.life_begins(false);
    EXPECT_EQ(sent(RingOrder::Kind::Exit, 1'000), 0U);
}

TEST_F(DrillTheftsTest, WhatWasBroughtIsInNoSale) {
    thefts.note({wallet, mint, 0, 100});
    hold(1'100);
    EXPECT_EQ(sent(RingOrder::Kind::Exit, 1'000), 0U);
    EXPECT_EQ(sent(RingOrder::Kind::Exit, 1'001), 1U);
    EXPECT_FALSE(thefts.is_any_missing());
}

TEST_F(DrillTheftsTest, TheReportDiffersByWhatWasTakenToTheUnit) {
    take(100);
    tell(1'000, 900);
    engine::RunReport report;
    report.mismatch_lamports = 0;
    report.mismatch_tokens = 100;
    thefts.check_doubted(report);
    EXPECT_TRUE(violations.empty());
    report.mismatch_tokens = 99;
    thefts.check_doubted(report);
    EXPECT_EQ(violations.size(), 1U);
    report.mismatch_tokens = 100;
    report.mismatch_lamports = 1;
    thefts.check_doubted(report);
    EXPECT_EQ(violations.size(), 2U);
    tell(1'000, 899);
    thefts.check_doubted({});
    EXPECT_EQ(violations.size(), 4U) << "the journal's figure, and no figure in the report";
}

TEST_F(DrillTheftsTest, WhatAPersonAcceptedAndWhyThingsWereSoldIsInTheJournal) {
    take(100);
    thefts.life_begins(true);
    const auto check = [&] {
        violations.clear();
        const auto tale = read_tale(path());
        ASSERT_TRUE(tale);
        thefts.check_end(*tale);
    };
    check();
    EXPECT_EQ(violations.size(), 1U) << "nothing was accepted";
    write(
        RecordKind::Note,
        fmt::format(R"({{"text":"{}: the books of earlier runs have 1000, the chain has 900: what )"
                    R"(is missing was accepted; the chain's figure is taken over"}})",
                    mint.to_string()));
    write(RecordKind::Intent, R"({"intent":1,"kind":"exit","exit_reason":"time_limit"})");
    check();
    EXPECT_TRUE(violations.empty());
    write(RecordKind::Intent, R"({"intent":2,"kind":"exit","exit_reason":"manual"})");
    check();
    EXPECT_EQ(violations.size(), 1U);
    EXPECT_TRUE(thefts.is_explained(mint.to_string() + ": the books of earlier runs have 1"));
    EXPECT_FALSE(thefts.is_explained("wallet: the books of earlier runs have 1"));
}

// A commit may end there, and the daemon with it.
TEST_F(DrillTheftsTest, AnIntentThatALifeEndedBehindIsKnownAsSuch) {
    const auto is_cut = [&](std::uint64_t intent) {
        const auto tale = read_tale(path());
        return tale && tale->orders.at(intent).is_cut;
    };
    write(RecordKind::Intent, R"({"intent":1})");
    write(RecordKind::Approval, R"({"intent":1})");
    write(RecordKind::Intent, R"({"intent":2})");
    EXPECT_FALSE(is_cut(2));
    write(RecordKind::RunStarted, R"({"run":"b"})");
    EXPECT_TRUE(is_cut(2));
    EXPECT_FALSE(is_cut(1));
}

}  // namespace
}  // namespace sniperforge::app
