// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/simulation.hpp"

#include <fmt/format.h>

#include "rpc/decode_account.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::rpc {
namespace {

using json::ondemand::object;
using json::ondemand::value;

[[nodiscard]] bool find_present(object& members, std::string_view name, value& out) {
    return json::find_member(members, name, out) && !json::is_null(out, name);
}

void read_simulated_accounts(value list, std::span<const Pubkey> keys, Simulation& out) {
    OwnerCache owners;
    std::size_t i = 0;
    json::for_each(json::to_array(list, "accounts"), "accounts", [&](value account) {
        if (i < keys.size() && !json::is_null(account, "accounts")) {
            AccountData data;
            const AccountFields fields = decode_account(account, data.data, owners);
            data.pubkey = keys[i];
            data.owner = fields.owner;
            data.lamports = fields.lamports;
            data.is_executable = fields.is_executable;
            data.data.resize(fields.data_size);
            out.accounts[i] = std::move(data);
        }
        ++i;
    });
    if (i != keys.size()) {
        json::throw_bad_member("accounts", fmt::format("{} for the {} asked for", i, keys.size()));
    }
}

[[nodiscard]] std::string simulation_params(BytesView wire, std::span<const Pubkey> accounts,
                                            Commitment commitment) {
    std::string list;
    for (const Pubkey& key : accounts) {
        list += fmt::format("{}\"{}\"", list.empty() ? "" : ",", key.to_string());
    }
    return fmt::format(
        R"(["{}",{{"encoding":"base64","commitment":"{}","sigVerify":false,)"
        R"("replaceRecentBlockhash":true,"accounts":{{"encoding":"base64","addresses":[{}]}}}}])",
        base64_encode(wire), to_string(commitment), list);
}

}  // namespace

Result<Simulation> parse_simulation(std::string result, std::span<const Pubkey> accounts) {
    return json::read_document(result, [&](object& members) {
        Simulation out;
        out.accounts.resize(accounts.size());
        auto context = json::object_member(members, "context");
        out.context_slot = Slot{json::u64_member(context, "slot")};
        auto told = json::object_member(members, "value");
        value found;
        if (find_present(told, "accounts", found)) {
            read_simulated_accounts(found, accounts, out);
        }
        out.error = json::to_json_or_empty(json::member(told, "err"), "err");
        if (find_present(told, "logs", found)) {
            json::for_each(json::to_array(found, "logs"), "logs",
                           [&](value line) { out.logs.emplace_back(json::to_text(line, "logs")); });
        }
        if (find_present(told, "unitsConsumed", found)) {
            out.units_consumed = json::to_u64(found, "unitsConsumed");
        }
        return out;
    });
}

void simulate_transaction(RpcClient& client, BytesView wire, std::span<const Pubkey> accounts,
                          Commitment commitment, RpcHandler<Simulation> handler) {
    client.call("simulateTransaction", simulation_params(wire, accounts, commitment),
                [keys = std::vector<Pubkey>{accounts.begin(), accounts.end()},
                 handler = std::move(handler)](RpcResult<std::string> result) mutable {
                    if (!result) {
                        return handler(std::unexpected(std::move(result.error())));
                    }
                    auto parsed = parse_simulation(std::move(*result), keys);
                    if (!parsed) {
                        return handler(std::unexpected(
                            RpcError{.kind = RpcError::Kind::BadReply,
                                     .message = "simulateTransaction: " + parsed.error().text,
                                     .was_written = true}));
                    }
                    handler(std::move(*parsed));
                });
}

}  // namespace sniperforge::rpc
