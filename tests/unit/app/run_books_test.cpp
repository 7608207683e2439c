// SPDX-License-Identifier: MIT
#include "app/run_books.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>

#include "app/commands.hpp"
#include "app/paper_wallet.hpp"
#include "sniperforge/engine/creator_file.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "support/keys.hpp"

namespace sniperforge::app {
namespace {

namespace fs = std::filesystem;

// Exit code and standard error of a run that ended with these differences.
struct Told {
    int code = 0;
    std::string err;
};
[[nodiscard]] Told finish_with(std::optional<std::uint64_t> lamports,
                               std::optional<std::uint64_t> tokens, bool is_unproven = false) {
    DaemonResult result;
    result.report.mismatch_lamports = lamports;
    result.report.mismatch_tokens = tokens;
    result.is_unproven = is_unproven;
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    Told told;
    told.code = finish(result, true);
    std::fflush(stdout);
    (void)::testing::internal::GetCapturedStdout();
    told.err = ::testing::internal::GetCapturedStderr();
    return told;
}

// Whatever is wrong with that file, no start is refused for it.
TEST(CreatorsIn, AreThoseOfTheFileAndNobodyWhereItIsMissingOrDamaged) {
    const fs::path directory =
        fs::path{::testing::TempDir()} / ("creators_in_" + std::to_string(::getpid()));
    fs::create_directories(directory);
    EXPECT_TRUE(creators_in(directory).creators.empty());
    const Hash genesis = Hash::from(test::key_of(1).bytes);
    ASSERT_TRUE(engine::write_creators(directory, {genesis, {{.creator = test::key_of(2)}}}));
    ASSERT_EQ(creators_in(directory).creators.size(), 1U);
    EXPECT_EQ(creators_in(directory).genesis, genesis);
    fs::resize_file(directory / "creators.sfc", 40);
    EXPECT_TRUE(creators_in(directory).creators.empty());
    EXPECT_TRUE(creators_in(directory).genesis.is_zero());
    fs::remove_all(directory);
}

TEST(Finish, BooksThatEqualTheChainAreASuccessAndOneUnitOfDifferenceIsNone) {
    EXPECT_EQ(finish_with(0, 0).code, kExitOk);
    for (const Told& told : {finish_with(1, 0), finish_with(0, 1)}) {
        EXPECT_EQ(told.code, kExitFailed);
        EXPECT_NE(told.err.find("does not equal the chain's balances"), std::string::npos);
    }
}

TEST(Finish, WhatTheSignerKeepsIsNamedAndNotAmongWhatIsToBeSold) {
    const Pubkey sold = test::key_of(1), kept = test::key_of(2);
    DaemonResult result;
    result.positions_left = {{sold, TokenAmount{5}, TokenAmount{5}},
                             {kept, TokenAmount{6}, TokenAmount{6}, true}};
    const auto to_sell = positions_to_sell(result);
    ASSERT_EQ(to_sell.size(), 1U);
    EXPECT_EQ(to_sell[0].mint, sold);
    const auto lines = left_lines(result);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NE(lines[0].find("the log has each order's outcome"), std::string::npos);
    EXPECT_NE(lines[1].find("6 of " + kept.to_string() + " are kept"), std::string::npos);
    EXPECT_NE(lines[1].find("signer.tokens_kept"), std::string::npos);
}

TEST(Finish, BalancesThatWereNotReadAreNotCalledADifference) {
    const Told told = finish_with({}, {});
    EXPECT_EQ(told.code, kExitFailed);
    EXPECT_NE(told.err.find("could not be read"), std::string::npos) << told.err;
    EXPECT_EQ(told.err.find("does not equal"), std::string::npos) << told.err;
}

TEST(Finish, BooksThatTheNextRunHoldsAgainstTheChainAreNoFailureOfThisOne) {
    EXPECT_EQ(finish_with({}, {}, true).code, kExitOk);
}

TEST(Finish, BooksThatTheChainsAnswersKeptFromBeingComparedAreAFailure) {
    DaemonResult result;
    result.is_unproven = true;
    EXPECT_EQ(judge_run(result), kExitOk);
    result.is_held_up = true;
    EXPECT_EQ(judge_run(result), kExitFailed);
    result.is_held_up = false;
    result.report.orders.landed = 1;
    EXPECT_EQ(judge_run(result), kExitFailed) << "what it moved was held against nothing";
}

TEST(Finish, OrdersOfUnknownOutcomeAreAFailureThatSaysWhoFollowsThem) {
    DaemonResult result;
    result.report.mismatch_lamports = 0;
    result.report.mismatch_tokens = 0;
    EXPECT_EQ(judge_run(result), kExitOk);
    result.report.orders.unknown = 2;
    result.report.orders_in_flight = 1;
    result.is_unproven = true;  // Whatever else ended with it.
    ::testing::internal::CaptureStderr();
    EXPECT_EQ(judge_run(result), kExitFailed);
    const std::string told = ::testing::internal::GetCapturedStderr();
    EXPECT_NE(told.find("3 orders of unknown outcome: the next start follows them"),
              std::string::npos)
        << told;
}

TEST(Finish, BooksOnPaperHaveNothingOnTheChainToDifferFrom) {
    DaemonResult result;
    result.report.provenance = Provenance::Paper;
    EXPECT_EQ(judge_run(result), kExitOk);
    result.report.provenance = Provenance::Test;
    EXPECT_EQ(judge_run(result), kExitFailed);
}

TEST(BooksOf, NamesTheWalletOrThatTheyAreOnPaper) {
    EXPECT_EQ(books_of(paper_wallet()), "books on paper");
    EXPECT_EQ(books_of(test::key_of(3)), "the books of wallet " + test::key_of(3).to_string());
}

// A state directory in which a run of a wallet has ended.
class BeginAnew : public ::testing::Test {
 protected:
    BeginAnew() {
        options.state_dir =
            (fs::path{::testing::TempDir()} / ("sf_anew_" + std::to_string(::getpid()))).string();
        fs::remove_all(options.state_dir);
        fs::create_directories(options.state_dir);
    }
    ~BeginAnew() override { fs::remove_all(options.state_dir); }

    void run(const Pubkey& wallet, Provenance provenance) const {
        engine::RecorderOptions recorder;
        recorder.state_dir = options.state_dir;
        recorder.is_threaded = false;
        recorder.run = {.run_id = "1", .build_id = {}, .boot_id = "boot", .wallet = wallet};
        analytics::RunInfo info;
        info.run_id = "1";
        info.provenance = provenance;
        auto opened = engine::Recorder::open(recorder, info);
        ASSERT_TRUE(opened) << opened.error().text;
        ASSERT_TRUE((*opened)->close(WallTime{}, "{}"));
    }
    // The refusal; empty: there is none.
    [[nodiscard]] std::string refusal() const {
        const auto allowed = refuse_others_books(options);
        return allowed ? "" : allowed.error().text;
    }

    const Pubkey ours = test::key_of(4), other = test::key_of(5);
    DaemonOptions options;
};

TEST_F(BeginAnew, DeletesNothingOfAWalletThatTradedOnAChainOfOthers) {
    EXPECT_EQ(refusal(), "") << "an empty directory";
    run(other, Provenance::Live);
    const std::string text = refusal();
    EXPECT_NE(text.find(options.state_dir), std::string::npos) << text;
    EXPECT_NE(text.find("the books of wallet " + other.to_string()), std::string::npos) << text;
    EXPECT_NE(text.find("--state-dir"), std::string::npos) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
}

TEST_F(BeginAnew, DeletesNothingOfATestChainOrPaper) {
    run(other, Provenance::Test);
    EXPECT_NE(refusal().find(other.to_string()), std::string::npos);
    fs::remove_all(options.state_dir);
    fs::create_directories(options.state_dir);
    run(paper_wallet(), Provenance::Paper);
    EXPECT_NE(refusal().find("books on paper"), std::string::npos);
}

// A seed's wallet is the same on every cluster, and its books are not.
TEST_F(BeginAnew, TakesWhatOnlyARunWithTheClusterInsideLeftWhateverItsWallet) {
    for (const Pubkey& wallet : {ours, other}) {
        run(wallet, Provenance::Sim);
        EXPECT_EQ(refusal(), "");
        fs::remove_all(options.state_dir);
        fs::create_directories(options.state_dir);
    }
    run(ours, Provenance::Test);
    EXPECT_NE(refusal().find("the books of wallet " + ours.to_string()), std::string::npos);
    fs::remove(options.state_dir + "/trades.sqlite");
    EXPECT_NE(refusal(), "") << "nothing says whose cluster it was";
}

// A ring alone, or a journal of another version, says not whose it was.
TEST_F(BeginAnew, DeletesNothingThatItCannotRead) {
    std::ofstream{options.state_dir + "/journal.sfj"} << "something else";
    EXPECT_NE(refusal().find("journal.sfj"), std::string::npos) << refusal();
    fs::remove(options.state_dir + "/journal.sfj");
    run(other, Provenance::Live);
    fs::remove(options.state_dir + "/trades.sqlite");
    EXPECT_NE(refusal(), "") << "the journal alone says whose it is";
}

// Less was taken; more may be what we bought: both end with what to do, and are not told alike.
TEST(Finish, ADoubtSaysWhetherTheChainHasLessOrMore) {
    const auto tell = [](std::vector<portfolio::BalanceMismatch> doubted) {
        DaemonResult result;
        result.report.mismatch_lamports = 0;
        result.report.mismatch_tokens = 5;
        result.doubted = std::move(doubted);
        ::testing::internal::CaptureStderr();
        EXPECT_EQ(judge_run(result), kExitFailed);
        return ::testing::internal::GetCapturedStderr();
    };
    const std::string mint = test::key_of(3).to_string();
    const std::string less = tell({{mint, 5, 0}}), more = tell({{mint, 0, 5}});
    EXPECT_NE(less.find("the chain has less"), std::string::npos) << less;
    EXPECT_EQ(less.find("the chain has more"), std::string::npos) << less;
    EXPECT_NE(more.find("the chain has more"), std::string::npos) << more;
    EXPECT_EQ(more.find("the chain has less"), std::string::npos) << more;
    for (const std::string& told : {less, more}) {
        EXPECT_NE(told.find("start again with --accept-shortfall"), std::string::npos) << told;
    }
    EXPECT_EQ(tell({}).find("--accept-shortfall"), std::string::npos);
}

TEST(OutsideLines, NameWhatBelongsToNoPositionAndWhatIsDoubtedButNotWhatIsMissing) {
    DaemonResult result;
    EXPECT_TRUE(outside_lines(result).empty());
    const std::string outside = test::key_of(1).to_string(), more = test::key_of(2).to_string();
    result.tokens_outside = {{test::key_of(1), TokenAmount{4}}};
    result.doubted = {{more, 2, 9}, {test::key_of(3).to_string(), 9, 2}, {"wallet", 1, 2}};
    const auto lines = outside_lines(result);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines[0], "4 of " + outside + " belong to no position and were not sold");
    EXPECT_EQ(lines[1].find("7 of " + more + " are not in the books and were not sold"), 0U);
    EXPECT_NE(lines[1].find("`rescue flatten --adopted --accept-shortfall`"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::app
