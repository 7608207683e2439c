// SPDX-License-Identifier: MIT
// Chain's doors: submit, simulate, execute_unsigned. Error forms: protocol rpc section 2.3 and
// rpc-examples.
#include <fmt/format.h>

#include <algorithm>

#include "sim/chain_state.hpp"
#include "sim/reshape.hpp"
#include "sim/wire_limits.hpp"

namespace sniperforge::sim {
namespace {

constexpr int kInvalidParams = -32602;
constexpr int kPreflightFailure = -32002;
constexpr int kSignatureFailure = -32003;
constexpr int kInternalError = -32603;

// Transactions that wait for a block; a node forgets more than that too.
constexpr std::size_t kQueueMax = 4'096;

SubmitError invalid_params(std::string message) { return {kInvalidParams, std::move(message), {}}; }

std::expected<solana::Transaction, SubmitError> decode(BytesView wire) {
    if (auto refused = too_large(wire)) {
        return std::unexpected{invalid_params(std::move(*refused))};
    }
    auto transaction = solana::parse_transaction(wire);
    if (!transaction) {
        return std::unexpected{invalid_params(fmt::format(
            "failed to deserialize {}: {}", kTransactionTypeName, transaction.error().text))};
    }
    return std::move(*transaction);
}

std::string preflight_data(const Processed& processed) {
    std::string logs;
    for (const std::string& line : processed.receipt.logs) {
        logs += (logs.empty() ? "" : ",") + json_quoted(line);
    }
    return fmt::format(
        "{{\"accounts\":null,\"err\":{},\"innerInstructions\":null,\"logs\":[{}],"
        "\"replacementBlockhash\":null,\"returnData\":null,\"unitsConsumed\":{}}}",
        processed.receipt.error_json, logs, processed.receipt.compute_units_consumed);
}

SubmitError preflight_failure(const Processed& processed) {
    return {kPreflightFailure,
            fmt::format("Transaction simulation failed: {}", processed.error->text),
            preflight_data(processed)};
}

SubmitError signature_failure() {
    return {kSignatureFailure, "Transaction signature verification failure", {}};
}

// The wire form of the market's own transactions: signature slots that nobody verifies.
Bytes with_signatures(BytesView message, std::size_t count, const Signature& first) {
    Bytes wire;
    wire.push_back(static_cast<std::uint8_t>(count));
    append(wire, first.bytes);
    wire.resize(1 + count * Signature::kSize, 0);
    append(wire, message);
    return wire;
}

}  // namespace

void ChainState::run_queue() {
    std::deque<Queued> waiting;
    waiting.swap(queue);
    for (Queued& queued : waiting) {
        if (options.landing_miss_probability > 0 && rng.chance(options.landing_miss_probability)) {
            queue.push_back(std::move(queued));
            continue;
        }
        queued_signatures.erase(queued.signature);
        const auto transaction = solana::parse_transaction(BytesView{queued.wire});
        SF_ASSERT(transaction.has_value());
        if (queue_watcher != nullptr) {
            queue_watcher->before_queued(queued.wire);
        }
        auto processed = process(*transaction, {});
        if (processed.is_landed) {
            apply(std::move(processed), queued.wire, false);
        }
        if (queue_watcher != nullptr) {
            queue_watcher->behind_queued();
        }
    }
    if (queue_watcher != nullptr) {
        queue_watcher->behind_all_queued();
    }
}

std::expected<Signature, SubmitError> Chain::submit(BytesView wire, bool skip_preflight) {
    const auto transaction = decode(wire);
    if (!transaction) {
        return std::unexpected{transaction.error()};
    }
    State& state = *state_;
    const Signature& id = transaction->transaction_id();
    // Preflight says so of what has run already.
    if (state.queued_signatures.contains(id) || (skip_preflight && state.executed.contains(id))) {
        return id;
    }
    if (!skip_preflight) {
        if (!solana::verify_signatures(*transaction)) {
            return std::unexpected{signature_failure()};
        }
        ProcessOptions options;
        options.verify_signatures = false;
        const auto processed = state.process(*transaction, options);
        if (processed.error) {
            return std::unexpected{preflight_failure(processed)};
        }
    }
    if (state.queue.size() >= kQueueMax) {
        return std::unexpected{
            SubmitError{kInternalError,
                        fmt::format("{} transactions wait already: send later", kQueueMax),
                        {}}};
    }
    const bool is_dropped =
        state.options.drop_probability > 0 && state.rng.chance(state.options.drop_probability);
    if (!is_dropped) {
        state.queue.push_back({id, Bytes{wire.begin(), wire.end()}});
        state.queued_signatures.insert(id);
    }
    return id;
}

std::expected<SimulationResult, SubmitError> Chain::simulate(
    BytesView wire, bool verify_signatures, bool replace_blockhash,
    const std::vector<Pubkey>& accounts_wanted, std::optional<Slot> as_of) const {
    if (verify_signatures && replace_blockhash) {
        return std::unexpected{
            invalid_params("sigVerify may not be used with replaceRecentBlockhash")};
    }
    const auto transaction = decode(wire);
    if (!transaction) {
        return std::unexpected{transaction.error()};
    }
    if (verify_signatures && !solana::verify_signatures(*transaction)) {
        return std::unexpected{signature_failure()};
    }
    const auto processed = state_->process(*transaction, {false, !replace_blockhash, true, as_of});
    SimulationResult result;
    result.error_json = processed.receipt.error_json;
    result.error_text = processed.error ? processed.error->text : std::string{};
    result.logs = processed.receipt.logs;
    result.units_consumed = processed.receipt.compute_units_consumed;
    result.loaded_accounts_data_size = processed.loaded_accounts_data_size;
    for (const Pubkey& wanted : accounts_wanted) {
        const auto loaded = std::ranges::find(processed.accounts, wanted, &LoadedAccount::key);
        const Account* unloaded = as_of ? state_->find_at(wanted, *as_of) : state_->find(wanted);
        const Account* account = loaded != processed.accounts.end() ? &loaded->account : unloaded;
        const bool exists = account != nullptr && !account->lamports.is_zero();
        result.accounts.push_back(exists ? std::optional{*account} : std::nullopt);
    }
    return result;
}

std::optional<Lamports> Chain::fee_for_message(BytesView message, std::optional<Slot> as_of) const {
    const auto parsed = solana::parse_message(message);
    if (!parsed || !state_->is_alive(*parsed, as_of.value_or(state_->slot))) {
        return std::nullopt;
    }
    const auto budget = compute_budget_of(*parsed);
    if (!budget) {
        return std::nullopt;
    }
    return Lamports{fee_of(*parsed, *budget)};
}

Result<Signature> Chain::execute_unsigned(const Pubkey& fee_payer,
                                          const std::vector<solana::Instruction>& instructions) {
    auto reshaped = instructions;
    for (solana::Instruction& instruction : reshaped) {
        add_reshaped_accounts(state_->reshaped, instruction);
    }
    const auto message = solana::compile_message(fee_payer, reshaped, state_->blocks.back().hash);
    if (!message) {
        return fail("compiling the market's transaction", message.error());
    }
    const auto parsed = solana::parse_message(BytesView{*message});
    if (!parsed) {
        return fail("compiling the market's transaction", parsed.error());
    }
    Signature signature;
    state_->signature_rng.fill(signature.bytes);
    const Bytes wire = with_signatures(*message, parsed->header.num_required_signatures, signature);
    const auto transaction = solana::parse_transaction(BytesView{wire});
    if (!transaction) {
        return fail("reading the market's transaction back", transaction.error());
    }
    auto processed = state_->process(*transaction, {false, false, false, {}});
    if (processed.error) {
        const auto& logs = processed.receipt.logs;
        return fail(fmt::format(
            "executing {} instructions of {}: {}{}{}", instructions.size(), fee_payer.to_string(),
            processed.error->text,
            logs.empty() ? "" : "; last log: ", logs.empty() ? std::string{} : logs.back()));
    }
    state_->open_slot();
    state_->apply(std::move(processed), wire, true);
    return signature;
}

}  // namespace sniperforge::sim
