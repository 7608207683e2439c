// SPDX-License-Identifier: MIT
// What a node does with a transaction before the chain has it.
#include "sim/json_writer.hpp"
#include "sim/rpc_server.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/solana/transaction.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::size_t kDelayedMax = 4'096;

// What a failing preflight carries as `data`.
std::string simulation_json(const SimulationResult& result) {
    std::string text;
    JsonWriter json{text};
    json.begin_object().key("accounts").null().key("err").raw(result.error_json);
    json.key("innerInstructions").null().key("logs");
    json.begin_array();
    for (const std::string& line : result.logs) {
        json.string(line);
    }
    json.end_array();
    json.key("replacementBlockhash").null().key("returnData").null();
    json.key("unitsConsumed").number(result.units_consumed).end_object();
    return text;
}

}  // namespace

std::expected<Signature, SubmitError> RpcServer::submit(BytesView wire, bool skip_preflight) {
    if (sent_listener_) {
        sent_listener_(wire);
    }
    // A node that lags has an old state to simulate on, and may not know the blockhash.
    const bool is_direct = options_.landing_delay_slots == 0 && (view_.is_live() || skip_preflight);
    auto sent =
        is_direct ? chain_.submit(wire, skip_preflight) : submit_later(wire, skip_preflight);
    if (sent && submit_listener_) {
        submit_listener_(*sent);
    }
    return sent;
}

std::expected<void, SubmitError> RpcServer::preflight(BytesView wire) const {
    const auto result = view_.simulate(wire, true, false, {});
    if (!result) {
        return std::unexpected{result.error()};
    }
    if (result->error_json != "null") {
        return std::unexpected{SubmitError{-32002,
                                           "Transaction simulation failed: " + result->error_text,
                                           simulation_json(*result)}};
    }
    return {};
}

std::expected<Signature, SubmitError> RpcServer::lose(BytesView wire, bool skip_preflight) {
    if (!skip_preflight) {
        if (auto passed = preflight(wire); !passed) {
            return std::unexpected{passed.error()};
        }
    }
    const auto transaction = solana::parse_transaction(wire);
    SF_ASSERT(transaction.has_value());  // read_transaction() has seen it.
    return transaction->transaction_id();
}

std::expected<Signature, SubmitError> RpcServer::submit_later(BytesView wire, bool skip_preflight) {
    if (!skip_preflight) {
        if (auto passed = preflight(wire); !passed) {
            return std::unexpected{passed.error()};
        }
    }
    if (options_.landing_delay_slots == 0) {
        return chain_.submit(wire, true);
    }
    const auto transaction = solana::parse_transaction(wire);
    if (!transaction || delayed_.size() >= kDelayedMax) {
        return std::unexpected{SubmitError{-32005, "Node is unhealthy", {}}};
    }
    delayed_.push_back(
        {chain_.slot().plus(options_.landing_delay_slots), Bytes{wire.begin(), wire.end()}});
    return transaction->transaction_id();
}

}  // namespace sniperforge::sim
