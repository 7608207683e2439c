// SPDX-License-Identifier: MIT
#include "sim/lane_server.hpp"

#include <algorithm>
#include <array>

#include "sim/wire_limits.hpp"
#include "sniperforge/core/base64.hpp"
#include "sniperforge/sim/genesis.hpp"
#include "sniperforge/solana/compute_budget.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/system_program.hpp"

namespace sniperforge::sim {
namespace {

constexpr int kLaneInvalidParams = -32602;
constexpr int kLaneUnknownMethod = -32601;
constexpr int kLaneCongested = -32097;

// Minimum tips and rates: protocol jito sections 1, 2 and 5. The block engine's one request a
// second is for each client; here all are one.
constexpr Lamports kEngineTipMin{1'000};
constexpr Lamports kSenderTipMin{200'000};
constexpr Lamports kSenderStakedTipMin{5'000};  // With swqos_only.
constexpr std::uint32_t kEngineRate = 1, kSenderRate = 15;
constexpr Lamports kTipAccountLamports{kLamportsPerSol};

const std::array kEngineTipAccounts{
    pubkey_constant("96gYZGLnJYVFmbjzopPSU6QiEV5fGqZNyN9nmNhvrZU5"),
    pubkey_constant("HFqU5x63VTqvQss8hp11i4wVV8bD44PvwucfZ2bU7gRe"),
    pubkey_constant("Cw8CFyM9FkoMi7K7Crf6HNQqf4uEMzpKw6QNghXLvLkY"),
    pubkey_constant("ADaUMid9yfUytqMBgopwjb2DTLSokTSzL1zt6iGPaS49"),
    pubkey_constant("DfXygSm4jCyNCybVYYK6DwvWqjKee8pbDmJGcLWNDXjh"),
    pubkey_constant("ADuUkR4vqLUMWXxW9gh6D6L8pMSawimctcNZ5pGwDcEt"),
    pubkey_constant("DttWaMuVvTiduZRnguLF7jNxTgiMBZ1hyAumKUiL2KRL"),
    pubkey_constant("3AVi9Tg9Uo68tJfuvoKvqKNWKkC5wPdSSdeBnizKZ6jT"),
};
const std::array kStakedTipAccounts{
    pubkey_constant("4ACfpUFoaSD9bfPdeu6DBt89gB6ENTeHBXCAi87NhDEE"),
    pubkey_constant("D2L6yPZ2FmmmTKPgzaMKdhu6EWZcTpLy1Vhx8uvZe7NZ"),
    pubkey_constant("9bnz4RShgq1hAnLnZbP8kbgBg1kEmcJBYQq3gQbmnSta"),
    pubkey_constant("5VY91ws6B2hMmBFRsXkoAAdsPHBJwRfBht4DXox3xkwn"),
    pubkey_constant("2nyhqdwKcJZR2vcqCyrYsaPVdAnFoJjiksCXJ7hfEYgD"),
    pubkey_constant("2q5pghRs6arqVjRvT5gfgWfWcHWmw1ZuCzphgd5KfWGJ"),
    pubkey_constant("wyvPkWjVZz1M8fHQnMMCDTQDbkManefNNhweYk5WkcF"),
    pubkey_constant("3KCKozbAaF75qEU33jtzozcJ29yJuaLJTy2jFdzUY8bT"),
    pubkey_constant("4vieeGHPYPG2MmyPRcYjdiDmmhN3ww7hsFNap8pVN3Ey"),
    pubkey_constant("4TQLFNWK8AovT1gFvda5jfw2oJeRMKEmw7aH6MGBJ3or"),
};

// What landed of late, which here is always the same.
constexpr std::string_view kTipFloor =
    R"([{"time":"2026-01-01T00:00:00Z","landed_tips_25th_percentile":1.2e-06,)"
    R"("landed_tips_50th_percentile":1e-05,"landed_tips_75th_percentile":3.6e-05,)"
    R"("landed_tips_95th_percentile":0.0014,"landed_tips_99th_percentile":0.01,)"
    R"("ema_landed_tips_50th_percentile":9.8e-06}])";

[[nodiscard]] std::string_view path_of(const net::HttpRequest& request) {
    return std::string_view{request.target}.substr(0, request.target.find('?'));
}

[[nodiscard]] net::HttpResponse respond(int status, std::string body,
                                        std::string_view type = "application/json") {
    return {.status = status,
            .headers = {{"content-type", std::string{type}}},
            .body = std::move(body)};
}

[[nodiscard]] std::string failure_json(int code, std::string_view message) {
    std::string text;
    JsonWriter json{text};
    json.begin_object().key("jsonrpc").string("2.0").key("error").begin_object();
    json.key("code").number(code).key("message").string(message).end_object();
    json.key("id").number(1).end_object();
    return text;
}

[[nodiscard]] std::string quoted_json(std::string_view text) {
    std::string out;
    JsonWriter{out}.string(text);
    return out;
}

// What goes to one of the accounts by transfers of the transaction's own, from static accounts.
[[nodiscard]] Lamports tip_in(const solana::Message& message, std::span<const Pubkey> accounts) {
    Lamports tip;
    for (const auto& instruction : message.instructions) {
        const auto decoded = solana::decode_system_instruction(instruction.data);
        const auto* transfer = std::get_if<solana::system_instruction::Transfer>(&decoded);
        if (transfer == nullptr || message.program_id(instruction) != solana::kSystemProgram ||
            instruction.account_indexes.size() < 2 ||
            instruction.account_indexes[1] >= message.account_keys.size()) {
            continue;
        }
        const Pubkey& to = message.account_keys[instruction.account_indexes[1]];
        if (std::ranges::find(accounts, to) != accounts.end()) {
            tip = tip.saturating_add(transfer->lamports);
        }
    }
    return tip;
}

[[nodiscard]] bool has_unit_price(const solana::Message& message) {
    return std::ranges::any_of(message.instructions, [&](const auto& instruction) {
        const auto decoded = solana::decode_compute_budget_instruction(instruction.data);
        return message.program_id(instruction) == solana::kComputeBudgetProgram &&
               std::holds_alternative<solana::compute_budget_instruction::SetComputeUnitPrice>(
                   decoded);
    });
}

[[nodiscard]] bool is_base64(const simdjson::dom::array& params) {
    std::string_view encoding;
    return params.at(1)["encoding"].get(encoding) == simdjson::SUCCESS && encoding == "base64";
}

}  // namespace

Lamports tips_in(const solana::Message& message) {
    return tip_in(message, kEngineTipAccounts).saturating_add(tip_in(message, kStakedTipAccounts));
}

LaneServer::LaneServer(Chain& chain, ClusterStatistics& statistics)
    : chain_{chain}, statistics_{statistics} {
    for (const auto& accounts : {std::span<const Pubkey>{kEngineTipAccounts},
                                 std::span<const Pubkey>{kStakedTipAccounts}}) {
        for (const Pubkey& account : accounts) {
            create_wallet(chain_, account, kTipAccountLamports);
        }
    }
}

bool LaneServer::is_for(const net::HttpRequest& request) {
    const std::string_view path = path_of(request);
    return path.starts_with("/api/v1/") || path == "/fast" || path == "/ping";
}

net::HttpResponse LaneServer::handle(const net::HttpRequest& request, MonoTime now) {
    ++statistics_.lane_requests;
    const std::string_view path = path_of(request);
    if (request.method == "GET" && path == "/ping") {
        return respond(200, "ok", "text/plain");
    }
    if (request.method == "GET" && path == "/api/v1/bundles/tip_floor") {
        return respond(200, std::string{kTipFloor});
    }
    const bool is_sender = path == "/fast";
    const bool is_engine = path == "/api/v1/transactions" || path == "/api/v1/bundles";
    if (request.method != "POST" || (!is_sender && !is_engine)) {
        return respond(404, "Not Found", "text/plain");
    }
    if (is_over_rate(now, is_sender ? kSenderRate : kEngineRate)) {
        return respond(429, failure_json(kLaneCongested,
                                         "Network congested. Endpoint is globally rate limited."));
    }
    const bool is_staked_only = net::query_value(request.target, "swqos_only") == "true";
    const Door door{.tip_accounts = is_sender ? std::span<const Pubkey>{kStakedTipAccounts}
                                              : kEngineTipAccounts,
                    .tip_min = !is_sender       ? kEngineTipMin
                               : is_staked_only ? kSenderStakedTipMin
                                                : kSenderTipMin,
                    .is_sender = is_sender};
    simdjson::dom::element root;
    std::string_view method;
    if (request.body.size() > kRequestBytesMax ||
        parser_.parse(request.body).get(root) != simdjson::SUCCESS ||
        root["method"].get(method) != simdjson::SUCCESS) {
        return respond(400, failure_json(-32700, "Parse error"));
    }
    const Answer answer = dispatch(path, method, root, door);
    if (!answer) {
        return respond(200, failure_json(answer.error().code, answer.error().message));
    }
    return respond(200, R"({"jsonrpc":"2.0","result":)" + *answer + R"(,"id":1})");
}

bool LaneServer::is_over_rate(MonoTime now, std::uint32_t per_second) {
    const std::int64_t second = now.ns / 1'000'000'000;
    if (second != second_) {
        second_ = second;
        second_requests_ = 0;
    }
    return ++second_requests_ > per_second;
}

LaneServer::Answer LaneServer::dispatch(std::string_view path, std::string_view method,
                                        const simdjson::dom::element& request, const Door& door) {
    simdjson::dom::array params;
    const bool has_params = request["params"].get(params) == simdjson::SUCCESS;
    if (method == "getTipAccounts" && path == "/api/v1/bundles") {
        std::string list;
        JsonWriter json{list};
        json.begin_array();
        for (const Pubkey& account : door.tip_accounts) {
            json.string(account.to_string());
        }
        json.end_array();
        return list;
    }
    const bool is_bundle = method == "sendBundle" && path == "/api/v1/bundles";
    if (!is_bundle && (method != "sendTransaction" || path == "/api/v1/bundles")) {
        return std::unexpected{Refused{kLaneUnknownMethod, "Method not found"}};
    }
    if (!has_params || !is_base64(params)) {
        return std::unexpected{Refused{
            kLaneInvalidParams, "transactions are taken with {\"encoding\":\"base64\"} only"}};
    }
    return is_bundle ? send_bundle(params, door) : send_transaction(params, door);
}

LaneServer::Answer LaneServer::send_transaction(const simdjson::dom::array& params,
                                                const Door& door) {
    std::string_view text;
    if (params.at(0).get(text) != simdjson::SUCCESS) {
        return std::unexpected{Refused{kLaneInvalidParams, "argument 0 must be a transaction"}};
    }
    bool is_skipping = false;
    if (door.is_sender &&
        (params.at(1)["skipPreflight"].get(is_skipping) != simdjson::SUCCESS || !is_skipping)) {
        return std::unexpected{Refused{kLaneInvalidParams, "skipPreflight must be true"}};
    }
    return submit(text, door, false);
}

// Of one transaction: the chain here has no order between several that it would keep.
LaneServer::Answer LaneServer::send_bundle(const simdjson::dom::array& params, const Door& door) {
    simdjson::dom::array transactions;
    std::string_view text;
    if (params.at(0).get(transactions) != simdjson::SUCCESS || transactions.size() != 1 ||
        transactions.at(0).get(text) != simdjson::SUCCESS) {
        return std::unexpected{
            Refused{kLaneInvalidParams, "this engine takes bundles of one transaction"}};
    }
    return submit(text, door, true);
}

std::optional<LaneServer::Refused> LaneServer::check(const solana::Transaction& transaction,
                                                     const Door& door) const {
    const solana::Message& message = transaction.message;
    const Lamports tip = tip_in(message, door.tip_accounts);
    if (tip.is_zero() && !door.is_sender) {
        return Refused{kLaneInvalidParams,
                       "Bundles must write lock at least one tip account to be eligible for the "
                       "auction."};
    }
    if (tip < door.tip_min) {
        return Refused{kLaneInvalidParams,
                       fmt::format("a tip of {} lamports, at least {} are asked for", tip.raw(),
                                   door.tip_min.raw())};
    }
    if (door.is_sender && !has_unit_price(message)) {
        return Refused{kLaneInvalidParams, "a compute unit price instruction is asked for"};
    }
    return std::nullopt;
}

LaneServer::Answer LaneServer::submit(std::string_view base64, const Door& door, bool is_bundle) {
    const auto wire =
        base64.size() <= kTransactionBase64Max ? base64_decode(base64) : Result<Bytes>{fail("")};
    if (!wire) {
        return std::unexpected{
            Refused{kLaneInvalidParams, "transaction could not be decoded from base64"}};
    }
    if (sent_listener_) {
        sent_listener_(*wire);
    }
    const auto transaction = solana::parse_transaction(*wire);
    if (!transaction) {
        return std::unexpected{Refused{kLaneInvalidParams, transaction.error().text}};
    }
    if (auto refused = check(*transaction, door)) {
        return std::unexpected{std::move(*refused)};
    }
    const auto sent = chain_.submit(*wire, true);
    if (!sent) {
        return std::unexpected{Refused{sent.error().code, sent.error().message}};
    }
    ++statistics_.lane_transactions;
    // A bundle's id is opaque to whoever sends it.
    return quoted_json(is_bundle ? "bundle-" + sent->to_string() : sent->to_string());
}

}  // namespace sniperforge::sim
