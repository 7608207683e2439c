// SPDX-License-Identifier: MIT
// Successful transactions with one call of a given shape, as the program takes it.
#pragma once

#include "sniperforge/dex/recognise.hpp"
#include "sniperforge/dex/venue.hpp"
#include "support/keys.hpp"

namespace sniperforge::dex::test {

struct CallOptions {
    std::uint64_t payer = 1;
    std::optional<std::size_t> accounts{};  // Else the fewest.
    std::uint32_t readonly = 0;             // Of those that the shape has writable.
    std::uint32_t writable = 0;             // Of the others.
    std::uint64_t slot = 10;
};

[[nodiscard]] inline Pubkey payer_of(std::uint64_t number) {
    return sniperforge::test::key_of(900'000 + number);
}
// The account at the position of the call.
[[nodiscard]] inline Pubkey account_of(std::size_t position) {
    return sniperforge::test::key_of(700'000 + position);
}

[[nodiscard]] inline ChainTransaction call_of(VenueId venue, const InstructionShape& shape,
                                              const CallOptions& options = {}) {
    ChainTransaction transaction;
    transaction.slot = Slot{options.slot};
    transaction.is_sample = true;
    transaction.accounts.push_back({payer_of(options.payer), true, true, {}, {}});
    ChainInstruction call;
    call.program = program_of(venue);
    const std::size_t count = options.accounts.value_or(shape.accounts_min);
    for (std::size_t i = 0; i < count; ++i) {
        const std::uint32_t bit = i < 32 ? std::uint32_t{1} << i : 0;
        const bool is_writable =
            ((shape.writable & ~options.readonly) | options.writable) & bit ? true : false;
        call.accounts.push_back(static_cast<std::uint8_t>(transaction.accounts.size()));
        transaction.accounts.push_back(
            {account_of(i), is_writable, (shape.signers & bit) != 0, {}, {}});
    }
    call.data.assign(shape.discriminator.begin(),
                     shape.discriminator.begin() + shape.discriminator_bytes);
    call.data.resize(std::max<std::size_t>(call.data.size(), shape.data_bytes_min));
    transaction.instructions.push_back(std::move(call));
    return transaction;
}

// What our own swaps of the venue are built as.
[[nodiscard]] inline const InstructionShape& our_swap(VenueId venue) {
    const auto shapes = instructions_of(venue);
    return *std::ranges::find(shapes, true, &InstructionShape::is_ours);
}

// A curve's move by the instruction of this name, in which PumpSwap's program makes the pool.
[[nodiscard]] inline ChainTransaction migration_of(std::string_view name) {
    const auto of_name = [](VenueId venue, std::string_view wanted) -> const InstructionShape& {
        return *std::ranges::find(instructions_of(venue), wanted, &InstructionShape::name);
    };
    const InstructionShape& migrate = of_name(VenueId::PumpCurve, name);
    const InstructionShape& create = of_name(VenueId::PumpSwap, "create_pool");
    ChainTransaction transaction = call_of(VenueId::PumpCurve, migrate);
    ChainInstruction inner = call_of(VenueId::PumpSwap, create).instructions[0];
    inner.is_inner = true;
    inner.accounts[create.creation->pool] =
        transaction.instructions[0].accounts[migrate.creation->pool];
    transaction.instructions.push_back(std::move(inner));
    return transaction;
}

// A call that no shape of the venue has. The vault's owner takes one mint and gives the other.
[[nodiscard]] inline ChainTransaction unknown_swap(VenueId venue, std::uint64_t payer = 1) {
    ChainTransaction transaction = call_of(venue, our_swap(venue), {.payer = payer});
    transaction.instructions[0].data.assign(24, 0xfe);
    for (const std::size_t i : {std::size_t{0}, std::size_t{1}}) {
        transaction.token_moves.push_back({.account = i + 2,
                                           .mint = sniperforge::test::key_of(50 + i),
                                           .owner = sniperforge::test::key_of(60),
                                           .before = TokenAmount{100},
                                           .after = TokenAmount{i == 0 ? 110U : 91U}});
    }
    return transaction;
}

}  // namespace sniperforge::dex::test
