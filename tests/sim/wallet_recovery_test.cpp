// SPDX-License-Identifier: MIT
// What no file knows any more and the chain does: positions after the journal is lost, orders after
// its end is lost or it is an older copy; and what nobody of us did, which stops the entries until
// a person has said that it is known.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>
#include <utility>

#include "app/journal_backup.hpp"
#include "app/run_books.hpp"
#include "sim/wallet_lives.hpp"
#include "sniperforge/core/bytes.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;
using test::held_in;
using test::hold_what_is_bought;
using test::Lives;

void move_lamports(Lives& lives, std::int64_t lamports) {
    sim::Account account = *lives.chain().account(lives.wallet());
    account.lamports = Lamports{
        static_cast<std::uint64_t>(static_cast<std::int64_t>(account.lamports.raw()) + lamports)};
    lives.chain().put_account(lives.wallet(), std::move(account));
}

// The wallet's account of the mint holds what `change` makes of what it holds.
void change_tokens(Lives& lives, const Pubkey& mint,
                   const std::function<std::uint64_t(std::uint64_t)>& change) {
    constexpr std::size_t kAmountAt = 64;  // Behind mint and owner.
    for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
        const Pubkey key = solana::associated_token_address(lives.wallet(), mint, program);
        if (const auto found = lives.chain().account(key)) {
            sim::Account account = *found;
            const std::span<std::uint8_t> data{account.data};
            write_le(data, kAmountAt, change(read_le<std::uint64_t>(data, kAmountAt)));
            lives.chain().put_account(key, std::move(account));
        }
    }
}

void bring_tokens(Lives& lives, const Pubkey& mint, TokenAmount amount) {
    change_tokens(lives, mint, [&](std::uint64_t held) { return held + amount.raw(); });
}

[[nodiscard]] std::vector<std::string> notes_with(const Lives& lives, std::string_view words) {
    std::vector<std::string> notes;
    const auto read = journal::read_journal(lives.journal(), [&](const journal::Record& record) {
        if (record.body.find(words) != std::string::npos) {
            notes.push_back(record.body);
        }
    });
    SF_ASSERT(read && read->problem.empty());
    return notes;
}

[[nodiscard]] std::uint64_t exits_in(const Lives& lives) {
    return notes_with(lives, R"("kind":"exit")").size();
}

TEST(WalletRecovery, PositionsAreRebuiltFromTheChainWhenTheJournalIsLost) {
    Lives lives{7};
    lives.on_options = hold_what_is_bought;
    const auto before = lives.live(seconds{25});
    ASSERT_EQ(before.error, "");
    ASSERT_GT(before.report.positions_open, 0U);
    const auto held = held_in(lives.history());
    lives.lose_files();
    // Not long enough for anything to be bought again: what may be in flight is waited for.
    const auto after = lives.live(seconds{5});
    ASSERT_EQ(after.error, "");
    EXPECT_EQ(held_in(lives.history()), held) << "amounts, costs and pools are those of the chain";
    EXPECT_EQ(after.report.positions_opened, 0U);
    // They are managed as any other, and sold when a person wants out. What somebody else has
    // brought meanwhile is sold on that person's word alone.
    bring_tokens(lives, held.begin()->first, held.begin()->second.amount);
    lives.on_options = [](app::DaemonOptions& options) {
        options.is_flattening = options.is_adopted_sold = true;
    };
    const auto sold = lives.live(seconds{200});
    ASSERT_EQ(sold.error, "");
    EXPECT_EQ(sold.report.positions_open, 0U);
    EXPECT_EQ(sold.report.mismatch_lamports, 0U);
    EXPECT_EQ(sold.report.mismatch_tokens, 0U);
    EXPECT_TRUE(sold.tokens_outside.empty());
    EXPECT_EQ(sold.report.positions_opened, 1U) << "of what was brought";
    EXPECT_EQ(sold.report.positions_closed, held.size() + 1);
}

// Of a node that answers everything else. What is held may be ours, so that it is a doubt.
TEST(WalletRecovery, ARunEndsWhereTheHistoryCannotBeReachedAndSaysWhatToDoAndAFlatteningGoesOn) {
    Lives lives{7};
    lives.on_options = hold_what_is_bought;
    ASSERT_EQ(lives.live(seconds{8}).error, "");
    const auto held = held_in(lives.history());
    ASSERT_FALSE(held.empty());
    bool is_asked = false;
    const test::ChangedNode node{
        lives.reactor(), lives.cluster().rpc_url(),
        [&](const std::string& request, std::string answer) {
            const bool is_history = request.find("getSignaturesForAddress") != std::string::npos;
            is_asked = is_asked || is_history;
            return is_history ? std::string{} : std::move(answer);
        }};
    const auto live = [&](bool is_flattening) {
        lives.lose_files();
        lives.on_options = [is_flattening](app::DaemonOptions& options) {
            hold_what_is_bought(options);
            options.is_flattening = is_flattening;
            options.settings.network.endpoints[0].rpc_url = "http://changed:80/";
        };
        return lives.live(seconds{60});
    };
    const auto run = live(false);
    EXPECT_TRUE(is_asked);
    EXPECT_NE(run.error.find("3 readings failed: add an endpoint that keeps transaction history to "
                             "network.endpoints, or start again"),
              std::string::npos)
        << run.error;
    const auto flattened = live(true);
    EXPECT_EQ(flattened.error, "");
    EXPECT_EQ(flattened.report.positions_opened, 0U);
    const auto doubt = lives.history().doubt;
    ASSERT_TRUE(doubt);
    EXPECT_EQ(doubt->mismatches.size(), held.size()) << "whose they are is not known";
}

TEST(WalletRecovery, AnOlderCopyOfTheJournalIsBroughtUpToDateByTheChain) {
    Lives lives{7};
    const std::string copy = lives.root() + "/copy";
    // While the daemon trades.
    const net::TimerId timer = lives.reactor().schedule_after(seconds{5}, [&] {
        const auto copied = app::backup_journal(lives.path(), copy);
        ASSERT_TRUE(copied) << copied.error().text;
        EXPECT_EQ(copied->wallet, lives.wallet());
    });
    lives.on_options = hold_what_is_bought;
    ASSERT_EQ(lives.live(seconds{20}).error, "");
    lives.reactor().cancel(timer);
    const auto held = held_in(lives.history());
    ASSERT_FALSE(held.empty());
    const WallTime now = lives.reactor().wall_now();
    EXPECT_FALSE(app::restore_journal(copy, lives.path(), now)) << "there are books";
    lives.lose_files();
    const auto restored = app::restore_journal(copy, lives.path(), now);
    ASSERT_TRUE(restored) << restored.error().text;
    EXPECT_TRUE(lives.history().are_orders_lost) << "what is in flight is not in the copy";
    // A blockhash of then has expired after 182 blocks of 0.4 s: 73 s. Two readings follow.
    const auto after = lives.live(seconds{85});
    ASSERT_EQ(after.error, "");
    EXPECT_FALSE(notes_with(lives, "found in the wallet's history").empty());
    EXPECT_EQ(notes_with(lives, "no order of ours explains it"), std::vector<std::string>{});
    for (const auto& [mint, position] : held) {
        EXPECT_EQ(held_in(lives.history())[mint], position) << mint.to_string();
    }
    EXPECT_EQ(after.report.mismatch_lamports, 0U);
    EXPECT_EQ(after.report.mismatch_tokens, 0U);
    EXPECT_EQ(notes_with(lives, "entries resume").size(), 1U);
}

// One bad byte in front of all that was bought, by a run that ended by itself, and the machine has
// not gone down: the chain says what was ours, and none of it is somebody's gift.
TEST(WalletRecovery, PositionsBehindADamagedByteOfTheJournalAreOursAgain) {
    Lives lives{7};
    lives.on_options = hold_what_is_bought;
    ASSERT_EQ(lives.live(seconds{20}).error, "");
    const auto held = held_in(lives.history());
    ASSERT_FALSE(held.empty());
    {
        std::fstream segment{lives.path() + "/journal-000001.sfj",
                             std::ios::in | std::ios::out | std::ios::binary};
        const std::string bytes{std::istreambuf_iterator<char>{segment}, {}};
        const auto at = bytes.find(R"("kind":"entry")");
        ASSERT_NE(at, std::string::npos);
        segment.clear();
        segment.seekp(static_cast<std::streamoff>(at));
        segment << '\xff';
    }
    const engine::History damaged = lives.history();
    EXPECT_TRUE(damaged.is_gap_found);
    EXPECT_TRUE(held_in(damaged).empty());
    const auto after = lives.live(seconds{85});
    ASSERT_EQ(after.error, "");
    EXPECT_EQ(notes_with(lives, "somebody else brought it"), std::vector<std::string>{});
    for (const auto& [mint, position] : held) {
        EXPECT_EQ(held_in(lives.history())[mint], position) << mint.to_string();
    }
    EXPECT_EQ(after.report.mismatch_lamports, 0U);
    EXPECT_EQ(after.report.mismatch_tokens, 0U);
    EXPECT_FALSE(lives.history().doubt);
    EXPECT_EQ(notes_with(lives, "entries resume").size(), 1U);
}

TEST(WalletRecovery, ADoubtOutlivesRestartsUntilAPersonAcceptsIt) {
    Lives lives{7};
    lives.on_options = hold_what_is_bought;
    ASSERT_EQ(lives.live(seconds{8}).error, "");
    move_lamports(lives, -1);  // Nobody of us signed that.
    const auto first = lives.live(seconds{8});
    EXPECT_EQ(first.report.orders.submitted, 0U);
    EXPECT_EQ(first.report.mismatch_lamports, 1U);
    EXPECT_TRUE(first.is_short());
    const auto doubt = lives.history().doubt;
    ASSERT_TRUE(doubt);
    ASSERT_EQ(doubt->mismatches.size(), 1U);
    EXPECT_EQ(doubt->mismatches[0].expected - doubt->mismatches[0].on_chain, 1U);
    // What comes is no answer to what went.
    move_lamports(lives, 3);
    const auto second = lives.live(seconds{8});
    EXPECT_EQ(second.report.orders.submitted, 0U);
    ASSERT_TRUE(lives.history().doubt);
    EXPECT_EQ(lives.history().doubt->since, doubt->since);
    lives.on_options = [](app::DaemonOptions& options) {
        hold_what_is_bought(options);
        options.is_shortfall_accepted = true;
    };
    const auto third = lives.live(seconds{20});
    ASSERT_EQ(third.error, "");
    EXPECT_FALSE(lives.history().doubt);
    EXPECT_FALSE(notes_with(lives, R"("event":"accepted")").empty());
    EXPECT_GT(third.report.orders.submitted, 0U);
    EXPECT_EQ(third.report.mismatch_lamports, 0U);
}

// Its pool is one of SOL and USDC. The power goes when the purchase has landed, and takes all that
// the journal had of it.
TEST(WalletRecovery, ARoundTripsPurchaseIsFoundAgainAndSoldAfterACut) {
    Lives lives{7};
    const auto trade_nothing = [](app::DaemonOptions& options) {
        hold_what_is_bought(options);
        options.settings.sniper.is_enabled = options.settings.momentum.is_enabled = false;
    };
    lives.on_options = trade_nothing;
    ASSERT_EQ(lives.live(seconds{2}).error, "");
    const std::string copy = lives.root() + "/copy";
    ASSERT_TRUE(app::backup_journal(lives.path(), copy));
    bool is_bought = false;
    lives.on_options = [&](app::DaemonOptions& options) {
        trade_nothing(options);
        options.round_trip = app::RoundTripOptions{
            .pool = {},
            .trade_max = MicroUsd{20 * kMicroUsdPerUsd},
            .show = [&](const std::string& line) {
                if (line.find("landed") != std::string::npos && !std::exchange(is_bought, true)) {
                    lives.reactor().stop();
                }
            }};
    };
    (void)lives.live(seconds{60});
    ASSERT_TRUE(is_bought);
    lives.lose_files();
    ASSERT_TRUE(app::restore_journal(copy, lives.path(), lives.reactor().wall_now()));
    ASSERT_TRUE(held_in(lives.history()).empty());
    lives.on_options = [](app::DaemonOptions& options) { options.is_flattening = true; };
    const auto after = lives.live(seconds{300});
    ASSERT_EQ(after.error, "");
    EXPECT_FALSE(after.is_short());
    EXPECT_FALSE(lives.history().doubt);
    EXPECT_EQ(after.report.positions_closed, 1U);
    EXPECT_EQ(after.report.positions_open, 0U);
    EXPECT_EQ(after.report.mismatch_lamports, 0U);
    EXPECT_EQ(after.report.mismatch_tokens, 0U);
}

// Somebody took one position's tokens and half of another's: what is there is sold, and what is not
// is named and not tried for ever.
TEST(WalletRecovery, AFlatteningSellsWhatIsThereAndEndsWithWhatIsNot) {
    Lives lives{7};
    lives.on_options = hold_what_is_bought;
    ASSERT_EQ(lives.live(seconds{25}).error, "");
    const auto held = held_in(lives.history());
    ASSERT_GE(held.size(), 3U);
    const auto all = held.begin();
    const auto half = std::next(all);
    change_tokens(lives, all->first, [](std::uint64_t) { return 0; });
    change_tokens(lives, half->first, [](std::uint64_t amount) { return amount - amount / 2; });
    const std::uint64_t before = exits_in(lives);
    lives.on_options = [](app::DaemonOptions& options) { options.is_flattening = true; };
    const MonoTime begun = lives.reactor().now();
    const auto after = lives.live(seconds{300});
    ASSERT_EQ(after.error, "");
    EXPECT_LT(lives.reactor().now() - begun, seconds{150}) << "it ends by itself";
    EXPECT_LT(exits_in(lives) - before, 10 * held.size());
    EXPECT_TRUE(after.is_short());
    EXPECT_EQ(after.report.positions_open, 2U);
    ASSERT_EQ(after.positions_left.size(), 2U);
    const auto left = held_in(lives.history());
    ASSERT_EQ(left.size(), 2U);
    EXPECT_EQ(left.at(all->first).amount, all->second.amount);
    EXPECT_EQ(left.at(half->first).amount, TokenAmount{half->second.amount.raw() / 2});
}

// Its sale would be refused again and again: it is no reason to wait, and it is named.
TEST(WalletRecovery, AFlatteningEndsWithoutThePositionThatTheSignerKeeps) {
    Lives lives{7};
    lives.on_options = hold_what_is_bought;
    ASSERT_EQ(lives.live(seconds{25}).error, "");
    const auto held = held_in(lives.history());
    ASSERT_GT(held.size(), 1U);
    const Pubkey kept = held.begin()->first;
    lives.on_options = [&](app::DaemonOptions& options) {
        hold_what_is_bought(options);
        options.settings.signer.tokens_kept = options.settings.risk.deny_mints = {kept};
        options.is_flattening = true;
    };
    const auto after = lives.live(seconds{500});
    EXPECT_EQ(after.error, "");
    EXPECT_LT(after.report.duration_s, 400.0) << "it ended by itself";
    EXPECT_EQ(after.report.orders.policy_refused, 0U);
    EXPECT_EQ(after.report.positions_closed, held.size() - 1);
    ASSERT_EQ(after.positions_left.size(), 1U);
    EXPECT_EQ(after.positions_left[0].mint, kept);
    EXPECT_TRUE(after.positions_left[0].is_kept);
    EXPECT_TRUE(app::positions_to_sell(after).empty());
}

// The daemon that trades does the same, and nobody has to start it again for it.
TEST(WalletRecovery, ARunningDaemonDoesNotTryToSellWhatTheChainDoesNotHave) {
    Lives lives{7};
    lives.on_options = [](app::DaemonOptions& options) {
        hold_what_is_bought(options);
        options.settings.exits.time_limit = seconds{30};
    };
    ASSERT_EQ(lives.live(seconds{15}).error, "");
    const auto held = held_in(lives.history());
    ASSERT_FALSE(held.empty());
    // Behind the comparison of the start.
    const net::TimerId timer = lives.reactor().schedule_after(seconds{4}, [&] {
        for (const auto& [mint, position] : held) {
            change_tokens(lives, mint, [](std::uint64_t) { return 0; });
        }
    });
    const auto after = lives.live(seconds{100});
    lives.reactor().cancel(timer);
    EXPECT_TRUE(after.is_short());
    EXPECT_GE(exits_in(lives), held.size());
    EXPECT_LT(exits_in(lives), 15 * held.size());
    EXPECT_EQ(after.positions_left.size(), held.size());
    for (const app::PositionLeft& left : after.positions_left) {
        EXPECT_TRUE(left.is_set_aside()) << left.mint.to_string();
    }
}

// A doubt that a node's answer raised ends when no lamport is missing any more.
TEST(WalletRecovery, ADoubtEndsWhereTheBooksEqualTheChainAgain) {
    Lives lives{7};
    lives.on_options = hold_what_is_bought;
    ASSERT_EQ(lives.live(seconds{8}).error, "");
    move_lamports(lives, -5);
    (void)lives.live(seconds{5});
    ASSERT_TRUE(lives.history().doubt);
    move_lamports(lives, 5);
    const auto after = lives.live(seconds{20});
    ASSERT_EQ(after.error, "");
    EXPECT_FALSE(lives.history().doubt);
    EXPECT_GT(after.report.orders.submitted, 0U);
}

}  // namespace
}  // namespace sniperforge
