// SPDX-License-Identifier: MIT
// The order around a fuzzed route of Jupiter's: what fuzz_route_v2 reads of its input, and what the
// test that makes its seeds writes.
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "../support/keys.hpp"
#include "sniperforge/signer/policy_signer.hpp"
#include "sniperforge/solana/associated_token.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"
#include "sniperforge/solana/token_program.hpp"

namespace sniperforge::test::route_v2 {

inline const Pubkey kSol = solana::kWrappedSolMint;
inline const Pubkey kToken = key_of(70);
inline constexpr std::uint64_t kStake = 100'000'000;
inline constexpr Lamports kRent{2'039'280};
inline constexpr std::uint64_t kRentsSpare = 2;  // For what the steps may make.

// The first byte.
inline constexpr std::uint8_t kExitBit = 1;
inline constexpr std::uint8_t kFeeShift = 1;  // Two bits.

struct RouteInput {
    std::uint8_t flags = 0;
    std::vector<Pubkey> accounts;
    Bytes data;
};

[[nodiscard]] inline const Pubkey& third_account(signer::OwnAccounts& own) {
    return own.account(key_of(73), solana::kTokenProgram);
}

// What a route can name. Appended to, never reordered: the corpus has places in it.
[[nodiscard]] inline std::vector<Pubkey> nameable(signer::OwnAccounts& own) {
    static const Pubkey events =
        solana::find_program_address({solana::seed("__event_authority")}, solana::kJupiterV6Program)
            .address;
    return {own.wallet(),
            own.account(kSol, solana::kTokenProgram),
            own.account(kToken, solana::kTokenProgram),
            own.account(kToken, solana::kToken2022Program),
            third_account(own),
            own.jupiter_sol_account(),
            kSol,
            kToken,
            solana::kTokenProgram,
            solana::kToken2022Program,
            solana::kJupiterV6Program,
            events,
            solana::kRaydiumAmmV4Program,
            solana::kRaydiumCpmmProgram,
            solana::kRaydiumClmmProgram,
            solana::kOrcaWhirlpoolProgram,
            solana::kMeteoraDlmmProgram,
            solana::kMeteoraDammV2Program,
            solana::kPumpSwapProgram,
            solana::kPumpCurveProgram,
            key_of(72),
            key_of(74),
            key_of(75),
            key_of(76),
            key_of(666)};
}

[[nodiscard]] inline std::optional<RouteInput> read_route_input(BytesView bytes,
                                                                signer::OwnAccounts& own) {
    ByteReader reader{bytes};
    RouteInput input;
    input.flags = reader.read<std::uint8_t>();
    const BytesView places = reader.take(reader.read<std::uint8_t>());
    if (!reader.ok()) {
        return std::nullopt;
    }
    const std::vector<Pubkey> all = nameable(own);
    for (const std::uint8_t place : places) {
        input.accounts.push_back(all[place % all.size()]);
    }
    const BytesView data = reader.take(reader.remaining());
    input.data.assign(data.begin(), data.end());
    return input;
}

// The other way round, of an honest route. Empty: it names something else.
[[nodiscard]] inline Bytes write_route_input(std::uint8_t flags, const solana::Instruction& route,
                                             signer::OwnAccounts& own) {
    const std::vector<Pubkey> all = nameable(own);
    Bytes bytes{flags, static_cast<std::uint8_t>(route.accounts.size())};
    for (const solana::AccountMeta& meta : route.accounts) {
        const auto place = std::ranges::find(all, meta.pubkey);
        if (place == all.end()) {
            return {};
        }
        bytes.push_back(static_cast<std::uint8_t>(place - all.begin()));
    }
    append(bytes, route.data);
    return bytes;
}

[[nodiscard]] inline signer::SigningPolicy policy_of(const RouteInput& input) {
    static constexpr std::array<signer::TransferFeeMax, 4> kFees{
        {{}, {}, {BasisPoints{100}, TokenAmount{40}}, {BasisPoints{10'000}, TokenAmount::max()}}};
    const bool is_exit = (input.flags & kExitBit) != 0;
    const std::size_t fee = (input.flags >> kFeeShift) % kFees.size();
    signer::SigningPolicy policy;
    policy.kind = is_exit ? OrderKind::Exit : OrderKind::Entry;
    policy.mint_in = is_exit ? kToken : kSol;
    policy.mint_out = is_exit ? kSol : kToken;
    policy.amount_in_max = TokenAmount{is_exit ? 10'000 : kStake};
    policy.receive_min = TokenAmount{is_exit ? 90'000'000U : 9'500U};
    policy.lamports_max = Lamports{9'000 + (is_exit ? 0 : kStake)};
    for (std::uint64_t rents = (is_exit ? 1 : 2) + kRentsSpare; rents > 0; --rents) {
        policy.lamports_max += kRent;
    }
    policy.token_account_rent = kRent;
    if (fee > 0) {
        policy.transfer_fee_out = kFees[fee];
    }
    return policy;
}

[[nodiscard]] inline std::optional<Bytes> message_of(const RouteInput& input,
                                                     signer::OwnAccounts& own) {
    const Pubkey& wallet = own.wallet();
    const Pubkey& sol = own.account(kSol, solana::kTokenProgram);
    const bool is_exit = (input.flags & kExitBit) != 0;
    solana::Instruction route{solana::kJupiterV6Program, {}, input.data};
    for (const Pubkey& account : input.accounts) {
        route.accounts.push_back(solana::readonly(account));
    }
    std::vector<solana::Instruction> all{
        solana::set_compute_unit_limit(ComputeUnits{200'000}),
        solana::set_compute_unit_price(ComputeUnitPrice{20'000}),
        solana::associated_token_create_idempotent({wallet, wallet, kSol}, sol)};
    if (!is_exit) {
        all.push_back(solana::system_transfer({wallet, sol, Lamports{kStake}}));
        all.push_back(solana::token_sync_native(sol));
        all.push_back(solana::associated_token_create_idempotent(
            {wallet, wallet, kToken}, own.account(kToken, solana::kTokenProgram)));
    }
    all.push_back(std::move(route));
    all.push_back(solana::token_close_account({sol, wallet, wallet}));
    auto made = solana::compile_message(wallet, all, Hash{});
    return made ? std::optional{std::move(*made)} : std::nullopt;
}

}  // namespace sniperforge::test::route_v2
