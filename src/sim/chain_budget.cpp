// SPDX-License-Identifier: MIT
// What a message asks of the block: compute units and account data, and the fee for them.
// Source: protocol wire sections 2.3, 5 and 7; SIMD-0385 and SIMD-0186.
#include <algorithm>
#include <array>

#include "sim/chain_state.hpp"
#include "sim/programs.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::uint64_t kUnitsMax = 1'400'000;
constexpr std::uint64_t kUnitsPerInstruction = 200'000;
constexpr std::uint64_t kUnitsPerBuiltin = 3'000;
constexpr std::uint64_t kLamportsPerSignature = 5'000;
constexpr std::uint64_t kMicroLamportsPerLamport = 1'000'000;
constexpr std::uint64_t kLoadedDataMax = 64 * 1024 * 1024;

enum Kind : std::uint8_t { kHeap = 1, kUnitLimit = 2, kUnitPrice = 3, kDataLimit = 4 };

// A heap frame is a multiple of 1 KiB from 32 to 256 KiB.
bool is_heap_valid(std::uint32_t bytes) {
    return bytes % 1'024 == 0 && bytes >= 32 * 1'024 && bytes <= 256 * 1'024;
}

// Version 1 says it in its head. What it leaves out is zero, its compute budget instructions do
// nothing, and its priority fee is a total.
ComputeBudget budget_of_v1(const solana::TransactionConfig& config) {
    ComputeBudget budget;
    budget.units_limit =
        config.compute_unit_limit ? std::min(config.compute_unit_limit->raw(), kUnitsMax) : 0;
    budget.loaded_data_max =
        std::min<std::uint64_t>(config.loaded_accounts_data_size_limit.value_or(0), kLoadedDataMax);
    budget.priority_fee = config.priority_fee ? config.priority_fee->raw() : 0;
    return budget;
}

}  // namespace

std::expected<ComputeBudget, TransactionError> compute_budget_of(const solana::Message& message) {
    if (message.version == solana::MessageVersion::V1) {
        return budget_of_v1(message.config);
    }
    ComputeBudget budget;
    budget.loaded_data_max = kLoadedDataMax;
    std::array<bool, 5> is_seen{};
    std::optional<std::uint64_t> limit;
    std::uint64_t unit_price = 0;
    for (std::size_t i = 0; i < message.instructions.size(); ++i) {
        const auto& instruction = message.instructions[i];
        const ProgramEntry* program = find_program(message.program_id(instruction));
        const bool is_builtin = program != nullptr && program->is_builtin;
        budget.units_limit += is_builtin ? kUnitsPerBuiltin : kUnitsPerInstruction;
        if (message.program_id(instruction) != solana::kComputeBudgetProgram) {
            continue;
        }
        ByteReader reader{instruction.data};
        const auto kind = reader.read<std::uint8_t>();
        std::uint64_t value = 0;
        if (kind == kUnitPrice) {
            value = reader.read<std::uint64_t>();
        } else {
            value = reader.read<std::uint32_t>();
        }
        const bool is_known = kind >= kHeap && kind <= kDataLimit;
        const bool is_heap_wrong =
            kind == kHeap && !is_heap_valid(static_cast<std::uint32_t>(value));
        if (!reader.ok() || !is_known || is_heap_wrong) {
            return std::unexpected{
                instruction_failed(i, program_error(RuntimeError::InvalidInstructionData).error())};
        }
        if (is_seen[kind]) {
            return std::unexpected{duplicate_instruction(i)};
        }
        is_seen[kind] = true;
        if (kind == kUnitLimit) {
            limit = value;
        } else if (kind == kUnitPrice) {
            unit_price = value;
        } else if (kind == kDataLimit) {
            if (value == 0) {
                return std::unexpected{
                    transaction_error(TransactionErrorKind::InvalidLoadedAccountsDataSizeLimit)};
            }
            budget.loaded_data_max = std::min(value, kLoadedDataMax);
        }
    }
    budget.units_limit = std::min(limit.value_or(budget.units_limit), kUnitsMax);
    budget.priority_fee =
        mul_div_ceil(unit_price, budget.units_limit, kMicroLamportsPerLamport).value_or(kU64Max);
    return budget;
}

std::uint64_t fee_of(const solana::Message& message, const ComputeBudget& budget) {
    const std::uint64_t base =
        kLamportsPerSignature * std::uint64_t{message.header.num_required_signatures};
    std::uint64_t sum = 0;
    return __builtin_add_overflow(base, budget.priority_fee, &sum) ? kU64Max : sum;
}

}  // namespace sniperforge::sim
