// SPDX-License-Identifier: MIT
// Compute budget program. Two instructions of one kind make a transaction fail.
// Source: protocol wire format section 5.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::solana {

// The runtime's ceiling for one transaction, and what an instruction gets when no limit is set.
inline constexpr ComputeUnits kComputeUnitLimitMax{1'400'000};
inline constexpr ComputeUnits kComputeUnitsPerInstructionDefault{200'000};

// `limit` at most 4,294,967,295 (the wire's u32); asserted, because the ceiling is far below.
[[nodiscard]] Instruction set_compute_unit_limit(ComputeUnits limit);
[[nodiscard]] Instruction set_compute_unit_price(ComputeUnitPrice price);
[[nodiscard]] Instruction request_heap_frame(std::uint32_t bytes);
[[nodiscard]] Instruction set_loaded_accounts_data_size_limit(std::uint32_t bytes);

// What instruction data says. Anything not understood to its last byte is Unknown.
namespace compute_budget_instruction {

struct RequestHeapFrame {
    std::uint32_t bytes = 0;
};
struct SetComputeUnitLimit {
    ComputeUnits limit;
};
struct SetComputeUnitPrice {
    ComputeUnitPrice price;
};
struct SetLoadedAccountsDataSizeLimit {
    std::uint32_t bytes = 0;
};
struct Unknown {
    std::optional<std::uint8_t> tag;  // None: empty data.
};

}  // namespace compute_budget_instruction

using ComputeBudgetInstruction =
    std::variant<compute_budget_instruction::Unknown, compute_budget_instruction::RequestHeapFrame,
                 compute_budget_instruction::SetComputeUnitLimit,
                 compute_budget_instruction::SetComputeUnitPrice,
                 compute_budget_instruction::SetLoadedAccountsDataSizeLimit>;

[[nodiscard]] ComputeBudgetInstruction decode_compute_budget_instruction(BytesView data);

}  // namespace sniperforge::solana
