// SPDX-License-Identifier: MIT
// The programs of the simulated chain. Each is a function over an Invocation, written from the
// protocol documents; the table says which program id runs which.
#pragma once

#include <span>

#include "sim/runtime.hpp"

namespace sniperforge::sim {

[[nodiscard]] ProgramResult run_system(Invocation& invocation);
[[nodiscard]] ProgramResult run_compute_budget(Invocation& invocation);
[[nodiscard]] ProgramResult run_lookup_table(Invocation& invocation);
[[nodiscard]] ProgramResult run_memo(Invocation& invocation);
[[nodiscard]] ProgramResult run_token(Invocation& invocation);  // SPL Token and Token-2022.
[[nodiscard]] ProgramResult run_associated_token(Invocation& invocation);
[[nodiscard]] ProgramResult run_cpmm(Invocation& invocation);
[[nodiscard]] ProgramResult run_amm_v4(Invocation& invocation);
[[nodiscard]] ProgramResult run_jupiter(Invocation& invocation);
[[nodiscard]] ProgramResult run_pump(Invocation& invocation);  // The bonding curve.
[[nodiscard]] ProgramResult run_pump_fees(
    Invocation& invocation);  // Its fee tiers, and PumpSwap's.
[[nodiscard]] ProgramResult run_pumpswap(Invocation& invocation);
[[nodiscard]] ProgramResult run_whirlpool(Invocation& invocation);

struct ProgramEntry {
    Pubkey id;
    ProgramResult (*run)(Invocation&) = nullptr;
    // Builtins print no "consumed" line and cost 3,000 units of the default limit.
    bool is_builtin = false;
};

[[nodiscard]] std::span<const ProgramEntry> programs();
[[nodiscard]] const ProgramEntry* find_program(const Pubkey& id);

}  // namespace sniperforge::sim
