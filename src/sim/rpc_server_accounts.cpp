// SPDX-License-Identifier: MIT
// Methods that read accounts. Unless ChainOptions::are_reads_at_commitment every answer is of the
// node's newest slot, which its context says, whatever commitment was asked for.
#include <algorithm>

#include "sim/json_parsed_account.hpp"
#include "sim/rpc_server.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::sim {

namespace {

constexpr std::size_t kAccountsMax = 100;
constexpr std::size_t kLargestMax = 20;

std::optional<solana::TokenAccount> token_account_of(const Account& account) {
    if (!solana::is_token_program(account.owner)) {
        return std::nullopt;
    }
    auto decoded = solana::decode_token_account(account.data);
    return decoded ? std::optional{*decoded} : std::nullopt;
}

JsonRpcResult<solana::Mint> read_mint(const ChainView& view, const Pubkey& key,
                                      Commitment commitment) {
    const Account* account = view.account(key, commitment);
    if (account == nullptr) {
        return invalid_params("Invalid param: could not find mint");
    }
    auto mint = solana::is_token_program(account->owner) ? solana::decode_mint(account->data)
                                                         : Result<solana::Mint>{fail("not a mint")};
    if (!mint) {
        return invalid_params("Invalid param: not a Token mint");
    }
    return *mint;
}

// Finds accounts of the state that the request is answered with.
AccountFinder finder(const ChainView& view, const RequestConfig& config) {
    return [&view, commitment = config.commitment](const Pubkey& key) {
        return view.account(key, commitment);
    };
}

void write_keyed_account(JsonWriter& json, const Pubkey& key, const Account& account,
                         const RequestConfig& config, const AccountFinder& find) {
    json.begin_object().key("account");
    write_account(json, account, config.encoding, config.slice, find);
    json.key("pubkey").string(key.to_string()).end_object();
}

}  // namespace

RpcServer::Status RpcServer::get_account_info(const JsonValue& params, JsonWriter& json) {
    const auto key = pubkey_parameter(params, 0);
    const auto config = read_config(params, 1);
    if (!key || !config) {
        return std::unexpected{key ? config.error() : key.error()};
    }
    if (auto reached_slot = check_context_slot(*config); !reached_slot) {
        return reached_slot;
    }
    const Account* account = view_.account(*key, config->commitment);
    begin_context(json, view_.read_slot(config->commitment));
    if (account == nullptr) {
        json.null();
    } else {
        if (auto encodable = check_encodable(*account, *config); !encodable) {
            return encodable;
        }
        write_account(json, *account, config->encoding, config->slice, finder(view_, *config));
    }
    json.end_object();
    return {};
}

RpcServer::Status RpcServer::get_multiple_accounts(const JsonValue& params, JsonWriter& json) {
    const auto value = parameter(params, 0);
    const auto config = read_config(params, 1);
    simdjson::dom::array keys;
    if (!value || value->get(keys) != simdjson::SUCCESS) {
        return invalid_params("Invalid params: an array of public keys is needed");
    }
    if (!config) {
        return std::unexpected{config.error()};
    }
    if (keys.size() > kAccountsMax) {
        return invalid_params(fmt::format("Too many inputs provided; max {}", kAccountsMax));
    }
    if (auto reached_slot = check_context_slot(*config); !reached_slot) {
        return reached_slot;
    }
    begin_context(json, view_.read_slot(config->commitment));
    json.begin_array();
    for (const JsonValue item : keys) {
        const auto key = read_pubkey(item);
        if (!key) {
            return std::unexpected{key.error()};
        }
        const Account* account = view_.account(*key, config->commitment);
        if (account == nullptr) {
            json.null();
            continue;
        }
        if (auto encodable = check_encodable(*account, *config); !encodable) {
            return encodable;
        }
        write_account(json, *account, config->encoding, config->slice, finder(view_, *config));
    }
    json.end_array().end_object();
    return {};
}

RpcServer::Status RpcServer::get_program_accounts(const JsonValue& params, JsonWriter& json) {
    const auto program = pubkey_parameter(params, 0);
    const auto config = read_config(params, 1);
    if (!program || !config) {
        return std::unexpected{program ? config.error() : program.error()};
    }
    if (auto reached_slot = check_context_slot(*config); !reached_slot) {
        return reached_slot;
    }
    if (config->is_with_context) {
        begin_context(json, view_.read_slot(config->commitment));
    }
    const AccountFinder find = finder(view_, *config);
    json.begin_array();
    for (const Pubkey& key : view_.accounts_owned_by(*program, config->commitment)) {
        const Account* account = view_.account(key, config->commitment);
        if (!config->filters.match(*account) || !is_listed(*account, config->encoding, find)) {
            continue;
        }
        if (auto encodable = check_encodable(*account, *config); !encodable) {
            return encodable;
        }
        write_keyed_account(json, key, *account, *config, find);
    }
    json.end_array();
    if (config->is_with_context) {
        json.end_object();
    }
    return {};
}

RpcServer::Status RpcServer::get_balance(const JsonValue& params, JsonWriter& json) {
    const auto key = pubkey_parameter(params, 0);
    const auto config = read_config(params, 1);
    if (!key || !config) {
        return std::unexpected{key ? config.error() : key.error()};
    }
    if (auto reached_slot = check_context_slot(*config); !reached_slot) {
        return reached_slot;
    }
    const Account* account = view_.account(*key, config->commitment);
    begin_context(json, view_.read_slot(config->commitment));
    json.number(account == nullptr ? std::uint64_t{0} : account->lamports.raw()).end_object();
    return {};
}

RpcServer::Status RpcServer::get_token_accounts_by_owner(const JsonValue& params,
                                                         JsonWriter& json) {
    const auto owner = pubkey_parameter(params, 0);
    const auto filter = parameter(params, 1);
    const auto config = read_config(params, 2);
    if (!owner || !config) {
        return std::unexpected{owner ? config.error() : owner.error()};
    }
    JsonValue mint_value;
    JsonValue program_value;
    const bool has_mint = filter && (*filter)["mint"].get(mint_value) == simdjson::SUCCESS;
    const bool has_program =
        filter && (*filter)["programId"].get(program_value) == simdjson::SUCCESS;
    if (has_mint == has_program) {
        return invalid_params("Invalid params: {mint} or {programId} is needed");
    }
    const auto key = read_pubkey(has_mint ? mint_value : program_value);
    if (!key) {
        return std::unexpected{key.error()};
    }
    Pubkey program = *key;
    if (has_mint) {
        if (auto mint = read_mint(view_, *key, config->commitment); !mint) {
            return std::unexpected{mint.error()};
        }
        program = view_.account(*key, config->commitment)->owner;
    } else if (!solana::is_token_program(program)) {
        return invalid_params("Invalid param: unrecognized Token program id");
    }
    const AccountFinder find = finder(view_, *config);
    begin_context(json, view_.read_slot(config->commitment));
    json.begin_array();
    for (const Pubkey& candidate : view_.accounts_owned_by(program, config->commitment)) {
        const Account* account = view_.account(candidate, config->commitment);
        const auto token = token_account_of(*account);
        if (!token || token->owner != *owner || (has_mint && token->mint != *key) ||
            !is_listed(*account, config->encoding, find) ||
            (is_account_omitted_ && is_account_omitted_())) {
            continue;
        }
        if (auto encodable = check_encodable(*account, *config); !encodable) {
            return encodable;
        }
        write_keyed_account(json, candidate, *account, *config, find);
    }
    json.end_array().end_object();
    return {};
}

RpcServer::Status RpcServer::get_token_account_balance(const JsonValue& params, JsonWriter& json) {
    const auto key = pubkey_parameter(params, 0);
    const auto config = read_config(params, 1);
    if (!key || !config) {
        return std::unexpected{key ? config.error() : key.error()};
    }
    const Account* account = view_.account(*key, config->commitment);
    if (account == nullptr) {
        return invalid_params("Invalid param: could not find account");
    }
    const auto token = token_account_of(*account);
    if (!token) {
        return invalid_params("Invalid param: not a Token account");
    }
    const auto mint = read_mint(view_, token->mint, config->commitment);
    if (!mint) {
        return std::unexpected{mint.error()};
    }
    begin_context(json, view_.read_slot(config->commitment));
    write_token_amount(json, token->amount.raw(), mint->decimals);
    json.end_object();
    return {};
}

RpcServer::Status RpcServer::get_token_supply(const JsonValue& params, JsonWriter& json) {
    const auto key = pubkey_parameter(params, 0);
    const auto config = read_config(params, 1);
    if (!key || !config) {
        return std::unexpected{key ? config.error() : key.error()};
    }
    const auto mint = read_mint(view_, *key, config->commitment);
    if (!mint) {
        return std::unexpected{mint.error()};
    }
    begin_context(json, view_.read_slot(config->commitment));
    write_token_amount(json, mint->supply.raw(), mint->decimals);
    json.end_object();
    return {};
}

RpcServer::Status RpcServer::get_token_largest_accounts(const JsonValue& params, JsonWriter& json) {
    const auto key = pubkey_parameter(params, 0);
    const auto config = read_config(params, 1);
    if (!key || !config) {
        return std::unexpected{key ? config.error() : key.error()};
    }
    const auto mint = read_mint(view_, *key, config->commitment);
    if (!mint) {
        return std::unexpected{mint.error()};
    }
    struct Holder {
        Pubkey account;
        std::uint64_t amount = 0;
    };
    std::vector<Holder> holders;
    const Pubkey program = view_.account(*key, config->commitment)->owner;
    for (const Pubkey& candidate : view_.accounts_owned_by(program, config->commitment)) {
        const auto token = token_account_of(*view_.account(candidate, config->commitment));
        if (token && token->mint == *key && !token->amount.is_zero()) {
            holders.push_back({candidate, token->amount.raw()});
        }
    }
    // Largest first; equal amounts in key order.
    std::ranges::sort(holders, [](const Holder& a, const Holder& b) {
        return a.amount != b.amount ? a.amount > b.amount : a.account < b.account;
    });
    holders.resize(std::min(holders.size(), kLargestMax));
    begin_context(json, view_.read_slot(config->commitment));
    json.begin_array();
    for (const Holder& holder : holders) {
        json.begin_object().key("address").string(holder.account.to_string());
        write_token_amount(json, holder.amount, mint->decimals, true);
        json.end_object();
    }
    json.end_array().end_object();
    return {};
}

}  // namespace sniperforge::sim
