// SPDX-License-Identifier: MIT
#include "signer/swap_instruction.hpp"

#include <fmt/format.h>

#include <array>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {
namespace {

// Anchor discriminators and tags: amm-raydium sections 1 and 2, jupiter section 6.
constexpr std::array<std::uint8_t, 8> kCpmmBaseInput{0x8f, 0xbe, 0x5a, 0xda,
                                                     0xc4, 0x1e, 0x33, 0xde};
constexpr std::array<std::uint8_t, 8> kCpmmBaseOutput{0x37, 0xd9, 0x62, 0x56,
                                                      0xa3, 0x4a, 0xb4, 0xad};
constexpr std::array<std::uint8_t, 8> kJupiterRoute{0xe5, 0x17, 0xcb, 0x97, 0x7a, 0xe3, 0xad, 0x2a};
constexpr std::uint8_t kAmmV4SwapBaseInV2 = 16;
constexpr std::uint8_t kAmmV4SwapBaseOutV2 = 17;

// One route step per 4 bytes of count; Jupiter's own routes stay below a dozen.
constexpr std::uint32_t kRouteStepsMax = 16;
constexpr std::size_t kRouteTailBytes = 19;
constexpr std::size_t kRouteFixedAccounts = 9;

[[nodiscard]] bool starts_with(BytesView data, std::span<const std::uint8_t, 8> discriminator) {
    return data.size() >= 8 && std::equal(discriminator.begin(), discriminator.end(), data.begin());
}

[[nodiscard]] Result<SwapInstruction> decode_cpmm(std::span<const Pubkey> accounts,
                                                  BytesView data) {
    const bool is_base_input = starts_with(data, kCpmmBaseInput);
    if ((!is_base_input && !starts_with(data, kCpmmBaseOutput)) || data.size() != 24 ||
        accounts.size() < 13) {
        return fail("a Raydium CPMM instruction that is not a swap in the form we know");
    }
    // base_input {amount_in, minimum_amount_out}; base_output {max_amount_in, amount_out}.
    return SwapInstruction{accounts[0], accounts[4], accounts[5],
                           TokenAmount{read_le<std::uint64_t>(data, 8)},
                           TokenAmount{read_le<std::uint64_t>(data, 16)}};
}

[[nodiscard]] Result<SwapInstruction> decode_amm_v4(std::span<const Pubkey> accounts,
                                                    BytesView data) {
    if (data.size() != 17 || (data[0] != kAmmV4SwapBaseInV2 && data[0] != kAmmV4SwapBaseOutV2) ||
        accounts.size() != 8) {
        return fail("a Raydium AMM v4 instruction that is not a swap in the 8-account form");
    }
    return SwapInstruction{accounts[7], accounts[5], accounts[6],
                           TokenAmount{read_le<std::uint64_t>(data, 1)},
                           TokenAmount{read_le<std::uint64_t>(data, 9)}};
}

// Bytes of a step's own fields behind its variant byte, for the variants whose layout is verified.
// Jupiter's program itself ties a variant to the venue's program id.
[[nodiscard]] std::optional<std::size_t> step_fields(std::uint8_t variant) {
    switch (variant) {
        case 7:   // Raydium AMM v4.
        case 38:  // Meteora DLMM.
        case 46:  // Raydium CPMM.
        case 77:  // Meteora DAMM v2.
        case 99:  // PumpSwap, buys and sells.
        case 100:
        case 112:  // pump.fun's curve, buys and sells.
        case 113:
            return 0;
        case 17:  // Whirlpool: a_to_b.
            return 1;
        default:
            return std::nullopt;
    }
}

[[nodiscard]] Result<void> check_route_steps(BytesView data) {
    ByteReader reader{data};
    (void)reader.take(8);
    const auto steps = reader.read<std::uint32_t>();
    if (!reader.ok() || steps == 0 || steps > kRouteStepsMax) {
        return fail(fmt::format("a Jupiter route of {} steps", steps));
    }
    for (std::uint32_t i = 0; i < steps; ++i) {
        const auto variant = reader.read<std::uint8_t>();
        const auto fields = step_fields(variant);
        if (!reader.ok() || !fields) {
            return fail(
                fmt::format("Jupiter route step {} uses venue variant {}, whose layout we do "
                            "not know",
                            i, variant));
        }
        (void)reader.take(*fields + 3);  // Its fields, percent, input index, output index.
    }
    if (!reader.ok() || reader.remaining() != kRouteTailBytes) {
        return fail("a Jupiter route that does not end where its steps say");
    }
    return {};
}

// Accounts: 0 token program, 1 authority, 2 source, 3 destination, 4 destination override,
// 5 destination mint, 6 platform fee account, 7 event authority, 8 program.
[[nodiscard]] Result<SwapInstruction> decode_jupiter(std::span<const Pubkey> accounts,
                                                     BytesView data) {
    if (!starts_with(data, kJupiterRoute) || accounts.size() < kRouteFixedAccounts) {
        return fail("a Jupiter instruction other than route");
    }
    if (auto steps = check_route_steps(data); !steps) {
        return Err{steps.error()};
    }
    const std::size_t tail = data.size() - kRouteTailBytes;
    const auto in_amount = read_le<std::uint64_t>(data, tail);
    const auto quoted_out = read_le<std::uint64_t>(data, tail + 8);
    const auto slippage_bps = read_le<std::uint16_t>(data, tail + 16);
    const auto platform_fee_bps = read_le<std::uint8_t>(data, tail + 18);
    if (platform_fee_bps != 0 || accounts[6] != solana::kJupiterV6Program) {
        return fail(fmt::format("a Jupiter route with a platform fee of {} bps", platform_fee_bps));
    }
    if (slippage_bps > kBasisPointsOne) {
        return fail(fmt::format("a Jupiter route with a slippage of {} bps", slippage_bps));
    }
    // With one, two accounts receive; which of them the floor holds for is not ours to guess.
    if (accounts[4] != solana::kJupiterV6Program) {
        return fail(fmt::format("a Jupiter route that redirects what it pays to {}",
                                accounts[4].to_string()));
    }
    const auto out_min = mul_div_floor(quoted_out, kBasisPointsOne - slippage_bps, kBasisPointsOne);
    return SwapInstruction{accounts[1], accounts[2], accounts[3], TokenAmount{in_amount},
                           TokenAmount{out_min.value_or(0)}};
}

}  // namespace

Result<SwapInstruction> decode_swap(const Pubkey& program, std::span<const Pubkey> accounts,
                                    BytesView data) {
    if (program == solana::kRaydiumCpmmProgram) {
        return decode_cpmm(accounts, data);
    }
    if (program == solana::kRaydiumAmmV4Program) {
        return decode_amm_v4(accounts, data);
    }
    return decode_jupiter(accounts, data);
}

}  // namespace sniperforge::signer
