// SPDX-License-Identifier: MIT
// Double entry: what is posted where, and that it balances.
#include <gtest/gtest.h>

#include <array>
#include <map>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/portfolio/ledger.hpp"
#include "support/keys.hpp"

namespace sniperforge::portfolio {
namespace {

using sniperforge::test::key_of;

const Pubkey kMintBought = key_of(1);
const Pubkey kMintSold = key_of(2);
constexpr std::uint64_t kWalletStart = 1'000'000'000;

class LedgerEntries : public ::testing::Test {
 protected:
    LedgerEntries() { ledger.start({Lamports{kWalletStart}, {{kMintSold, TokenAmount{9}}}}); }
    [[nodiscard]] i128 of(Account account) const {
        return ledger.trial_balance().lamports[static_cast<std::size_t>(account)];
    }
    [[nodiscard]] static Fill purchase() {
        Fill fill;
        fill.wallet = LamportsDelta{-102'044'280};
        fill.base_fee = Lamports{5'000};
        fill.priority_fee = Lamports{4'000};
        fill.tip = Lamports{1'000};
        fill.rent_paid = Lamports{2'039'280};
        fill.rent_refunded = Lamports{5'000};
        fill.tokens = {{kMintBought, TokenDelta{500}}, {kMintSold, TokenDelta{-3}}};
        return fill;
    }
    Ledger ledger;
};

TEST_F(LedgerEntries, PostsWhatAPurchaseIsMadeOfToAccountsOfTheirOwn) {
    Fill fill = purchase();
    fill.venue_fees = VenueFees{Lamports{2'500}, Lamports{3}};
    fill.rent_of_others = Lamports{890'880};
    fill.unexplained = LamportsDelta{-7};
    ledger.apply(IntentId{1}, fill);
    ledger.carry(LamportsDelta{100'010'000}, Account::CarriedCost);
    EXPECT_EQ(of(Account::Wallet), i128{kWalletStart} - 102'044'280);
    EXPECT_EQ(of(Account::Opening), -i128{kWalletStart});
    EXPECT_EQ(of(Account::BaseFee), 5'000);
    EXPECT_EQ(of(Account::PriorityFee), 4'000);
    EXPECT_EQ(of(Account::Tip), 1'000);
    EXPECT_EQ(of(Account::RentLocked), 2'039'280);
    EXPECT_EQ(of(Account::RentBack), -5'000);
    EXPECT_EQ(of(Account::RentOfOthers), 890'880);
    EXPECT_EQ(of(Account::Unexplained), 7);
    EXPECT_EQ(of(Account::AmmFee), 2'500);
    EXPECT_EQ(of(Account::TransferFee), 3);
    EXPECT_EQ(of(Account::Swapped), 100'000'000 - 890'880 - 7 - 2'503);
    EXPECT_EQ(of(Account::Positions), 100'010'000);
    EXPECT_EQ(ledger.totals().principal, LamportsDelta{-100'000'000 + 890'880 + 7});
    EXPECT_EQ(ledger.totals().unexplained, LamportsDelta{-7});
    const TrialBalance trial = ledger.trial_balance();
    EXPECT_EQ(trial.lamports_sum, 0);
    EXPECT_EQ(trial.mints, 2U);
    EXPECT_EQ(trial.mints_unbalanced, 0U);
    // All that was paid is carried in the position: nothing is won or lost yet.
    EXPECT_EQ(trial.result(), LamportsDelta{});
}

TEST_F(LedgerEntries, BooksNothingThatIsNoEntryAndSaysWhatItWas) {
    EXPECT_FALSE(ledger.book({{Account::Wallet, -6}, {Account::Tip, 5}}));
    EXPECT_EQ(ledger.wallet(), Lamports{kWalletStart});
    EXPECT_EQ(of(Account::Tip), 0);
    EXPECT_EQ(ledger.trial_balance().lamports_sum, 0);
    EXPECT_EQ(ledger.refused(), 1U);
    EXPECT_NE(ledger.refusal().find("5 went in and 6 came out"), std::string::npos);
    EXPECT_TRUE(ledger.book({{Account::Wallet, -5}, {Account::Tip, 5}}));
    EXPECT_EQ(ledger.wallet(), Lamports{kWalletStart - 5});
    EXPECT_EQ(ledger.refused(), 1U);
}

// What an earlier run did and a fork undoes is in what there was when this one began.
TEST_F(LedgerEntries, TakesAFillOfAnEarlierRunOutOfWhatThereWas) {
    ledger.apply(IntentId{1}, purchase());
    EXPECT_FALSE(ledger.is_of_earlier_run(IntentId{1}));
    ledger.begin_run();
    EXPECT_EQ(of(Account::Opening), -(i128{kWalletStart} - 102'044'280));
    EXPECT_EQ(of(Account::BaseFee), 0);
    EXPECT_TRUE(ledger.is_of_earlier_run(IntentId{1}));
    EXPECT_TRUE(ledger.reverse(IntentId{1}));
    EXPECT_EQ(of(Account::Opening), -i128{kWalletStart});
    EXPECT_EQ(of(Account::BaseFee), 0);
    EXPECT_EQ(ledger.totals().principal, LamportsDelta{});
    EXPECT_EQ(ledger.trial_balance().mints_unbalanced, 0U);
}

// Everything that can happen to the books, in any order.
TEST_F(LedgerEntries, SumsToZeroInEveryAssetWhateverHappens) {
    Rng rng{23};
    const auto signed_below = [&](std::uint64_t size) {
        return static_cast<std::int64_t>(rng.below(2 * size)) - static_cast<std::int64_t>(size);
    };
    const std::array mints{key_of(1), key_of(2), key_of(3)};
    std::map<Pubkey, TokenAmount> held{{mints[0], TokenAmount{kU64Max / 4}},
                                       {mints[1], TokenAmount{kU64Max / 4}}};
    i128 wallet = 1'000'000'000'000;
    std::map<Pubkey, i128> tokens{{mints[0], held[mints[0]].raw()},
                                  {mints[1], held[mints[1]].raw()}};
    ledger.start({Lamports{static_cast<std::uint64_t>(wallet)}, held});
    std::map<std::uint64_t, Fill> open;
    const auto move = [&](const Fill& fill, int sign) {
        wallet += sign * i128{fill.wallet.raw()};
        for (const TokenChange& change : fill.tokens) {
            tokens[change.mint] += sign * i128{change.amount.raw()};
        }
    };
    for (std::uint64_t step = 1; step <= 5'000; ++step) {
        Fill fill;
        fill.wallet = LamportsDelta{signed_below(400'000'000)};
        fill.base_fee = Lamports{rng.below(10'000)};
        fill.tip = Lamports{rng.below(10'000)};
        fill.rent_paid = Lamports{rng.below(3) * 2'039'280};
        fill.rent_refunded = Lamports{rng.below(2) * 2'039'280};
        fill.rent_of_others = Lamports{rng.below(2) * 890'880};
        fill.unexplained = LamportsDelta{signed_below(5)};
        if (rng.below(2) == 0) {
            fill.venue_fees = VenueFees{Lamports{rng.below(3'000)}, Lamports{rng.below(9)}};
        }
        for (const Pubkey& mint : mints) {
            if (rng.below(2) == 0) {
                fill.tokens.push_back({mint, TokenDelta{signed_below(std::uint64_t{1} << 40U)}});
            }
        }
        const auto chosen = open.lower_bound(rng.below(step));
        switch (rng.below(10)) {
            case 0:
                if (chosen != open.end()) {
                    move(chosen->second, -1);
                    EXPECT_TRUE(ledger.reverse(IntentId{chosen->first}));
                    open.erase(chosen);
                }
                break;
            case 1:
                if (chosen != open.end()) {
                    ledger.finalize(IntentId{chosen->first});
                    open.erase(chosen);
                }
                break;
            case 2:
                ledger.take_in({Lamports{99}, {{mints[2], TokenAmount{5}}}});
                wallet += 99;
                tokens[mints[2]] += 5;
                break;
            case 3:
                ledger.withdraw(fill);
                move(fill, 1);
                break;
            case 4:
                ledger.carry(LamportsDelta{signed_below(1'000)},
                             rng.below(2) == 0 ? Account::CarriedCost : Account::MovedOut);
                break;
            case 5:
                if (rng.below(20) == 0) {
                    ledger.begin_run();
                }
                break;
            case 6:
                if (open.empty()) {
                    ChainBalances chain{ledger.wallet(), {}};
                    chain.tokens[mints[0]] = TokenAmount{rng.below(1'000'000)};
                    ledger.adopt(chain);
                    wallet = chain.wallet.raw();
                    tokens = {{mints[0], chain.tokens[mints[0]].raw()}};
                }
                break;
            default:
                ledger.apply(IntentId{step}, fill);
                open.emplace(step, fill);
                move(fill, 1);
        }
        const TrialBalance trial = ledger.trial_balance();
        ASSERT_EQ(trial.lamports_sum, 0) << step;
        ASSERT_EQ(trial.mints_unbalanced, 0U) << step;
        ASSERT_EQ(ledger.balance(), wallet) << step;
        for (const auto& [mint, amount] : ledger.balances()) {
            ASSERT_EQ(amount, tokens[mint]) << step;
        }
    }
    EXPECT_EQ(ledger.refused(), 0U);
}

}  // namespace
}  // namespace sniperforge::portfolio
