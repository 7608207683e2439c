// SPDX-License-Identifier: MIT
#include "signer/asked_fee.hpp"

#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/fees.hpp"

namespace sniperforge::signer {
namespace {

template <typename Value>
[[nodiscard]] Result<void> set_once(std::optional<Value>& slot, Value value) {
    if (slot) {
        return fail(
            "a second compute budget instruction of its kind, which makes the transaction fail");
    }
    slot = value;
    return {};
}

}  // namespace

// What a version 1 message leaves out is zero there, so it would land, pay and do nothing.
Result<void> AskedFee::read_head(const solana::Message& message) {
    if (message.version != solana::MessageVersion::V1) {
        return {};
    }
    const solana::TransactionConfig& config = message.config;
    if (config.compute_unit_limit.value_or(ComputeUnits{}).is_zero() ||
        config.loaded_accounts_data_size_limit.value_or(0) == 0) {
        return fail(
            "a version 1 message without a compute unit limit or without a loaded accounts data "
            "limit pays its fee and does nothing");
    }
    total_ = config.priority_fee.value_or(Lamports{});
    return {};
}

Result<void> AskedFee::read_instruction(const solana::Message& message, BytesView data) {
    if (message.version == solana::MessageVersion::V1) {
        return fail(
            "a compute budget instruction, which has no effect in a version 1 message: its config "
            "holds fee and limits");
    }
    const auto decoded = solana::decode_compute_budget_instruction(data);
    namespace budget = solana::compute_budget_instruction;
    if (const auto* limit = std::get_if<budget::SetComputeUnitLimit>(&decoded)) {
        return set_once(limit_, limit->limit);
    }
    if (const auto* price = std::get_if<budget::SetComputeUnitPrice>(&decoded)) {
        return set_once(price_, price->price);
    }
    if (const auto* heap = std::get_if<budget::RequestHeapFrame>(&decoded)) {
        return set_once(heap_bytes_, heap->bytes);
    }
    if (const auto* loaded = std::get_if<budget::SetLoadedAccountsDataSizeLimit>(&decoded)) {
        return set_once(loaded_bytes_, loaded->bytes);
    }
    return fail("a compute budget instruction that we cannot read");
}

Lamports AskedFee::priority_fee() const {
    return total_ ? *total_
                  : solana::priority_fee(price_.value_or(ComputeUnitPrice{}),
                                         limit_.value_or(solana::kComputeUnitLimitMax));
}

}  // namespace sniperforge::signer
