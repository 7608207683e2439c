// SPDX-License-Identifier: MIT
// Answers of a Solana node, decoded: what the typed calls of RpcClient return.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"

namespace sniperforge::rpc {

// Why a call has no result.
struct RpcError {
    enum class Kind : std::uint8_t {
        Transport,  // No answer: connect, timeout, closed. `was_written` tells whether it went out.
        RateLimited,  // HTTP 429, or the provider's way of saying so.
        Http,         // Another HTTP status than 200.
        Node,         // The node answered with a JSON-RPC error: a genuine answer.
        BadReply,     // 200, but not what the method returns.
    };
    Kind kind = Kind::Transport;
    int code = 0;  // HTTP status or JSON-RPC code.
    std::string message{};
    std::string data{};  // The error's data member as JSON, or empty.
    bool was_written = false;

    [[nodiscard]] std::string text() const;  // For people.
};

template <typename T>
using RpcResult = std::expected<T, RpcError>;

struct LatestBlockhash {
    Hash blockhash;
    BlockHeight last_valid_height;
    Slot context_slot;
};

struct AccountData {
    Pubkey pubkey;
    Pubkey owner;
    Lamports lamports;
    bool is_executable = false;
    Bytes data;
};

struct MultipleAccounts {
    Slot context_slot;
    std::vector<std::optional<AccountData>>
        accounts;  // In request order; nothing: no such account.
};

struct SignatureStatus {
    Slot slot;
    std::string error;          // Empty on success, else the chain's err as JSON.
    bool is_confirmed = false;  // Confirmed or finalized.
    bool is_finalized = false;
};

struct TokenBalance {
    std::size_t account_index = 0;
    Pubkey mint;
    Pubkey owner;
    TokenAmount amount;
};

// getTransaction, json encoding: what accounting needs.
struct TransactionDetail {
    Slot slot;
    std::string error;  // As SignatureStatus.
    Lamports fee;
    std::vector<Pubkey> account_keys;  // Static, loaded writable, loaded readonly.
    std::size_t signatures = 1;
    std::vector<Lamports> pre_balances, post_balances;
    std::vector<TokenBalance> pre_token_balances, post_token_balances;
};

}  // namespace sniperforge::rpc
