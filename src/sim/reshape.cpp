// SPDX-License-Identifier: MIT
#include "sim/reshape.hpp"

#include <algorithm>
#include <array>

#include "sim/program_pump.hpp"
#include "sim/program_whirlpool_layout.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {
namespace {

using Tag = std::array<std::uint8_t, 8>;
// Anchor's of the swaps of all venues but AMM v4; two venues never use one for different things.
constexpr auto kSwapTags = std::to_array<Tag>({
    {0x8f, 0xbe, 0x5a, 0xda, 0xc4, 0x1e, 0x33, 0xde},  // CPMM: swap_base_input, _output.
    {0x37, 0xd9, 0x62, 0x56, 0xa3, 0x4a, 0xb4, 0xad},
    {0x66, 0x06, 0x3d, 0x12, 0x01, 0xda, 0xeb, 0xea},  // Both of pump's: buy, sell.
    {0x33, 0xe6, 0x85, 0xa4, 0x01, 0x7f, 0x83, 0xad},
    {0x38, 0xfc, 0x74, 0x08, 0x9e, 0xdf, 0xcd, 0x5f},  // The curve: buy_exact_sol_in.
    {0xb8, 0x17, 0xee, 0x61, 0x67, 0xc5, 0xd3, 0x3d},  // buy_v2, buy_exact_quote_in_v2, sell_v2.
    {0xc2, 0xab, 0x1c, 0x46, 0x68, 0x4d, 0x5b, 0x2f},
    {0x5d, 0xf6, 0x82, 0x3c, 0xe7, 0xe9, 0x40, 0xb2},
    {0xc6, 0x2e, 0x15, 0x52, 0xb4, 0xd9, 0xe8, 0x70},  // PumpSwap: buy_exact_quote_in.
    {0xf8, 0xc6, 0x9e, 0x91, 0xe1, 0x75, 0x87, 0xc8},  // Whirlpool: swap, swap_v2.
    {0x2b, 0x04, 0xed, 0x0b, 0x1a, 0xc9, 0x1e, 0x62},
});
// Of no instruction of any program here.
constexpr Tag kUnknown{0xf5, 0x1e, 0x77, 0x0b, 0xd3, 0x49, 0xa6, 0x92};
constexpr std::array<std::uint8_t, 4> kAmmV4Swaps{9, 11, 16, 17};  // Base in and out, then v2.

}  // namespace

bool is_reshaped_swap(std::span<const Pubkey> reshaped, const Pubkey& program, BytesView data) {
    if (data.empty() || std::ranges::find(reshaped, program) == reshaped.end()) {
        return false;
    }
    if (program == solana::kRaydiumAmmV4Program) {
        return std::ranges::find(kAmmV4Swaps, data.front()) != kAmmV4Swaps.end();
    }
    return std::ranges::any_of(kSwapTags, [&](const Tag& tag) {
        return data.size() >= tag.size() && std::ranges::equal(data.first(tag.size()), tag);
    });
}

void add_reshaped_accounts(std::span<const Pubkey> reshaped, solana::Instruction& instruction) {
    if (is_reshaped_swap(reshaped, instruction.program_id, instruction.data)) {
        instruction.accounts.insert(instruction.accounts.end(), kReshapedAccounts,
                                    solana::readonly(instruction.program_id));
    }
}

solana::Instruction unknown_instruction(const Pubkey& program) {
    return {.program_id = program,
            .accounts = {solana::readonly(program)},
            .data = {kUnknown.begin(), kUnknown.end()}};
}

bool is_unknown_instruction(std::span<const Pubkey> reshaped, const Pubkey& program,
                            BytesView data) {
    return std::ranges::equal(data, kUnknown) &&
           std::ranges::find(reshaped, program) != reshaped.end();
}

std::vector<Pubkey> programs_of(const ShapeChange& change) {
    std::vector<Pubkey> programs;
    const auto add = [&](bool is_changed, const Pubkey& program) {
        if (is_changed) {
            programs.push_back(program);
        }
    };
    add(change.is_cpmm, solana::kRaydiumCpmmProgram);
    add(change.is_amm_v4, solana::kRaydiumAmmV4Program);
    add(change.is_pump_curve, solana::kPumpCurveProgram);
    add(change.is_pump_swap, solana::kPumpSwapProgram);
    add(change.is_whirlpool, whirlpool::kProgram);
    return programs;
}

}  // namespace sniperforge::sim
