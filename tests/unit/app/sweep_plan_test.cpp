// SPDX-License-Identifier: MIT
// What of a wallet can be moved, what cannot, and why.
#include "app/sweep_plan.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "support/keys.hpp"

namespace sniperforge::app {
namespace {

using sniperforge::test::key_of;

const Pubkey kSweptWallet = key_of(1);
const Pubkey kSweptTo = key_of(2);
const Pubkey kSweptMint = key_of(3);
const Pubkey kSweptAccount = key_of(4);
constexpr TokenAmount kSweptAmount{500};
constexpr Lamports kSweptRent{2'039'280};

// A type, a length, and the bytes, behind the account's kind.
void add_extension(Bytes& data, std::uint8_t kind, solana::ExtensionType type, const Bytes& value) {
    if (data.size() <= solana::kTokenAccountBytes) {
        data.resize(solana::kTokenAccountBytes, 0);
        data.push_back(kind);
    }
    append_le(data, static_cast<std::uint16_t>(type));
    append_le(data, static_cast<std::uint16_t>(value.size()));
    append(data, value);
}

struct Wallet {
    solana::TokenAccount token{.mint = kSweptMint,
                               .owner = kSweptWallet,
                               .amount = kSweptAmount,
                               .delegate = {},
                               .state = solana::TokenAccountState::Initialized,
                               .native_rent_reserve = {},
                               .delegated_amount = {},
                               .close_authority = {}};
    solana::Mint mint{.mint_authority = {},
                      .supply = TokenAmount{1'000'000},
                      .decimals = 6,
                      .is_initialized = true,
                      .freeze_authority = {}};
    Pubkey program = solana::kTokenProgram;
    std::optional<solana::TokenAccount> destination;
    std::function<void(Bytes& token, Bytes& mint)> change;

    [[nodiscard]] SweepPlan plan() const {
        const auto encoded = solana::encode_token_account(token);
        const auto encoded_mint = solana::encode_mint(mint);
        Bytes token_data{encoded.begin(), encoded.end()};
        Bytes mint_data{encoded_mint.begin(), encoded_mint.end()};
        if (change) {
            change(token_data, mint_data);
        }
        SweepAccounts accounts;
        accounts.held.push_back({{kSweptAccount, program, kSweptRent, false, token_data}, program});
        accounts.mints[token.mint] = rpc::AccountData{token.mint, program, {}, false, mint_data};
        std::optional<rpc::AccountData>& there = accounts.destinations[{token.mint, program}];
        if (destination) {
            const auto bytes = solana::encode_token_account(*destination);
            there = rpc::AccountData{
                key_of(9), program, kSweptRent, false, {bytes.begin(), bytes.end()}};
        }
        return plan_sweep(accounts, kSweptWallet, kSweptTo);
    }
    // Why it is left; empty: nothing is.
    [[nodiscard]] std::string reason() const {
        const SweepPlan swept = plan();
        return swept.left.empty() ? "" : swept.left.front().reason;
    }
};

TEST(SweepPlan, EmptiesAndClosesATokenAccount) {
    const SweepPlan plan = Wallet{}.plan();
    EXPECT_TRUE(plan.left.empty());
    ASSERT_EQ(plan.items.size(), 1U);
    const SweepItem& item = plan.items.front();
    EXPECT_EQ(item.account.account, kSweptAccount);
    EXPECT_EQ(item.account.mint, kSweptMint);
    EXPECT_EQ(item.account.amount, kSweptAmount);
    EXPECT_EQ(item.account.decimals, 6);
    EXPECT_TRUE(item.is_closing);
    EXPECT_EQ(item.lamports, kSweptRent);
    EXPECT_EQ(item.note, "");
}

TEST(SweepPlan, OnlyClosesWhatIsEmptyAndWrappedSol) {
    Wallet empty;
    empty.token.amount = {};
    Wallet native;
    native.token.mint = solana::kWrappedSolMint;
    native.token.native_rent_reserve = kSweptRent;
    for (const Wallet* wallet : {&empty, &native}) {
        const SweepPlan plan = wallet->plan();
        EXPECT_TRUE(plan.left.empty());
        ASSERT_EQ(plan.items.size(), 1U);
        EXPECT_TRUE(plan.items.front().account.amount.is_zero());
        EXPECT_EQ(plan.items.front().holds, wallet->token.amount);
        EXPECT_TRUE(plan.items.front().is_closing);
    }
    // A frozen account that is empty can be closed; what is in it cannot be moved.
    empty.token.state = solana::TokenAccountState::Frozen;
    EXPECT_EQ(empty.reason(), "");
    empty.token.amount = TokenAmount{1};
    EXPECT_NE(empty.reason().find("is frozen by"), std::string::npos);
}

TEST(SweepPlan, LeavesWhatTheMintDoesNotLetGo) {
    const auto with = [](solana::ExtensionType type, const Bytes& value) {
        Wallet wallet;
        wallet.program = solana::kToken2022Program;
        wallet.change = [=](Bytes& /*token*/, Bytes& mint) { add_extension(mint, 1, type, value); };
        return wallet;
    };
    Bytes hook(64, 0);
    EXPECT_EQ(with(solana::ExtensionType::TransferHook, hook).reason(), "");
    hook[40] = 7;
    EXPECT_NE(with(solana::ExtensionType::TransferHook, hook).reason().find("with each transfer"),
              std::string::npos);
    EXPECT_EQ(with(solana::ExtensionType::NonTransferable, {}).reason(),
              "its mint allows no transfers");
    Bytes pausable(33, 0);
    EXPECT_EQ(with(solana::ExtensionType::Pausable, pausable).reason(), "");
    pausable[32] = 1;
    EXPECT_EQ(with(solana::ExtensionType::Pausable, pausable).reason(), "its mint is paused");
    EXPECT_EQ(with(solana::ExtensionType::DefaultAccountState, {1}).reason(), "");
    EXPECT_NE(with(solana::ExtensionType::DefaultAccountState, {2}).reason().find("begin frozen"),
              std::string::npos);
}

TEST(SweepPlan, SaysWhatTheMintTakesOnTheWay) {
    Wallet wallet;
    wallet.program = solana::kToken2022Program;
    wallet.change = [](Bytes& /*token*/, Bytes& mint) {
        Bytes fees(108, 0);
        fees[106] = 50;  // Rate of the newer one.
        add_extension(mint, 1, solana::ExtensionType::TransferFeeConfig, fees);
    };
    const SweepPlan plan = wallet.plan();
    ASSERT_EQ(plan.items.size(), 1U);
    EXPECT_EQ(plan.items.front().note, "its mint takes up to 50 bps of what is sent");
}

TEST(SweepPlan, MovesWhatIsInAnAccountThatCannotBeClosedAndSaysWhyItStays) {
    Wallet foreign;
    foreign.token.close_authority = key_of(8);
    Wallet withheld;
    withheld.program = solana::kToken2022Program;
    withheld.change = [](Bytes& token, Bytes& /*mint*/) {
        add_extension(token, 2, solana::ExtensionType::TransferFeeAmount, {1, 0, 0, 0, 0, 0, 0, 0});
    };
    for (const auto& [wallet, why] : {std::pair{&foreign, "closing it is " + key_of(8).to_string()},
                                      std::pair{&withheld, std::string{"are withheld in it"}}}) {
        const SweepPlan plan = wallet->plan();
        ASSERT_EQ(plan.items.size(), 1U);
        EXPECT_EQ(plan.items.front().account.amount, kSweptAmount);
        EXPECT_FALSE(plan.items.front().is_closing);
        ASSERT_EQ(plan.left.size(), 1U);
        EXPECT_TRUE(plan.left.front().amount.is_zero());
        EXPECT_NE(plan.left.front().reason.find(why), std::string::npos)
            << plan.left.front().reason;
    }
    // Wrapped SOL leaves by closing alone.
    foreign.token.mint = solana::kWrappedSolMint;
    foreign.token.native_rent_reserve = kSweptRent;
    const SweepPlan plan = foreign.plan();
    EXPECT_TRUE(plan.items.empty());
    ASSERT_EQ(plan.left.size(), 1U);
    EXPECT_EQ(plan.left.front().amount, kSweptAmount);
}

TEST(SweepPlan, SendsNothingToAnAccountThatIsNotTheColdAddressAnyMore) {
    Wallet wallet;
    wallet.destination = wallet.token;
    wallet.destination->owner = kSweptTo;
    EXPECT_EQ(wallet.reason(), "");
    wallet.destination->owner = key_of(8);
    EXPECT_NE(wallet.reason().find("belongs to"), std::string::npos);
    wallet.destination->owner = kSweptTo;
    wallet.destination->state = solana::TokenAccountState::Frozen;
    EXPECT_NE(wallet.reason().find("is frozen"), std::string::npos);
}

TEST(SweepPlan, LeavesWhatItCannotRead) {
    Wallet wallet;
    wallet.change = [](Bytes& token, Bytes& /*mint*/) { token.resize(10); };
    EXPECT_EQ(wallet.reason(), "it does not decode as a token account of ours");
    wallet.change = [](Bytes& /*token*/, Bytes& mint) { mint.resize(10); };
    EXPECT_EQ(wallet.reason(), "its mint does not decode");
    wallet.change = {};
    wallet.token.owner = key_of(8);
    EXPECT_EQ(wallet.reason(), "it does not decode as a token account of ours");
}

TEST(SweepPlan, ClosesFirstWhatBringsRentForTheRest) {
    SweepAccounts accounts;
    for (std::uint64_t i = 0; i < 4; ++i) {
        solana::TokenAccount token = Wallet{}.token;
        token.amount = TokenAmount{i % 2 == 0 ? 5U : 0U};
        const auto bytes = solana::encode_token_account(token);
        accounts.held.push_back({{key_of(20 + i),
                                  solana::kTokenProgram,
                                  kSweptRent,
                                  false,
                                  {bytes.begin(), bytes.end()}},
                                 solana::kTokenProgram});
    }
    const auto mint = solana::encode_mint(Wallet{}.mint);
    accounts.mints[kSweptMint] =
        rpc::AccountData{kSweptMint, solana::kTokenProgram, {}, false, {mint.begin(), mint.end()}};
    accounts.destinations[{kSweptMint, solana::kTokenProgram}] = std::nullopt;
    const SweepPlan plan = plan_sweep(accounts, kSweptWallet, kSweptTo);
    ASSERT_EQ(plan.items.size(), 4U);
    EXPECT_TRUE(plan.items[0].account.amount.is_zero());
    EXPECT_TRUE(plan.items[1].account.amount.is_zero());
    EXPECT_EQ(plan.items[2].account.account, key_of(20));
    EXPECT_EQ(plan.items[3].account.account, key_of(22));
}

TEST(SweepPlan, KeepsNothingOrWhatAnAccountMustHave) {
    constexpr Lamports kLeast{890'880};
    EXPECT_TRUE(check_kept(Lamports{0}, kLeast));
    EXPECT_TRUE(check_kept(kLeast, kLeast));
    const auto refused = check_kept(Lamports{890'879}, kLeast);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("0.00089088"), std::string::npos) << refused.error().text;
    EXPECT_FALSE(check_kept(Lamports{1}, kLeast));
}

}  // namespace
}  // namespace sniperforge::app
