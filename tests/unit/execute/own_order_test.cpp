// SPDX-License-Identifier: MIT
// Which transactions of our wallet are orders of ours, by their form; each rule of it from both
// sides.
#include "sniperforge/execute/own_order.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sniperforge/dex/venue.hpp"
#include "sniperforge/signer/own_nonces.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/jupiter_account.hpp"
#include "sniperforge/solana/memo.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"
#include "support/keys.hpp"

namespace sniperforge::execute {
namespace {

using sniperforge::test::key_of;
const Pubkey kOwner = key_of(1);
const Pubkey kTraded = key_of(7);
const Pubkey kTradedPool = key_of(8);
const Pubkey kSolAccount =
    solana::associated_token_address(kOwner, solana::kWrappedSolMint, solana::kTokenProgram);
const Pubkey kTradedAccount =
    solana::associated_token_address(kOwner, kTraded, solana::kTokenProgram);
const std::array kTipAccounts{key_of(90), key_of(91)};
constexpr std::uint64_t kBefore = 1'000'000'000;

// A transaction out of instructions, as a node tells it once it has run.
class Told {
 public:
    Told() { (void)index(kOwner); }

    Told& call(const solana::Instruction& instruction, bool is_inner = false) {
        ChainInstruction call;
        call.program = instruction.program_id;
        call.data = instruction.data;
        call.is_inner = is_inner;
        for (const auto& account : instruction.accounts) {
            call.accounts.push_back(index(account.pubkey));
        }
        detail_.instructions.push_back(std::move(call));
        return *this;
    }
    // Of the first venue with a swap that needs few accounts: its form, filled with strangers'.
    Told& swap(bool is_inner = false) {
        const VenueId venue = VenueId::RaydiumCpmm;
        const auto shapes = dex::instructions_of(venue);
        const auto shape = std::ranges::find_if(
            shapes, [](const auto& each) { return each.is_swap() && !each.is_former; });
        ChainInstruction call;
        call.program = dex::program_of(venue);
        call.data.assign(shape->discriminator.begin(),
                         shape->discriminator.begin() + shape->discriminator_bytes);
        call.data.resize(std::max<std::size_t>(call.data.size(), shape->data_bytes_min));
        call.is_inner = is_inner;
        for (std::uint8_t i = 0; i < shape->accounts_min; ++i) {
            call.accounts.push_back(
                index(i == 0 ? kTradedPool : key_of(static_cast<std::uint8_t>(100 + i))));
        }
        detail_.instructions.push_back(std::move(call));
        return *this;
    }
    Told& token(std::uint64_t before, std::uint64_t after, const Pubkey& mint = kTraded) {
        const std::size_t at =
            index(solana::associated_token_address(kOwner, mint, solana::kTokenProgram));
        rpc::TokenBalance balance{at, mint, kOwner, TokenAmount{before}, solana::kTokenProgram};
        detail_.pre_token_balances.push_back(balance);
        balance.amount = TokenAmount{after};
        detail_.post_token_balances.push_back(balance);
        return *this;
    }
    Told& sol(std::int64_t change) {
        change_ = change;
        return *this;
    }
    Told& signed_by(std::size_t signatures) {
        detail_.signatures = signatures;
        return *this;
    }
    Told& failed() {
        detail_.error = R"({"InstructionError":[2,{"Custom":1}]})";
        return *this;
    }
    [[nodiscard]] std::optional<OwnOrder> order(const Pubkey& wallet = kOwner) const {
        rpc::TransactionDetail detail = detail_;
        detail.slot = Slot{77};
        detail.fee = Lamports{9'000};
        detail.pre_balances.assign(detail.account_keys.size(), Lamports{kBefore});
        detail.post_balances = detail.pre_balances;
        detail.post_balances[0] =
            Lamports{static_cast<std::uint64_t>(static_cast<std::int64_t>(kBefore) + change_)};
        return own_order_of(detail, wallet, kTipAccounts);
    }

 private:
    std::uint8_t index(const Pubkey& key) {
        auto& keys = detail_.account_keys;
        const auto found = std::ranges::find(keys, key);
        const auto at = static_cast<std::uint8_t>(found - keys.begin());
        if (found == keys.end()) {
            keys.push_back(key);
        }
        return at;
    }
    rpc::TransactionDetail detail_;
    std::int64_t change_ = -9'000;
};

// Budget, wrap, the token's account, swap, unwrap: what swap_builder writes.
[[nodiscard]] Told purchase() {
    Told told;
    told.call(solana::set_compute_unit_limit(ComputeUnits{200'000}))
        .call(solana::associated_token_create_idempotent(
            {kOwner, kOwner, solana::kWrappedSolMint, solana::kTokenProgram}))
        .call(solana::system_transfer({kOwner, kSolAccount, Lamports{100'000'000}}))
        .call(solana::token_sync_native(kSolAccount))
        .call(solana::associated_token_create_idempotent(
            {kOwner, kOwner, kTraded, solana::kTokenProgram}))
        .swap()
        .call(solana::token_close_account({kSolAccount, kOwner, kOwner, solana::kTokenProgram}))
        .token(0, 500)
        .sol(-100'009'000);
    return told;
}

TEST(OwnOrder, IsAPurchaseThatOurBuilderCouldHaveWritten) {
    const auto order = purchase().order();
    ASSERT_TRUE(order);
    EXPECT_EQ(order->kind, OrderKind::Entry);
    EXPECT_EQ(order->outcome, Outcome::Landed);
    EXPECT_EQ(order->mint, kTraded);
    EXPECT_EQ(order->slot, Slot{77});
    EXPECT_EQ(order->fill.wallet, LamportsDelta{-100'009'000});
    EXPECT_TRUE(order->venues.has(VenueId::RaydiumCpmm));
    EXPECT_NE(std::ranges::find(order->accounts, kTradedPool), order->accounts.end());
}

// A swap on a nonce is the swap; an advance alone is what ended one.
TEST(OwnOrder, MayAdvanceANonceOfOursAndNoOther) {
    const Pubkey nonce = signer::nonce_address(kOwner, 7);
    const auto advanced = [](Told told, const Pubkey& account, const Pubkey& authority) {
        return told.call(solana::system_advance_nonce({account, authority})).order();
    };
    const auto bought = advanced(purchase(), nonce, kOwner);
    ASSERT_TRUE(bought);
    EXPECT_EQ(bought->kind, OrderKind::Entry);
    EXPECT_FALSE(advanced(purchase(), key_of(60), kOwner)) << "somebody else's";
    EXPECT_FALSE(advanced(purchase(), nonce, key_of(61))) << "with another authority";

    const Told head = Told{}.call(solana::set_compute_unit_limit(ComputeUnits{1'000}));
    const auto alone = advanced(head, nonce, kOwner);
    ASSERT_TRUE(alone);
    EXPECT_EQ(alone->kind, OrderKind::Sweep);
    EXPECT_EQ(alone->outcome, Outcome::Landed);
    EXPECT_EQ(alone->mint, nonce);
    EXPECT_EQ(alone->fill.wallet, LamportsDelta{-9'000});
    Told twice = head;
    twice.call(solana::system_advance_nonce({nonce, kOwner}));
    EXPECT_FALSE(advanced(twice, nonce, kOwner)) << "two are no order of ours";
    Told failed = head;
    const auto reverted = advanced(failed.failed(), nonce, kOwner);
    ASSERT_TRUE(reverted) << "its fee was paid all the same";
    EXPECT_EQ(reverted->outcome, Outcome::Reverted);
}

TEST(OwnOrder, PaysOneTipAtMostAndToAnAccountThatIsKnown) {
    const auto tipped = [](std::initializer_list<Pubkey> to) {
        Told told = purchase();
        for (const Pubkey& account : to) {
            told.call(solana::system_transfer({kOwner, account, Lamports{5'000}}));
        }
        return told.order();
    };
    EXPECT_TRUE(tipped({kTipAccounts[0]}));
    EXPECT_FALSE(tipped({kTipAccounts[0], kTipAccounts[1]}));
    EXPECT_FALSE(tipped({key_of(92)}));
}

TEST(OwnOrder, IsASaleByTheTokenThatLeaves) {
    const auto order = Told{}.swap().token(500, 100).sol(80'000'000).order();
    ASSERT_TRUE(order);
    EXPECT_EQ(order->kind, OrderKind::Exit);
    EXPECT_EQ(order->mint, kTraded);
}

// Jupiter's route calls the venue for us.
TEST(OwnOrder, IsARouteOfJupiterWithOneSwapInIt) {
    Told told;
    told.call({solana::kJupiterV6Program, {}, {1, 2, 3}}).swap(true).token(0, 500).sol(-5);
    ASSERT_TRUE(told.order());
    EXPECT_EQ(told.order()->kind, OrderKind::Entry);
}

// Jupiter's orders hold the wrapped SOL at an address of its own, which is paid into before it is
// made.
TEST(OwnOrder, IsAnOrderOfJupiterThatHoldsWrappedSolAtItsAddress) {
    const Bytes create{0x93, 0xf1, 0x7b, 0x64, 0xf4, 0x84, 0xae, 0x76, 255};
    const Bytes route{0xbb, 0x64, 0xfa, 0xcc, 0x31, 0xc4, 0xaf, 0x14};
    const auto order = [&](const Pubkey& held) {
        Told told;
        told.call(solana::system_transfer({kOwner, held, Lamports{102'039'280}}))
            .call({solana::kJupiterV6Program, {}, create})
            .call({solana::kJupiterV6Program, {}, route})
            .swap(true)
            .call(solana::token_close_account({held, kOwner, kOwner, solana::kTokenProgram}))
            .token(0, 500)
            .sol(-100'009'000);
        return told.order();
    };
    const Pubkey held = solana::jupiter_token_account_address(kOwner, solana::kWrappedSolMint);
    const auto found = order(held);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->kind, OrderKind::Entry);
    EXPECT_EQ(found->fill.wallet, LamportsDelta{-100'009'000});
    EXPECT_FALSE(order(solana::jupiter_token_account_address(kOwner, kTraded)));
    EXPECT_FALSE(order(solana::jupiter_token_account_address(key_of(2), solana::kWrappedSolMint)));
}

TEST(OwnOrder, IsACycleWithTwoSwapsWhateverDustItLeaves) {
    const auto order = Told{}.swap().swap().token(0, 3).sol(700'000).order();
    ASSERT_TRUE(order);
    EXPECT_EQ(order->kind, OrderKind::Cycle);
    EXPECT_EQ(order->mint, solana::kWrappedSolMint);
}

TEST(OwnOrder, IsASweepThatBurnsAndClosesAndNothingElse) {
    Told sweep;
    sweep
        .call(solana::token_burn(
            {kTradedAccount, kTraded, kOwner, TokenAmount{3}, solana::kTokenProgram}))
        .call(solana::token_close_account({kTradedAccount, kOwner, kOwner, solana::kTokenProgram}))
        .token(3, 0)
        .sol(2'000'000);
    ASSERT_TRUE(sweep.order());
    EXPECT_EQ(sweep.order()->kind, OrderKind::Sweep);
    EXPECT_EQ(sweep.order()->mint, kTraded);
    // What comes in is not swept, and of two closed accounts no one mint can be told.
    EXPECT_FALSE(Told{}
                     .call(solana::token_close_account(
                         {kTradedAccount, kOwner, kOwner, solana::kTokenProgram}))
                     .token(0, 3)
                     .order());
    const auto closing = [](std::initializer_list<Pubkey> mints) {
        Told told;
        for (const Pubkey& mint : mints) {
            told.call(solana::token_close_account(
                          {solana::associated_token_address(kOwner, mint, solana::kTokenProgram),
                           kOwner, kOwner, solana::kTokenProgram}))
                .token(0, 0, mint);
        }
        return told.sol(4'000'000).order();
    };
    EXPECT_TRUE(closing({kTraded}));
    EXPECT_FALSE(closing({kTraded, key_of(20)}));
}

TEST(OwnOrder, IsARevertOfWhichOnlyTheFeeIsLeft) {
    const auto order = Told{}.swap().failed().order();
    ASSERT_TRUE(order);
    EXPECT_EQ(order->outcome, Outcome::Reverted);
    EXPECT_EQ(order->fill.wallet, LamportsDelta{-9'000});
}

// Without lamports to wrap it never came to Jupiter's swap: the fee is ours all the same.
TEST(OwnOrder, IsARevertOfARouteThatNeverCameToItsSwap) {
    Told told;
    told.call({solana::kJupiterV6Program, {}, {1, 2, 3}});
    EXPECT_FALSE(told.order());
    ASSERT_TRUE(told.failed().order());
    EXPECT_EQ(told.order()->outcome, Outcome::Reverted);
    EXPECT_EQ(told.order()->fill.wallet, LamportsDelta{-9'000});
    EXPECT_FALSE(Told{}.call(solana::set_compute_unit_limit(ComputeUnits{9})).failed().order());
}

TEST(OwnOrder, IsNothingThatAnotherPaysForOrSignsToo) {
    EXPECT_FALSE(purchase().order(key_of(2)));
    EXPECT_TRUE(purchase().signed_by(1).order());
    EXPECT_FALSE(purchase().signed_by(2).order());
}

// A withdrawal must stay one: an order of ours pays nobody.
TEST(OwnOrder, IsNothingThatSendsLamportsOrTokensToSomebodyElse) {
    EXPECT_FALSE(
        Told{}.call(solana::system_transfer({kOwner, key_of(9), Lamports{5}})).sol(-9'005).order());
    EXPECT_FALSE(
        purchase().call(solana::system_transfer({kOwner, key_of(9), Lamports{5}})).order());
    EXPECT_TRUE(
        purchase().call(solana::system_transfer({kOwner, kSolAccount, Lamports{5}})).order());
    EXPECT_FALSE(purchase()
                     .call(solana::token_transfer({kTradedAccount, key_of(9), kOwner,
                                                   TokenAmount{1}, solana::kTokenProgram}))
                     .order());
    EXPECT_FALSE(purchase()
                     .call(solana::token_close_account(
                         {kSolAccount, key_of(9), kOwner, solana::kTokenProgram}))
                     .order());
    EXPECT_FALSE(purchase()
                     .call(solana::associated_token_create_idempotent(
                         {kOwner, key_of(9), kTraded, solana::kTokenProgram}))
                     .order());
}

TEST(OwnOrder, IsNothingWithAnotherProgramInTheMessage) {
    EXPECT_FALSE(purchase().call(solana::memo("by hand")).order());
    EXPECT_TRUE(purchase().call(solana::memo("a program's"), true).order());
    EXPECT_FALSE(Told{}.call(solana::memo("nothing else")).order());
}

TEST(OwnOrder, IsNoPurchaseThatCostNothingOrOfSeveralTokens) {
    EXPECT_FALSE(Told{}.swap().token(0, 500).sol(0).order());
    EXPECT_TRUE(Told{}.swap().token(0, 500).sol(-1).order());
    EXPECT_TRUE(Told{}.swap().token(0, 500, solana::kUsdcMint).sol(-1).order())
        << "a round trip buys it";
    EXPECT_FALSE(Told{}.swap().token(0, 500).token(9, 5, key_of(20)).sol(-1).order());
}

}  // namespace
}  // namespace sniperforge::execute
