// SPDX-License-Identifier: MIT
// Honest transactions of every kind, instruction by instruction, written from the protocol and not
// with the venues' own builders: what a test changes in them is what makes them hostile.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <vector>

#include "sniperforge/core/rng.hpp"
#include "sniperforge/signer/policy_signer.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"
#include "support/keys.hpp"
#include "support/signing_limits.hpp"

namespace sniperforge::signer::test {

using solana::Instruction;
using Instructions = std::vector<Instruction>;

using sniperforge::test::key_of;

inline solana::Keypair keypair_of(std::uint64_t number) {
    std::array<std::uint8_t, solana::kSeedSize> seed{};
    Rng rng{number};
    rng.fill(seed);
    auto made = solana::Keypair::from_seed(seed);
    SF_ASSERT(made.has_value());
    return std::move(*made);
}

inline const Hash kBlockhash = Hash::from(key_of(9'999).bytes);
inline const Pubkey kSol = solana::kWrappedSolMint;
inline const Pubkey kToken = key_of(70);
inline const Pubkey kStranger = key_of(666);
inline constexpr std::uint64_t kAmount = 100'000'000;
inline constexpr std::uint64_t kTokensMin = 9'500;
inline constexpr Lamports kRent{2'039'280};
// 200,000 units at 20,000 micro-lamports.
inline constexpr Lamports kPriority{4'000};

inline const Pubkey kJupiterEvents =
    solana::find_program_address({solana::seed("__event_authority")}, solana::kJupiterV6Program)
        .address;

// Jupiter's `route`; one AMM v4 step unless told otherwise.
struct Route {
    Pubkey authority;
    Pubkey source;
    Pubkey destination;
    Pubkey mint_out;
    Pubkey redirect = solana::kJupiterV6Program;
    Pubkey fee_account = solana::kJupiterV6Program;
    Bytes steps{7, 100, 0, 1};
    std::vector<Pubkey> venues{solana::kRaydiumAmmV4Program};  // Of the steps.
    std::uint32_t step_count = 1;
    std::uint64_t amount_in = 0;
    std::uint64_t quoted_out = 0;
    std::uint16_t slippage_bps = 0;
    std::uint16_t platform_fee_bps = 0;                // A byte of the first form.
    std::uint64_t discriminator = 0x2aade37a97cb17e5;  // e517cb977ae3ad2a.
    // Of the second forms.
    bool is_second = false, is_shared = false;
    Pubkey mint_in{};
    Pubkey token_program_in = solana::kTokenProgram, token_program_out = solana::kTokenProgram;
    std::uint16_t surplus_fee_bps = 0;
    std::optional<Pubkey> taker{};  // Of the platform fee, in front of the steps' accounts.
    Bytes behind{};                 // What follows the steps.

    // The same as `route_v2`, or over accounts of the program's as `shared_accounts_route_v2`.
    [[nodiscard]] Route second(bool over_shared = false) const {
        Route route = *this;
        route.is_second = true;
        route.is_shared = over_shared;
        route.mint_in = mint_out == kToken ? kSol : kToken;
        route.steps = {7, 0x10, 0x27, 0, 1};
        route.discriminator = over_shared ? 0xe9d8fe7c935398d1 : 0x14afc431ccfa64bb;
        return route;
    }

    [[nodiscard]] Instruction instruction() const {
        Instruction made{solana::kJupiterV6Program, {}, {}};
        made.accounts = is_shared ? shared_head() : is_second ? second_head() : first_head();
        if (taker) {
            made.accounts.push_back(solana::writable(*taker));
        }
        for (const Pubkey& venue : venues) {
            made.accounts.push_back(solana::readonly(venue));
            made.accounts.push_back(solana::writable(key_of(72)));
        }
        append_le(made.data, discriminator);
        if (is_shared) {
            made.data.push_back(3);  // Which of the program's authorities.
        }
        if (is_second) {
            append_amounts(made.data);
        }
        append_le(made.data, step_count);
        append(made.data, steps);
        if (!is_second) {
            append_amounts(made.data);
        }
        append(made.data, behind);
        return made;
    }

 private:
    using Accounts = std::vector<solana::AccountMeta>;

    [[nodiscard]] Accounts first_head() const {
        return {solana::readonly(solana::kTokenProgram),
                solana::signer(authority),
                solana::writable(source),
                solana::writable(destination),
                solana::writable(redirect),
                solana::readonly(mint_out),
                solana::writable(fee_account),
                solana::readonly(kJupiterEvents),
                solana::readonly(solana::kJupiterV6Program)};
    }
    [[nodiscard]] Accounts second_head() const {
        return {solana::signer(authority),           solana::writable(source),
                solana::writable(destination),       solana::readonly(mint_in),
                solana::readonly(mint_out),          solana::readonly(token_program_in),
                solana::readonly(token_program_out), solana::writable(redirect),
                solana::readonly(kJupiterEvents),    solana::readonly(solana::kJupiterV6Program)};
    }
    [[nodiscard]] Accounts shared_head() const {
        return {solana::readonly(key_of(74)),       solana::signer(authority),
                solana::writable(source),           solana::writable(key_of(75)),
                solana::writable(key_of(76)),       solana::writable(destination),
                solana::readonly(mint_in),          solana::readonly(mint_out),
                solana::readonly(token_program_in), solana::readonly(token_program_out),
                solana::readonly(kJupiterEvents),   solana::readonly(solana::kJupiterV6Program)};
    }
    void append_amounts(Bytes& data) const {
        append_le(data, amount_in);
        append_le(data, quoted_out);
        append_le(data, slippage_bps);
        if (is_second) {
            append_le(data, platform_fee_bps);
            append_le(data, surplus_fee_bps);
        } else {
            data.push_back(static_cast<std::uint8_t>(platform_fee_bps));
        }
    }
};

// Jupiter's `create_token_account`.
[[nodiscard]] inline Instruction jupiter_create(const Pubkey& account, const Pubkey& user,
                                                const Pubkey& mint) {
    Instruction made{
        solana::kJupiterV6Program,
        {solana::writable(account), solana::writable_signer(user), solana::readonly(mint),
         solana::readonly(solana::kTokenProgram), solana::readonly(solana::kSystemProgram)},
        {}};
    append_le(made.data, std::uint64_t{0x76ae84f4647bf193});  // 93f17b64f484ae76.
    made.data.push_back(255);
    return made;
}

// A swap through a pool of Raydium's own.
struct PoolSwap {
    Pubkey authority;
    Pubkey source;
    Pubkey destination;
    std::uint64_t first = 0;   // Amount in, or the most of it.
    std::uint64_t second = 0;  // Least out, or exactly what comes out.
    bool is_exact_out = false;

    [[nodiscard]] Instruction cpmm() const {
        Instruction made{solana::kRaydiumCpmmProgram, {}, {}};
        made.accounts = {solana::signer(authority)};
        for (std::uint64_t i = 0; i < 3; ++i) {
            made.accounts.push_back(solana::writable(key_of(80 + i)));
        }
        made.accounts.push_back(solana::writable(source));
        made.accounts.push_back(solana::writable(destination));
        for (std::uint64_t i = 0; i < 7; ++i) {
            made.accounts.push_back(solana::writable(key_of(83 + i)));
        }
        append_le(made.data, is_exact_out ? std::uint64_t{0xadb44aa35662d937}
                                          : std::uint64_t{0xde331ec4da5abe8f});
        append_le(made.data, first);
        append_le(made.data, second);
        return made;
    }
    [[nodiscard]] Instruction amm_v4() const {
        Instruction made{solana::kRaydiumAmmV4Program, {}, {}};
        made.accounts = {solana::readonly(solana::kTokenProgram)};
        for (std::uint64_t i = 0; i < 4; ++i) {
            made.accounts.push_back(solana::writable(key_of(90 + i)));
        }
        made.accounts.push_back(solana::writable(source));
        made.accounts.push_back(solana::writable(destination));
        made.accounts.push_back(solana::signer(authority));
        made.data.push_back(is_exact_out ? 17 : 16);
        append_le(made.data, first);
        append_le(made.data, second);
        return made;
    }
};

// Where the signer of the tests lets tips go, and how much it lets tip and priority fee be.
inline const std::array kTipAccounts{key_of(301), key_of(302)};
inline constexpr Lamports kFeeMax{50'000'000};
// What it keeps.
inline const Pubkey kKept = key_of(303);

// A signer, and what it says of a message.
class SigningTest : public ::testing::Test {
 protected:
    explicit SigningTest(const SigningLimits& limits) : signer{keypair_of(1), limits} {}

    [[nodiscard]] const Pubkey& wallet() const { return signer.wallet(); }
    [[nodiscard]] Bytes compile(const Instructions& instructions) const {
        auto message = solana::compile_message(wallet(), instructions, kBlockhash);
        EXPECT_TRUE(message) << message.error().text;
        return message ? *message : Bytes{};
    }
    // Empty when it would be signed.
    [[nodiscard]] std::string refusal(BytesView message, const SigningPolicy& policy,
                                      std::span<const solana::AddressLookupTable> tables = {}) {
        const auto checked = signer.check(message, policy, tables);
        return checked ? std::string{} : checked.error().text();
    }
    template <typename Policy>
    [[nodiscard]] std::string refusal(BytesView message, const Policy& policy) {
        const auto checked = signer.check(message, policy);
        return checked ? std::string{} : checked.error().text();
    }
    template <typename Policy>
    [[nodiscard]] std::string refusal(const Instructions& instructions, const Policy& policy) {
        return refusal(compile(instructions), policy);
    }

    PolicySigner signer;
};

class PolicyTest : public SigningTest {
 protected:
    PolicyTest()
        : SigningTest{{.transaction_max = Lamports::max(),
                       .hour_max = Lamports::max(),
                       .day_max = Lamports::max(),
                       .fee_max = kFeeMax,
                       .tip_accounts = {kTipAccounts.begin(), kTipAccounts.end()},
                       .tokens_kept = {kKept}}} {}

    [[nodiscard]] Pubkey own(const Pubkey& mint) {
        return signer.own_accounts().account(mint, solana::kTokenProgram);
    }

    [[nodiscard]] SigningPolicy entry_policy() const {
        SigningPolicy policy;
        policy.kind = OrderKind::Entry;
        policy.mint_in = kSol;
        policy.mint_out = kToken;
        policy.amount_in_max = TokenAmount{kAmount};
        policy.receive_min = TokenAmount{kTokensMin};
        policy.lamports_max = Lamports{kAmount} + kPriority + solana::base_fee(1) + kRent + kRent;
        policy.token_account_rent = kRent;
        return policy;
    }
    [[nodiscard]] SigningPolicy exit_policy() const {
        SigningPolicy policy = entry_policy();
        policy.kind = OrderKind::Exit;
        policy.mint_in = kToken;
        policy.mint_out = kSol;
        policy.amount_in_max = TokenAmount{10'000};
        policy.receive_min = TokenAmount{90'000'000};
        policy.lamports_max = kPriority + solana::base_fee(1) + kRent + kRent;
        return policy;
    }
    [[nodiscard]] SigningPolicy cycle_policy() const {
        SigningPolicy policy = entry_policy();
        policy.kind = OrderKind::Cycle;
        policy.mint_out = kSol;
        policy.leg_count = 2;
        policy.between[0] = {kToken, TokenAmount{10'000}};
        policy.receive_min = TokenAmount{kAmount + 50'000};
        return policy;
    }

    [[nodiscard]] Instruction create(const Pubkey& mint) const {
        return solana::associated_token_create_idempotent({wallet(), wallet(), mint});
    }
    [[nodiscard]] Route entry_route() {
        return {.authority = wallet(),
                .source = own(kSol),
                .destination = own(kToken),
                .mint_out = kToken,
                .amount_in = kAmount,
                .quoted_out = 10'000,
                .slippage_bps = 500};
    }
    [[nodiscard]] Route exit_route() {
        return {.authority = wallet(),
                .source = own(kToken),
                .destination = own(kSol),
                .mint_out = kSol,
                .amount_in = 10'000,
                .quoted_out = 100'000'000,
                .slippage_bps = 1'000};
    }
    [[nodiscard]] PoolSwap leg_1() {
        return {wallet(), own(kSol), own(kToken), kAmount, 10'000, true};
    }
    [[nodiscard]] PoolSwap leg_2() {
        return {wallet(), own(kToken), own(kSol), 10'000, kAmount + 50'000, false};
    }

    // Positions: 0 limit, 1 price, 2 create wSOL, 3 wrap, 4 sync, 5 create token, 6 swap, 7 unwrap.
    [[nodiscard]] Instructions entry() {
        return {solana::set_compute_unit_limit(ComputeUnits{200'000}),
                solana::set_compute_unit_price(ComputeUnitPrice{20'000}),
                create(kSol),
                solana::system_transfer({wallet(), own(kSol), Lamports{kAmount}}),
                solana::token_sync_native(own(kSol)),
                create(kToken),
                entry_route().instruction(),
                solana::token_close_account({own(kSol), wallet(), wallet()})};
    }
    // Positions: 0 limit, 1 price, 2 create wSOL, 3 swap, 4 unwrap, 5 close the token account.
    [[nodiscard]] Instructions exit() {
        return {solana::set_compute_unit_limit(ComputeUnits{200'000}),
                solana::set_compute_unit_price(ComputeUnitPrice{20'000}),
                create(kSol),
                exit_route().instruction(),
                solana::token_close_account({own(kSol), wallet(), wallet()}),
                solana::token_close_account({own(kToken), wallet(), wallet()})};
    }
    // Positions: 0 limit, 1 price, 2 create wSOL, 3 wrap, 4 sync, 5 create token, 6 leg 1, 7 leg 2,
    // 8 unwrap.
    [[nodiscard]] Instructions cycle() {
        return {solana::set_compute_unit_limit(ComputeUnits{200'000}),
                solana::set_compute_unit_price(ComputeUnitPrice{20'000}),
                create(kSol),
                solana::system_transfer({wallet(), own(kSol), Lamports{kAmount}}),
                solana::token_sync_native(own(kSol)),
                create(kToken),
                leg_1().amm_v4(),
                leg_2().cpmm(),
                solana::token_close_account({own(kSol), wallet(), wallet()})};
    }
};

}  // namespace sniperforge::signer::test
