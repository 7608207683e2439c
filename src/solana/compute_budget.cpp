// SPDX-License-Identifier: MIT
#include "sniperforge/solana/compute_budget.hpp"

#include <limits>

#include "instruction_data.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::solana {
namespace {

enum class ComputeBudgetTag : std::uint8_t {
    RequestHeapFrame = 1,
    SetLimit = 2,
    SetPrice = 3,
    SetLoadedAccountsDataSize = 4,
};

[[nodiscard]] ComputeBudgetInstruction decode_budget_fields(std::uint8_t tag, ByteReader& reader) {
    namespace ci = compute_budget_instruction;
    switch (ComputeBudgetTag{tag}) {
        case ComputeBudgetTag::RequestHeapFrame:
            return ci::RequestHeapFrame{reader.read<std::uint32_t>()};
        case ComputeBudgetTag::SetLimit:
            return ci::SetComputeUnitLimit{ComputeUnits{reader.read<std::uint32_t>()}};
        case ComputeBudgetTag::SetPrice:
            return ci::SetComputeUnitPrice{ComputeUnitPrice{reader.read<std::uint64_t>()}};
        case ComputeBudgetTag::SetLoadedAccountsDataSize:
            return ci::SetLoadedAccountsDataSizeLimit{reader.read<std::uint32_t>()};
        default:
            return ci::Unknown{tag};
    }
}

}  // namespace

Instruction set_compute_unit_limit(ComputeUnits limit) {
    SF_ASSERT(limit.raw() <= std::numeric_limits<std::uint32_t>::max());
    return {kComputeBudgetProgram,
            {},
            data_of(static_cast<std::uint8_t>(ComputeBudgetTag::SetLimit),
                    static_cast<std::uint32_t>(limit.raw()))};
}

Instruction set_compute_unit_price(ComputeUnitPrice price) {
    return {kComputeBudgetProgram,
            {},
            data_of(static_cast<std::uint8_t>(ComputeBudgetTag::SetPrice), price.raw())};
}

Instruction request_heap_frame(std::uint32_t bytes) {
    return {kComputeBudgetProgram,
            {},
            data_of(static_cast<std::uint8_t>(ComputeBudgetTag::RequestHeapFrame), bytes)};
}

Instruction set_loaded_accounts_data_size_limit(std::uint32_t bytes) {
    return {kComputeBudgetProgram,
            {},
            data_of(static_cast<std::uint8_t>(ComputeBudgetTag::SetLoadedAccountsDataSize), bytes)};
}

ComputeBudgetInstruction decode_compute_budget_instruction(BytesView data) {
    ByteReader reader{data};
    const auto tag = reader.read<std::uint8_t>();
    if (!reader.ok()) {
        return compute_budget_instruction::Unknown{};
    }
    ComputeBudgetInstruction decoded = decode_budget_fields(tag, reader);
    if (!is_used_up(reader)) {
        return compute_budget_instruction::Unknown{tag};
    }
    return decoded;
}

}  // namespace sniperforge::solana
