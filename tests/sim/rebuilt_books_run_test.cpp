// SPDX-License-Identifier: MIT
// Books that are rebuilt from the chain: with a history that has a hole, by a process that is
// killed on the way, from nodes of which one leaves tokens out.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string_view>

#include "sim/wallet_lives.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;
using test::held_in;
using test::hold_what_is_bought;
using test::Lives;

// So many bytes behind where these words begin.
void cut_journal(const Lives& lives, std::string_view words, std::size_t behind) {
    const std::string segment = lives.path() + "/journal-000001.sfj";
    std::ifstream file{segment, std::ios::binary};
    const std::string journal{std::istreambuf_iterator<char>{file}, {}};
    const std::size_t at = journal.find(words);
    ASSERT_NE(at, std::string::npos);
    test::fs::resize_file(segment, at + behind);
}

// Its purchase is listed and served by no node: the tokens are no gift, until a person has said so.
TEST(RebuiltBooksRun, WhatAnUnservedTransactionMayHaveBoughtIsADoubtAfterARebuilding) {
    Lives lives{7};
    lives.on_options = hold_what_is_bought;
    ASSERT_EQ(lives.live(seconds{25}).error, "");
    const auto held = held_in(lives.history());
    ASSERT_GT(held.size(), 1U);
    const auto bought = *held.begin();
    // The purchase is all that ever touched the tokens' account.
    std::size_t withheld = 0;
    for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
        const Pubkey account =
            solana::associated_token_address(lives.wallet(), bought.first, program);
        for (const sim::Receipt* receipt : lives.chain().receipts_of(account, 64)) {
            lives.cluster().withhold(receipt->signature);
            ++withheld;
        }
    }
    ASSERT_EQ(withheld, 1U);
    lives.lose_files();
    ASSERT_EQ(lives.live(seconds{2}).error, "");
    // As if it had been killed when the books were rebuilt, before it traded.
    constexpr std::string_view kEnd = R"("recovery_ended"})";
    cut_journal(lives, kEnd, kEnd.size());
    // As the kill left them, and after each of two starts.
    for (int i = 0; i < 3; ++i) {
        const auto history = lives.history();
        ASSERT_TRUE(history.doubt);
        ASSERT_EQ(history.doubt->mismatches.size(), 1U);
        EXPECT_EQ(history.doubt->mismatches[0].account, bought.first.to_string());
        EXPECT_EQ(history.doubt->mismatches[0].expected, 0U);
        EXPECT_EQ(history.doubt->mismatches[0].on_chain, bought.second.amount.raw());
        auto rebuilt = held_in(history);
        rebuilt.insert(bought);
        EXPECT_EQ(rebuilt, held) << "the others are there";
        if (i < 2) {
            const auto run = lives.live(seconds{5});
            EXPECT_FALSE(run.is_short());
            EXPECT_EQ(run.doubted, history.doubt->mismatches);
        }
    }
    // A person has looked, and wants all of it sold, where it is traded.
    lives.on_options = [&](app::DaemonOptions& options) {
        options.settings.feed.pools = {bought.second.pool};
        options.is_flattening = options.is_adopted_sold = options.is_shortfall_accepted = true;
    };
    const auto sold = lives.live(seconds{200});
    EXPECT_EQ(sold.error, "");
    EXPECT_TRUE(sold.doubted.empty());
    EXPECT_TRUE(sold.tokens_outside.empty());
    EXPECT_EQ(sold.report.positions_closed, held.size());
    EXPECT_EQ(sold.report.positions_open, 0U);
    EXPECT_EQ(sold.report.mismatch_tokens, 0U);
}

// It is the first that is asked. The balances of the other one are those that the books open with.
TEST(RebuiltBooksRun, ANodeThatReportsNoTokensDoesNotMakeTheBooksOpenWithoutThem) {
    Lives lives{7};
    lives.on_options = hold_what_is_bought;
    ASSERT_EQ(lives.live(seconds{8}).error, "");
    const auto held = held_in(lives.history());
    ASSERT_FALSE(held.empty());
    lives.lose_files();
    bool is_asked = false;
    const test::ChangedNode node{
        lives.reactor(), lives.cluster().rpc_url(),
        [&](const std::string& request, std::string answer) {
            const std::size_t at = answer.find(R"("value":)");
            if (request.find("getTokenAccountsByOwner") == std::string::npos ||
                at == std::string::npos) {
                return answer;
            }
            is_asked = true;
            return answer.substr(0, at) + R"("value":[])" +
                   answer.substr(answer.rfind(R"(},"id")"));
        }};
    lives.on_options = [](app::DaemonOptions& options) {
        hold_what_is_bought(options);
        options.provenance = Provenance::Test;
        auto& endpoints = options.settings.network.endpoints;
        endpoints.insert(endpoints.begin(), endpoints[0]);
        endpoints[0].name = "changed";
        endpoints[0].rpc_url = "http://changed:80/";
    };
    EXPECT_EQ(lives.live(seconds{5}).error, "");
    EXPECT_TRUE(is_asked);
    EXPECT_EQ(held_in(lives.history()), held);
}

// The files are lost, and the process is killed while it writes down what it rebuilds.
TEST(RebuiltBooksRun, ARebuildingThatIsCutIsDoneAgain) {
    Lives lives{7};
    lives.on_options = hold_what_is_bought;
    ASSERT_EQ(lives.live(seconds{25}).error, "");
    const auto held = held_in(lives.history());
    ASSERT_FALSE(held.empty());
    lives.lose_files();
    ASSERT_EQ(lives.live(seconds{2}).error, "");
    cut_journal(lives, "recovery_ended", 0);
    ASSERT_TRUE(held_in(lives.history()).empty());
    const IntentId given = lives.history().intent_last;
    ASSERT_GT(given.value, 0U);
    const auto after = lives.live(seconds{5});
    ASSERT_EQ(after.error, "");
    EXPECT_EQ(held_in(lives.history()), held);
    EXPECT_GT(lives.history().intent_last, given);
}

}  // namespace
}  // namespace sniperforge
