// SPDX-License-Identifier: MIT
// What an order's swap moved, told from the rents of others and from what nothing explains.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/execute/fill.hpp"
#include "sniperforge/model/fill_sums.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "support/keys.hpp"

namespace sniperforge::execute::order_fill {
namespace {

using sniperforge::test::key_of;
const Pubkey kPayer = key_of(1);
const Pubkey kCoin = key_of(7);
const Pubkey kVault = key_of(50);    // The pool's.
const Pubkey kCreator = key_of(51);  // Whose vault may be empty.
const Pubkey kTipTo = key_of(90);
const std::array kTips{kTipTo};
constexpr std::uint64_t kBefore = 1'000'000'000;
constexpr std::uint64_t kVaultRent = 890'880, kAccountRent = 2'039'280;
constexpr std::int64_t kFees = 9'000;

// A transaction whose balances say where each lamport went.
class Moved {
 public:
    Moved() {
        account(kPayer, kBefore);
        account(kVault, kBefore);
        detail_.fee = Lamports{kFees};
        change(kPayer, -kFees);
    }
    // The wallet's lamports go there, with or without a call that says so.
    Moved& pay(const Pubkey& to, std::uint64_t lamports) {
        change(kPayer, -static_cast<std::int64_t>(lamports));
        change(to, static_cast<std::int64_t>(lamports));
        return *this;
    }
    Moved& receive(const Pubkey& from, std::uint64_t lamports) {
        change(from, -static_cast<std::int64_t>(lamports));
        change(kPayer, static_cast<std::int64_t>(lamports));
        return *this;
    }
    Moved& account(const Pubkey& key, std::uint64_t before) {
        const std::size_t at = index(key);
        detail_.pre_balances[at] = detail_.post_balances[at] = Lamports{before};
        return *this;
    }
    Moved& transfer(const Pubkey& to, std::uint64_t lamports, bool is_inner = true) {
        pay(to, lamports);
        return call(solana::system_transfer({kPayer, to, Lamports{lamports}}), is_inner);
    }
    Moved& create(const Pubkey& account, std::uint64_t lamports) {
        pay(account, lamports);
        return call(solana::system_create_account({.funder = kPayer,
                                                   .account = account,
                                                   .lamports = Lamports{lamports},
                                                   .space = 80,
                                                   .owner = dex::program_of(VenueId::PumpCurve)}),
                    true);
    }
    // By the curve's program: of the pool and whoever else gets something of it.
    Moved& swap(std::vector<Pubkey> named) { return call_of_curve("buy_v2", std::move(named)); }
    // One of its calls that swaps nothing.
    Moved& prepare(std::vector<Pubkey> named) { return call_of_curve("create", std::move(named)); }
    Moved& bought(std::uint64_t amount) {
        const Pubkey own = solana::associated_token_address(kPayer, kCoin, solana::kTokenProgram);
        const std::size_t at = index(own);
        detail_.post_token_balances.push_back(
            {at, kCoin, kPayer, TokenAmount{amount}, solana::kTokenProgram});
        return create(own, kAccountRent);
    }
    Moved& failed() {
        detail_.error = "{}";
        return *this;
    }
    Moved& untold() {
        detail_.instructions.clear();
        return *this;
    }
    [[nodiscard]] Fill fill() const {
        const auto fill = order_fill_of(detail_, kPayer, kTips);
        EXPECT_TRUE(fill) << fill.error().text;
        return fill.value_or(Fill{});
    }

 private:
    std::uint8_t index(const Pubkey& key) {
        auto& keys = detail_.account_keys;
        const auto found = std::ranges::find(keys, key);
        const auto at = static_cast<std::uint8_t>(found - keys.begin());
        if (found == keys.end()) {
            keys.push_back(key);
            detail_.pre_balances.emplace_back();
            detail_.post_balances.emplace_back();
        }
        return at;
    }
    void change(const Pubkey& key, std::int64_t by) {
        Lamports& after = detail_.post_balances[index(key)];
        after = Lamports{static_cast<std::uint64_t>(static_cast<std::int64_t>(after.raw()) + by)};
    }
    Moved& call(const solana::Instruction& instruction, bool is_inner) {
        ChainInstruction told;
        told.program = instruction.program_id;
        told.data = instruction.data;
        told.is_inner = is_inner;
        for (const auto& account : instruction.accounts) {
            told.accounts.push_back(index(account.pubkey));
        }
        detail_.instructions.push_back(std::move(told));
        return *this;
    }
    Moved& call_of_curve(std::string_view name, std::vector<Pubkey> named) {
        const auto shapes = dex::instructions_of(VenueId::PumpCurve);
        const auto shape = std::ranges::find(shapes, name, &dex::InstructionShape::name);
        EXPECT_NE(shape, shapes.end());
        ChainInstruction told;
        told.program = dex::program_of(VenueId::PumpCurve);
        told.data.assign(shape->discriminator.begin(), shape->discriminator.end());
        for (const Pubkey& key : named) {
            told.accounts.push_back(index(key));
        }
        detail_.instructions.push_back(std::move(told));
        return *this;
    }
    rpc::TransactionDetail detail_;
};

TEST(OrderFill, TakesWhatTheAccountsOfASwapWonForItsPrincipal) {
    const Fill fill = Moved{}
                          .swap({kPayer, kVault, kCreator})
                          .account(kCreator, 5)
                          .bought(500)
                          .transfer(kVault, 100'000'000)
                          .transfer(kCreator, 1'000'000)
                          .fill();
    EXPECT_EQ(fill.rent_paid, Lamports{kAccountRent});
    EXPECT_EQ(fill.rent_of_others, Lamports{});
    EXPECT_EQ(fill.unexplained, LamportsDelta{});
    EXPECT_EQ(principal_of(fill), LamportsDelta{-101'000'000});
}

TEST(OrderFill, TakesWhatTheyLostForThePrincipalOfASale) {
    // The curve's program moves its own account's lamports: no call tells it.
    const Fill fill = Moved{}.swap({kPayer, kVault}).receive(kVault, 70'000'000).fill();
    EXPECT_EQ(principal_of(fill), LamportsDelta{70'000'000});
    EXPECT_EQ(fill.unexplained, LamportsDelta{});
    // Of a pool that no swap names nobody sold anything to.
    const Fill strange = Moved{}.swap({kPayer}).receive(kVault, 70'000'000).fill();
    EXPECT_EQ(principal_of(strange), LamportsDelta{});
    EXPECT_EQ(strange.unexplained, LamportsDelta{70'000'000});
}

// Created by a call, or opened by the first lamports that come: then what comes after is a fee.
TEST(OrderFill, TellsTheRentsOfOthersFromWhatTheSwapMoved) {
    const Pubkey counter = key_of(52);
    const Fill fill = Moved{}
                          .swap({kPayer, kVault, kCreator, counter})
                          .create(counter, 1'350'240)
                          .transfer(kCreator, kVaultRent)
                          .transfer(kCreator, 30'000)
                          .transfer(kVault, 100'000'000)
                          .fill();
    EXPECT_EQ(fill.rent_of_others, Lamports{1'350'240 + kVaultRent});
    EXPECT_EQ(principal_of(fill), LamportsDelta{-100'030'000});
    EXPECT_EQ(fill.unexplained, LamportsDelta{});
}

// The swap's own payment to a pool that is there is no rent; to make it longer before the swap is.
TEST(OrderFill, CountsTheRentOfAPoolThatIsMadeLongerBeforeTheSwap) {
    const Fill fill = Moved{}
                          .prepare({kPayer, kVault})
                          .transfer(kVault, 500'000)
                          .swap({kPayer, kVault})
                          .transfer(kVault, 100'000'000)
                          .fill();
    EXPECT_EQ(fill.rent_of_others, Lamports{500'000});
    EXPECT_EQ(principal_of(fill), LamportsDelta{-100'000'000});
    EXPECT_EQ(fill.unexplained, LamportsDelta{});
}

TEST(OrderFill, NamesWhatWentWhereNoSwapNamesItAndNeitherTipsNorOwnAccounts) {
    const Pubkey stranger = key_of(60);
    const auto trade = [&] {
        return Moved{}
            .account(stranger, 1)
            .account(kTipTo, 1)
            .swap({kPayer, kVault})
            .transfer(kVault, 100'000'000)
            .transfer(kTipTo, 10'000, false);
    };
    EXPECT_EQ(trade().fill().unexplained, LamportsDelta{});
    EXPECT_EQ(trade().fill().tip, Lamports{10'000});
    const Fill fill = trade().transfer(stranger, 5, false).fill();
    EXPECT_EQ(fill.unexplained, LamportsDelta{-5});
    EXPECT_EQ(principal_of(fill), LamportsDelta{-100'000'000});
    EXPECT_EQ(fill.wallet, LamportsDelta{-100'010'005 - kFees});
    // Where the node does not tell the calls, nothing can be told apart.
    const Fill untold = trade().transfer(stranger, 5, false).untold().fill();
    EXPECT_EQ(untold.unexplained, LamportsDelta{});
    EXPECT_EQ(principal_of(untold), LamportsDelta{-100'000'005});
}

// Its calls are told all the same, and have moved nothing.
TEST(OrderFill, FindsNothingInATransactionThatFailed) {
    const Fill fill = Moved{}
                          .swap({kPayer, kVault})
                          .transfer(key_of(53), kVaultRent)
                          .receive(key_of(53), kVaultRent)
                          .failed()
                          .fill();
    EXPECT_EQ(fill.rent_of_others, Lamports{});
    EXPECT_EQ(fill.unexplained, LamportsDelta{});
}

}  // namespace
}  // namespace sniperforge::execute::order_fill
