// SPDX-License-Identifier: MIT
#include "sniperforge/execute/fill.hpp"

#include <gtest/gtest.h>

#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"

namespace sniperforge::execute {
namespace {

using sniperforge::test::key_of;
const Pubkey kWallet = key_of(1);
const Pubkey kFilled = key_of(7);
constexpr std::uint64_t kAccountRent = 2'039'280;
constexpr std::uint64_t kWalletBefore = 1'000'000'000;

// A transaction of the wallet and two more accounts, 9,000 lamports of fee, that moved nothing
// else.
[[nodiscard]] rpc::TransactionDetail transaction() {
    rpc::TransactionDetail detail;
    detail.fee = Lamports{9'000};
    detail.account_keys = {kWallet, key_of(2), key_of(3)};
    detail.pre_balances = {Lamports{kWalletBefore}, Lamports{0}, Lamports{0}};
    detail.post_balances = {Lamports{kWalletBefore - 9'000}, Lamports{0}, Lamports{0}};
    return detail;
}
[[nodiscard]] rpc::TokenBalance balance(std::size_t index, const Pubkey& mint, std::uint64_t amount,
                                        const Pubkey& owner = kWallet) {
    return {index, mint, owner, TokenAmount{amount}};
}
[[nodiscard]] Fill filled(const rpc::TransactionDetail& detail) {
    auto fill = fill_of(detail, kWallet);
    EXPECT_TRUE(fill) << fill.error().text;
    return fill ? *fill : Fill{};
}
// Everything that left the wallet is named: what is left over moved through swaps.
[[nodiscard]] std::int64_t principal(const Fill& fill) {
    return fill.wallet.raw() +
           static_cast<std::int64_t>(fill.base_fee.raw() + fill.priority_fee.raw() +
                                     fill.tip.raw() + fill.rent_paid.raw()) -
           static_cast<std::int64_t>(fill.rent_refunded.raw());
}

TEST(Fill, SplitsTheFeeIntoBaseAndPriority) {
    Fill fill = filled(transaction());
    EXPECT_EQ(fill.wallet, LamportsDelta{-9'000});
    EXPECT_EQ(fill.base_fee, Lamports{5'000});
    EXPECT_EQ(fill.priority_fee, Lamports{4'000});
    EXPECT_EQ(principal(fill), 0);
    auto two = transaction();
    two.signatures = 2;
    fill = filled(two);
    EXPECT_EQ(fill.base_fee, Lamports{9'000});  // Two signatures are 10,000: never above the fee.
    EXPECT_EQ(fill.priority_fee, Lamports{});
}

// A node of another version may call it otherwise: what it is said of could be ours.
TEST(Fill, ABalanceWithoutAnOwnerIsNoFill) {
    for (const auto balances : {&rpc::TransactionDetail::pre_token_balances,
                                &rpc::TransactionDetail::post_token_balances}) {
        auto detail = transaction();
        (detail.*balances).push_back(balance(1, key_of(9), 5, key_of(4)));
        EXPECT_TRUE(fill_of(detail, kWallet));
        // Sent to the system program, whose key is all zeros: nobody's, and known to be.
        (detail.*balances).push_back(balance(1, key_of(9), 5, Pubkey{}));
        EXPECT_TRUE(fill_of(detail, kWallet));
        (detail.*balances).push_back({2, key_of(9), std::nullopt, TokenAmount{5}});
        const auto fill = fill_of(detail, kWallet);
        ASSERT_FALSE(fill);
        EXPECT_NE(fill.error().text.find("in account 2 has no owner"), std::string::npos)
            << fill.error().text;
    }
}

// Tokens may have moved that nobody tells of: that is no fill without tokens.
TEST(Fill, IsNoneWhereTheNodeTellsNoTokenBalances) {
    auto detail = transaction();
    EXPECT_TRUE(fill_of(detail, kWallet));
    detail.are_token_balances_told = false;
    const auto fill = fill_of(detail, kWallet);
    ASSERT_FALSE(fill);
    EXPECT_NE(fill.error().text.find("does not tell the token balances"), std::string::npos);
}

// What a listed account gained is our tip; what it had before, and what others gained, is not.
TEST(Fill, CountsWhatATipAccountGainedAsTheTip) {
    auto detail = transaction();
    detail.pre_balances[1] = Lamports{700'000};
    detail.post_balances[1] = Lamports{710'000};
    detail.post_balances[2] = Lamports{5};
    detail.post_balances[0] = Lamports{kWalletBefore - 9'000 - 10'000};
    const std::vector tips_to{key_of(2), key_of(4)};
    const auto fill = fill_of(detail, kWallet, tips_to);
    ASSERT_TRUE(fill);
    EXPECT_EQ(fill->tip, Lamports{10'000});
    EXPECT_EQ(principal(*fill), 0);
    EXPECT_EQ(fill_of(detail, kWallet)->tip, Lamports{});
    // One that failed has moved nothing.
    detail.post_balances = detail.pre_balances;
    detail.post_balances[0] = Lamports{kWalletBefore - 9'000};
    EXPECT_EQ(fill_of(detail, kWallet, tips_to)->tip, Lamports{});
}

TEST(Fill, CountsTheRentOfATokenAccountThatWasCreated) {
    auto detail = transaction();
    detail.post_balances = {Lamports{kWalletBefore - 9'000 - kAccountRent - 100'000'000},
                            Lamports{kAccountRent}, Lamports{0}};
    detail.post_token_balances = {balance(1, kFilled, 500)};
    const Fill fill = filled(detail);
    EXPECT_EQ(fill.rent_paid, Lamports{kAccountRent});
    EXPECT_EQ(fill.rent_refunded, Lamports{});
    EXPECT_EQ(principal(fill), -100'000'000);
    ASSERT_EQ(fill.tokens.size(), 1U);
    EXPECT_EQ(fill.tokens[0].mint, kFilled);
    EXPECT_EQ(fill.tokens[0].amount, TokenDelta{500});
}

// Anybody may send lamports to an address before the account is created there.
TEST(Fill, CountsOnlyTheRentThatWeAddedToAFundedAddress) {
    auto detail = transaction();
    detail.pre_balances[1] = Lamports{890'880};
    detail.post_balances = {Lamports{kWalletBefore - 9'000 - (kAccountRent - 890'880)},
                            Lamports{kAccountRent}, Lamports{0}};
    detail.post_token_balances = {balance(1, kFilled, 0)};
    const Fill fill = filled(detail);
    EXPECT_EQ(fill.rent_paid, Lamports{kAccountRent - 890'880});
    EXPECT_EQ(principal(fill), 0);
}

TEST(Fill, CountsTheRentOfATokenAccountThatWasClosed) {
    auto detail = transaction();
    detail.pre_balances[1] = Lamports{kAccountRent};
    detail.post_balances[0] = Lamports{kWalletBefore - 9'000 + kAccountRent + 120'000'000};
    detail.pre_token_balances = {balance(1, kFilled, 500)};
    const Fill fill = filled(detail);
    EXPECT_EQ(fill.rent_refunded, Lamports{kAccountRent});
    EXPECT_EQ(principal(fill), 120'000'000);
    EXPECT_EQ(fill.tokens.at(0).amount, TokenDelta{-500});
}

// For the sweeps: which of our associated accounts are open afterwards, and with how much rent.
TEST(Fill, TellsHowOurAssociatedAccountsWereLeft) {
    const Pubkey modern = key_of(8);
    auto detail = transaction();
    detail.account_keys = {
        kWallet, solana::associated_token_address(kWallet, kFilled, solana::kTokenProgram),
        solana::associated_token_address(kWallet, modern, solana::kToken2022Program)};
    detail.pre_balances[2] = Lamports{kAccountRent};
    detail.post_balances[1] = Lamports{kAccountRent};
    detail.post_token_balances = {balance(1, kFilled, 0)};
    detail.pre_token_balances = {balance(2, modern, 0)};
    EXPECT_TRUE(filled(detail).accounts.empty());  // The node did not say under which program.
    detail.post_token_balances[0].program = solana::kTokenProgram;
    detail.pre_token_balances[0].program = solana::kToken2022Program;
    const Fill fill = filled(detail);
    EXPECT_EQ(
        fill.accounts,
        (std::vector{OwnTokenAccount{kFilled, solana::kTokenProgram, true, Lamports{kAccountRent}},
                     OwnTokenAccount{modern, solana::kToken2022Program, false, {}}}));
}

TEST(Fill, TellsNothingOfAccountsThatAreNoAssociatedOnesOrOfWrappedSol) {
    auto detail = transaction();
    detail.account_keys[2] =
        solana::associated_token_address(kWallet, solana::kWrappedSolMint, solana::kTokenProgram);
    detail.post_balances[1] = detail.post_balances[2] = Lamports{kAccountRent};
    detail.post_token_balances = {balance(1, kFilled, 5), balance(2, solana::kWrappedSolMint, 0)};
    for (rpc::TokenBalance& after : detail.post_token_balances) {
        after.program = solana::kTokenProgram;
    }
    EXPECT_TRUE(filled(detail).accounts.empty());
}

TEST(Fill, TellsWrappedSolFromTheRentOfItsAccount) {
    auto detail = transaction();  // Wrapped and kept.
    detail.post_balances = {Lamports{kWalletBefore - 9'000 - kAccountRent - 70'000'000},
                            Lamports{kAccountRent + 70'000'000}, Lamports{0}};
    detail.post_token_balances = {balance(1, solana::kWrappedSolMint, 70'000'000)};
    Fill fill = filled(detail);
    EXPECT_EQ(fill.rent_paid, Lamports{kAccountRent});
    EXPECT_EQ(fill.tokens.at(0).amount, TokenDelta{70'000'000});
    EXPECT_EQ(principal(fill), -70'000'000);

    detail = transaction();  // Unwrapped again.
    detail.pre_balances[1] = Lamports{kAccountRent + 70'000'000};
    detail.post_balances[0] = Lamports{kWalletBefore - 9'000 + kAccountRent + 70'000'000};
    detail.pre_token_balances = {balance(1, solana::kWrappedSolMint, 70'000'000)};
    fill = filled(detail);
    EXPECT_EQ(fill.rent_refunded, Lamports{kAccountRent});
    EXPECT_EQ(fill.tokens.at(0).amount, TokenDelta{-70'000'000});
    EXPECT_EQ(principal(fill), 70'000'000);
}

TEST(Fill, PaysNoRentForAnAccountThatWasThereAndStayed) {
    auto detail = transaction();
    detail.pre_balances[1] = Lamports{kAccountRent};
    detail.post_balances[1] = Lamports{kAccountRent};
    detail.pre_token_balances = {balance(1, kFilled, 500)};
    detail.post_token_balances = {balance(1, kFilled, 700)};
    const Fill fill = filled(detail);
    EXPECT_EQ(fill.rent_paid, Lamports{});
    EXPECT_EQ(fill.rent_refunded, Lamports{});
    EXPECT_EQ(fill.tokens.at(0).amount, TokenDelta{200});
}

TEST(Fill, AddsUpTwoAccountsOfOneMintAndLeavesOutWhatDidNotChange) {
    auto detail = transaction();
    detail.pre_balances = {Lamports{kWalletBefore}, Lamports{kAccountRent}, Lamports{kAccountRent}};
    detail.post_balances = {Lamports{kWalletBefore - 9'000}, Lamports{kAccountRent},
                            Lamports{kAccountRent}};
    detail.pre_token_balances = {balance(1, kFilled, 500), balance(2, kFilled, 10)};
    detail.post_token_balances = {balance(2, kFilled, 310), balance(1, kFilled, 200)};
    EXPECT_TRUE(filled(detail).tokens.empty());
}

TEST(Fill, LeavesOutWhatBelongsToOthers) {
    auto detail = transaction();
    detail.pre_balances[1] = Lamports{kAccountRent};
    detail.pre_token_balances = {balance(1, kFilled, 500, key_of(9))};
    detail.post_token_balances = {balance(2, kFilled, 500, key_of(9))};
    const Fill fill = filled(detail);
    EXPECT_TRUE(fill.tokens.empty());
    EXPECT_EQ(fill.rent_paid, Lamports{});
    EXPECT_EQ(fill.rent_refunded, Lamports{});
}

TEST(Fill, SortsTokensByMintSoThatEqualFillsLookEqual) {
    auto detail = transaction();
    detail.pre_balances = {Lamports{kWalletBefore}, Lamports{kAccountRent}, Lamports{kAccountRent}};
    detail.post_balances[1] = Lamports{kAccountRent};
    detail.post_balances[2] = Lamports{kAccountRent};
    detail.pre_token_balances = {balance(1, key_of(200), 5), balance(2, key_of(100), 5)};
    detail.post_token_balances = {balance(1, key_of(200), 6), balance(2, key_of(100), 7)};
    const Fill fill = filled(detail);
    ASSERT_EQ(fill.tokens.size(), 2U);
    EXPECT_EQ(fill.tokens[0].mint, key_of(100));
    EXPECT_EQ(fill.tokens[1].mint, key_of(200));
}

TEST(Fill, RefusesTransactionsOfOthersAndListsThatDoNotFit) {
    auto detail = transaction();
    EXPECT_FALSE(fill_of(detail, key_of(2)));
    detail.account_keys.clear();
    EXPECT_FALSE(fill_of(detail, kWallet));
    detail = transaction();
    detail.pre_balances.pop_back();
    EXPECT_FALSE(fill_of(detail, kWallet));
    detail = transaction();
    detail.post_balances.push_back(Lamports{1});
    EXPECT_FALSE(fill_of(detail, kWallet));
}

TEST(Fill, IgnoresATokenBalanceOfAnAccountThatIsNotThere) {
    auto detail = transaction();
    detail.post_token_balances = {balance(3, kFilled, 500)};
    EXPECT_TRUE(filled(detail).tokens.empty());
}

}  // namespace
}  // namespace sniperforge::execute
