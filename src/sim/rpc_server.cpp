// SPDX-License-Identifier: MIT
#include "sim/rpc_server.hpp"

#include <algorithm>

namespace sniperforge::sim {

namespace {

// A transaction in base64 is 1,644 bytes; a hundred keys are 5 KB. This is far above both.
constexpr std::size_t kBodyBytesMax = 1U << 20U;
constexpr std::size_t kBatchMax = 100;

void write_failure(std::string& out, std::string_view id, const JsonRpcError& error) {
    JsonWriter json{out};
    json.begin_object().key("jsonrpc").string("2.0").key("error");
    write_error(json, error);
    json.key("id").raw(id).end_object();
}

// The id as it must be echoed; nothing when it is neither number, string nor null.
std::optional<std::string> read_id(const JsonValue& request) {
    JsonValue id;
    if (request["id"].get(id) != simdjson::SUCCESS || id.is_null()) {
        return "null";
    }
    if (!id.is_string() && !id.is_number()) {
        return std::nullopt;
    }
    return simdjson::to_string(id);
}

}  // namespace

RpcServer::RpcServer(Chain& chain, const RpcServerOptions& options, ClusterStatistics& statistics)
    : chain_{chain}, view_{chain}, options_{options}, statistics_{statistics} {}

std::span<const RpcServer::Method> RpcServer::methods() {
    // Sorted by name for the search below.
    static constexpr auto kMethods = std::to_array<Method>({
        {"getAccountInfo", &RpcServer::get_account_info},
        {"getBalance", &RpcServer::get_balance},
        {"getBlockHeight", &RpcServer::get_block_height},
        {"getBlockTime", &RpcServer::get_block_time},
        {"getEpochInfo", &RpcServer::get_epoch_info},
        {"getFeeForMessage", &RpcServer::get_fee_for_message},
        {"getGenesisHash", &RpcServer::get_genesis_hash},
        {"getHealth", &RpcServer::get_health},
        {"getLatestBlockhash", &RpcServer::get_latest_blockhash},
        {"getMinimumBalanceForRentExemption", &RpcServer::get_minimum_balance},
        {"getMultipleAccounts", &RpcServer::get_multiple_accounts},
        {"getProgramAccounts", &RpcServer::get_program_accounts},
        {"getRecentPrioritizationFees", &RpcServer::get_recent_prioritization_fees},
        {"getSignatureStatuses", &RpcServer::get_signature_statuses},
        {"getSignaturesForAddress", &RpcServer::get_signatures_for_address},
        {"getSlot", &RpcServer::get_slot},
        {"getTokenAccountBalance", &RpcServer::get_token_account_balance},
        {"getTokenAccountsByOwner", &RpcServer::get_token_accounts_by_owner},
        {"getTokenLargestAccounts", &RpcServer::get_token_largest_accounts},
        {"getTokenSupply", &RpcServer::get_token_supply},
        {"getTransaction", &RpcServer::get_transaction},
        {"getVersion", &RpcServer::get_version},
        {"isBlockhashValid", &RpcServer::is_blockhash_valid},
        {"requestAirdrop", &RpcServer::request_airdrop},
        {"sendTransaction", &RpcServer::send_transaction},
        {"simulateTransaction", &RpcServer::simulate_transaction},
    });
    return kMethods;
}

std::string RpcServer::handle(std::string_view body) {
    std::string out;
    if (body.size() > kBodyBytesMax) {
        write_failure(
            out, "null",
            {-32600,
             fmt::format("Invalid request: {} bytes, at most {}", body.size(), kBodyBytesMax),
             {}});
        return out;
    }
    JsonValue document;
    if (parser_.parse(body.data(), body.size()).get(document) != simdjson::SUCCESS) {
        write_failure(out, "null", {-32700, "Parse error", {}});
        return out;
    }
    simdjson::dom::array batch;
    if (document.get(batch) != simdjson::SUCCESS) {
        handle_one(document, out);
        return out;
    }
    if (batch.size() == 0 || batch.size() > kBatchMax) {
        write_failure(out, "null",
                      {-32600,
                       fmt::format("Invalid request: a batch holds 1 to {} "
                                   "requests, this one {}",
                                   kBatchMax, batch.size()),
                       {}});
        return out;
    }
    for (const JsonValue request : batch) {
        out += out.empty() ? '[' : ',';
        handle_one(request, out);
    }
    out += ']';
    return out;
}

void RpcServer::handle_one(const JsonValue& request, std::string& out) {
    ++statistics_.rpc_requests;
    const auto id = request.is_object() ? read_id(request) : std::nullopt;
    std::string_view name;
    if (!id || request["method"].get(name) != simdjson::SUCCESS) {
        write_failure(out, id.value_or("null"), {-32600, "Invalid request", {}});
        return;
    }
    const auto found = std::ranges::lower_bound(methods(), name, {}, &Method::name);
    if (found == methods().end() || found->name != name) {
        write_failure(out, *id, {-32601, "Method not found", {}});
        return;
    }
    // `params` may be absent; where it is there it must be an array.
    JsonValue params = no_params();
    if (request["params"].get(params) == simdjson::SUCCESS && !params.is_array() &&
        !params.is_null()) {
        write_failure(out, *id, {-32602, "Invalid params: expected an array", {}});
        return;
    }
    const std::size_t start = out.size();
    ++requests_by_method_[found->name];
    if (refusal_) {
        if (const auto refused = refusal_(name)) {
            write_failure(out, *id, *refused);
            return;
        }
    }
    JsonWriter json{out};
    json.begin_object().key("jsonrpc").string("2.0").key("result");
    if (const Status done = (this->*found->handler)(params, json); !done) {
        out.resize(start);
        write_failure(out, *id, done.error());
        return;
    }
    json.key("id").raw(*id).end_object();
}

RpcServer::Status RpcServer::check_context_slot(const RequestConfig& config) const {
    const Slot slot = told(view_.slot_at(config.commitment));
    if (config.min_context_slot && *config.min_context_slot > slot.value) {
        return std::unexpected{JsonRpcError{-32016, "Minimum context slot has not been reached",
                                            fmt::format("{{\"contextSlot\":{}}}", slot.value)}};
    }
    return {};
}

void RpcServer::on_slot() {
    while (!delayed_.empty() && delayed_.front().due <= chain_.slot()) {
        // What was fine when it was sent may have become worthless; then it simply does not land.
        static_cast<void>(chain_.submit(delayed_.front().wire, true));
        delayed_.pop_front();
    }
}

Commitment reached(const ChainView& view, Slot slot) {
    return slot <= view.slot_at(kFinalized)   ? kFinalized
           : slot <= view.slot_at(kConfirmed) ? kConfirmed
                                              : kProcessed;
}

bool is_visible(const ChainView& view, const Receipt& receipt, Commitment commitment) {
    return receipt.slot <= view.slot_at(commitment);
}

}  // namespace sniperforge::sim
