// SPDX-License-Identifier: MIT
#include "sniperforge/solana/transaction_fee.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/fees.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::solana {
namespace {

// Programs whose instructions count 3,000 compute units where no limit is set. (Stake, config and
// lookup table programs are not builtins any more.)
constexpr std::array kBuiltins{
    kSystemProgram,
    kComputeBudgetProgram,
    detail::key_literal("Vote111111111111111111111111111111111111111"),
    detail::key_literal("BPFLoaderUpgradeab1e11111111111111111111111"),
    detail::key_literal("BPFLoader1111111111111111111111111111111111"),
    detail::key_literal("BPFLoader2111111111111111111111111111111111"),
    detail::key_literal("LoaderV411111111111111111111111111111111111"),
    detail::key_literal("KeccakSecp256k11111111111111111111111111111"),
    detail::key_literal("Ed25519SigVerify111111111111111111111111111"),
};
constexpr ComputeUnits kComputeUnitsPerBuiltin{3'000};

// Programs that verify signatures: as many as the first byte of their data says, each paid for as
// one of the transaction's own.
constexpr std::array kPrecompiles{
    detail::key_literal("KeccakSecp256k11111111111111111111111111111"),
    detail::key_literal("Ed25519SigVerify111111111111111111111111111"),
    detail::key_literal("Secp256r1SigVerify1111111111111111111111111"),
};

enum Kind : std::uint8_t { kHeap = 1, kUnitLimit = 2, kUnitPrice = 3, kDataLimit = 4 };
constexpr std::size_t kKinds = 5;

// What the compute budget instructions of a legacy or v0 message say.
struct Budget {
    std::array<bool, kKinds> is_given{};
    std::optional<ComputeUnits> limit;
    ComputeUnitPrice price;
};

[[nodiscard]] bool is_heap_valid(std::uint64_t bytes) {
    return bytes % 1'024 == 0 && bytes >= 32 * 1'024 && bytes <= 256 * 1'024;
}

// The runtime tolerates bytes behind the value, and so does this.
[[nodiscard]] Result<void> read_budget(std::size_t index, BytesView data, Budget& out) {
    ByteReader reader{data};
    const auto kind = reader.read<std::uint8_t>();
    if (!reader.ok() || kind < kHeap || kind > kDataLimit) {
        return fail(
            fmt::format("instruction {}: no compute budget instruction that we know", index));
    }
    const std::uint64_t value =
        kind == kUnitPrice ? reader.read<std::uint64_t>() : reader.read<std::uint32_t>();
    if (!reader.ok()) {
        return fail(fmt::format("instruction {}: compute budget data of {} bytes is cut off", index,
                                data.size()));
    }
    if (out.is_given[kind]) {
        return fail(
            fmt::format("instruction {}: a second compute budget instruction of kind {}, "
                        "which makes the transaction fail",
                        index, kind));
    }
    out.is_given[kind] = true;
    if (kind == kHeap && !is_heap_valid(value)) {
        return fail(fmt::format(
            "instruction {}: a heap of {} bytes is no multiple of 1024 from 32768 to 262144", index,
            value));
    }
    if (kind == kDataLimit && value == 0) {
        return fail(fmt::format("instruction {}: a loaded accounts data limit of 0 bytes", index));
    }
    if (kind == kUnitLimit) {
        out.limit = ComputeUnits{value};
    } else if (kind == kUnitPrice) {
        out.price = ComputeUnitPrice{value};
    }
    return {};
}

[[nodiscard]] Lamports base_fee_of(const Message& message) {
    std::size_t signatures = message.header.num_required_signatures;
    for (const CompiledInstruction& instruction : message.instructions) {
        const bool is_precompile =
            std::ranges::find(kPrecompiles, message.program_id(instruction)) != kPrecompiles.end();
        if (is_precompile && !instruction.data.empty()) {
            signatures += instruction.data[0];
        }
    }
    return base_fee(signatures);
}

[[nodiscard]] ComputeUnits default_limit(const Message& message) {
    std::uint64_t units = 0;
    for (const CompiledInstruction& instruction : message.instructions) {
        const bool is_builtin =
            std::ranges::find(kBuiltins, message.program_id(instruction)) != kBuiltins.end();
        units += (is_builtin ? kComputeUnitsPerBuiltin : kComputeUnitsPerInstructionDefault).raw();
    }
    return ComputeUnits{units};
}

[[nodiscard]] TransactionFee fee_of_v1(const Message& message) {
    constexpr std::uint64_t kMicroLamportsPerLamport = 1'000'000;
    TransactionFee fee;
    fee.base = base_fee_of(message);
    fee.priority = message.config.priority_fee.value_or(Lamports{});
    fee.compute_unit_limit =
        std::min(message.config.compute_unit_limit.value_or(ComputeUnits{}), kComputeUnitLimitMax);
    if (!fee.compute_unit_limit.is_zero()) {
        fee.price = ComputeUnitPrice{mul_div_floor(fee.priority.raw(), kMicroLamportsPerLamport,
                                                   fee.compute_unit_limit.raw())
                                         .value_or(kU64Max)};
    }
    return fee;
}

}  // namespace

Result<TransactionFee> transaction_fee(const Message& message) {
    if (message.version == MessageVersion::V1) {
        return fee_of_v1(message);
    }
    Budget budget;
    for (std::size_t i = 0; i < message.instructions.size(); ++i) {
        const CompiledInstruction& instruction = message.instructions[i];
        if (message.program_id(instruction) != kComputeBudgetProgram) {
            continue;
        }
        if (auto read = read_budget(i, instruction.data, budget); !read) {
            return Err{read.error()};
        }
    }
    TransactionFee fee;
    fee.base = base_fee_of(message);
    fee.compute_unit_limit =
        std::min(budget.limit.value_or(default_limit(message)), kComputeUnitLimitMax);
    fee.price = budget.price;
    fee.priority = priority_fee(budget.price, fee.compute_unit_limit);
    return fee;
}

}  // namespace sniperforge::solana
