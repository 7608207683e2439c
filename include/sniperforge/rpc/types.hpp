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
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/transaction.hpp"

namespace sniperforge::rpc {

// How a read is to be answered.
struct ReadOptions {
    Commitment commitment = Commitment::Confirmed;
    // Answers from before this slot are refused, wherever they come from: the node is asked for it
    // where the method allows (minContextSlot), and held to it where its answer tells its slot.
    // Without an endpoint that has come so far the error is Node, kMinContextSlotNotReached.
    std::optional<Slot> context_slot_min{};
};

// "Minimum context slot has not been reached" (protocol rpc 2.3).
inline constexpr int kMinContextSlotNotReached = -32016;

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
    int code = 0;           // HTTP status or JSON-RPC code.
    std::string message{};  // At most 512 printable characters of a node's.
    std::string data{};     // The error's data member as JSON, cut after 4,096 bytes, or empty.
    bool was_written = false;

    // A transaction of which this is the answer went no further: not a byte of it left us, or the
    // endpoint turned the request away before it looked at it (limits, keys, a method it does not
    // serve, a node that is behind). Says nothing about the transaction itself.
    [[nodiscard]] bool is_not_taken() const;
    // A node looked at the transaction and will not forward it, for what is wrong with it: not for
    // the node's own trouble, nor because it is in a block already.
    [[nodiscard]] bool is_refusal() const;
    [[nodiscard]] std::string text() const;  // For people.
};

template <typename T>
using RpcResult = std::expected<T, RpcError>;

// The slots below are those whose state the node answered from.
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

struct Balance {
    Slot context_slot;
    Lamports lamports;
};

// Accounts that a node found, in no particular order.
struct KeyedAccounts {
    Slot context_slot;  // 0 from a node that ignores withContext.
    std::vector<AccountData> accounts;
};

// The largest token accounts of a mint, largest first; 20 at most.
struct LargestAccounts {
    struct Entry {
        Pubkey account;
        TokenAmount amount;
    };
    Slot context_slot;
    std::vector<Entry> accounts;
};

struct MultipleAccounts {
    Slot context_slot;
    std::vector<std::optional<AccountData>>
        accounts;  // In request order; nothing: no such account.
};

// One read from each of two endpoints.
struct TwoReads {
    MultipleAccounts first;
    std::optional<MultipleAccounts> second;
    // Why there is no second: no other endpoint could be reached. It neither agrees nor disagrees.
    std::optional<RpcError> second_unreached;
};

// One block of one node: a block height alone does not say how new the node is.
struct ChainHeight {
    Slot slot;
    BlockHeight height;
};

struct SignatureStatus {
    Slot slot;
    std::string error;          // Empty on success, else the chain's err as JSON.
    bool is_confirmed = false;  // Confirmed or finalized.
    bool is_finalized = false;
};

struct SignatureStatuses {
    Slot context_slot;  // The node's processed slot: what it does not know of later ones says
                        // nothing.
    std::vector<std::optional<SignatureStatus>> statuses;  // In request order; nothing: not known.
};

// How far back a node looks for a signature.
enum class StatusSearch : std::uint8_t {
    Recent,   // Its status cache: the last 150 blocks or so.
    History,  // Its whole ledger too, which costs it more.
};

struct TokenBalance {
    std::size_t account_index = 0;
    Pubkey mint;
    std::optional<Pubkey> owner;  // The system program's is all zeros; nothing: not recorded.
    TokenAmount amount;
    Pubkey program{};  // Token program; zero when the node did not record it.
};

// Accounts of a program to list or to listen to: of this length and beginning with these bytes; 0
// and none: of any.
struct ProgramFilter {
    std::uint64_t data_size = 0;
    std::vector<std::uint8_t> begin{};  // At most 128, what a node takes.

    [[nodiscard]] auto operator<=>(const ProgramFilter&) const = default;
};

// One line of getSignaturesForAddress.
struct SignatureRecord {
    Signature signature;
    Slot slot;
    bool is_failed = false;
};

// getTransaction, json encoding: what accounting needs, and what was called.
struct TransactionDetail {
    Slot slot;
    std::string error;  // As SignatureStatus.
    // Of a failed one: the programs that failed, as the node's logs tell it, the innermost first.
    // Empty when they were cut off before.
    std::vector<Pubkey> programs_failed;
    Lamports fee;
    std::vector<Pubkey> account_keys;  // Static, loaded writable, loaded readonly.
    std::size_t signatures = 1;
    std::vector<Lamports> pre_balances, post_balances;
    std::vector<TokenBalance> pre_token_balances, post_token_balances;
    // Both lists were there. A node that does not record them says nothing of tokens, which is not
    // that none moved.
    bool are_token_balances_told = true;
    // By account: what the message says of it. Empty when the answer had no header.
    std::vector<bool> are_signers, are_writable;
    // Top-level and inner, in the order they ran; of jsonParsed answers without those that the node
    // shows in its own words.
    std::vector<ChainInstruction> instructions;
};
// Whose failure a log line of the runtime tells of; nothing: it is another line.
[[nodiscard]] std::optional<Pubkey> program_failed(std::string_view log_line);
// The same as one value; `signature` is what was asked for.
[[nodiscard]] ChainTransaction to_chain_transaction(TransactionDetail detail,
                                                    const Signature& signature);

// What became of a transaction that was sent to several endpoints at once.
struct BroadcastResult {
    struct Answer {
        std::string endpoint;
        RpcResult<Signature> answer;
    };
    std::optional<Signature> accepted;  // By the first that took it; the rest may still be asked.
    std::vector<Answer> answers;        // In the order in which they came.
    std::size_t waiting = 0;            // Endpoints that were asked and have not answered yet.

    // Nothing more is told of this broadcast.
    [[nodiscard]] bool is_over() const { return accepted || waiting == 0; }
    // Nothing is on its way: every endpoint that was asked answered, and each of them either did
    // not take it or refused it.
    [[nodiscard]] bool is_nowhere() const;
    // As is_nowhere(), and some node looked at it and said why.
    [[nodiscard]] bool is_refused() const { return is_nowhere() && has_refusal(); }
    // Some node looked at it and will not forward it, whatever the others may do.
    [[nodiscard]] bool has_refusal() const;
    // For people: who said what, in at most 512 characters each.
    [[nodiscard]] std::string text() const;
};

}  // namespace sniperforge::rpc
