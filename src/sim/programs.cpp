// SPDX-License-Identifier: MIT
#include "sim/programs.hpp"

#include <algorithm>
#include <array>

#include "sim/program_pump_layout.hpp"
#include "sim/program_whirlpool_layout.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {

std::span<const ProgramEntry> programs() {
    static constexpr auto kPrograms = std::to_array<ProgramEntry>({
        {solana::kSystemProgram, run_system, true},
        {solana::kComputeBudgetProgram, run_compute_budget, true},
        {solana::kAddressLookupTableProgram, run_lookup_table, false},
        {solana::kMemoProgram, run_memo, false},
        {solana::kTokenProgram, run_token, false},
        {solana::kToken2022Program, run_token, false},
        {solana::kAssociatedTokenProgram, run_associated_token, false},
        {solana::kRaydiumCpmmProgram, run_cpmm, false},
        {solana::kRaydiumAmmV4Program, run_amm_v4, false},
        {solana::kJupiterV6Program, run_jupiter, false},
        {pump::kProgram, run_pump, false},
        {pump::kFeeProgram, run_pump_fees, false},
        {pump::kSwapProgram, run_pumpswap, false},
        {whirlpool::kProgram, run_whirlpool, false},
    });
    return kPrograms;
}

const ProgramEntry* find_program(const Pubkey& id) {
    const auto all = programs();
    const auto found = std::ranges::find(all, id, &ProgramEntry::id);
    return found == all.end() ? nullptr : &*found;
}

}  // namespace sniperforge::sim
