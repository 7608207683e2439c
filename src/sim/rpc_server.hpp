// SPDX-License-Identifier: MIT
// The JSON-RPC face of the simulated cluster: request text in, response text out. Shapes, codes and
// messages follow protocol rpc and rpc-examples. Holds no state but what is in flight to the chain.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/chain_view.hpp"
#include "sim/json_account.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/sim/cluster.hpp"

namespace sniperforge::sim {

struct RpcServerOptions {
    Slot first_slot;  // Of the chain: the oldest one that getBlockTime knows.
    Duration slot_duration{0};
    std::uint64_t epoch_slots = 432'000;
    std::uint32_t landing_delay_slots = 0;  // Sent transactions reach the chain so much later.
};

class RpcServer {
 public:
    // Gives a wallet lamports; the signature of the transfer, or why not.
    using Airdrop = std::function<Result<Signature>(const Pubkey&, Lamports)>;

    // `chain` and `statistics` must outlive the server.
    RpcServer(Chain& chain, const RpcServerOptions& options, ClusterStatistics& statistics);

    // One request or a batch. Always answers, also to what is no JSON.
    [[nodiscard]] std::string handle(std::string_view body);
    // Call after each advance_slot(): hands over transactions whose delay has passed.
    void on_slot();

    // What the answers are about: live, unless its owner moves it.
    [[nodiscard]] ChainView& view() { return view_; }
    // Requests of known methods. The names live as long as the program.
    [[nodiscard]] const std::map<std::string_view, std::uint64_t>& requests_by_method() const {
        return requests_by_method_;
    }
    // Asked before each method runs: an error is the answer instead.
    using Refusal = std::function<std::optional<JsonRpcError>(std::string_view method)>;
    void set_refusal(Refusal refusal) { refusal_ = std::move(refusal); }
    // What becomes of a transaction that is sent: told truly, lost behind its signature, or sent
    // and answered with an error.
    enum class SendFate : std::uint8_t { True, Lost, SentWithError };
    void set_send_fate(std::function<SendFate()> fate) { send_fate_ = std::move(fate); }
    // Whether getSignatureStatuses keeps the transaction's status back.
    void set_status_filter(std::function<bool(const Receipt&)> is_withheld) {
        is_status_withheld_ = std::move(is_withheld);
    }
    // Whether getTokenAccountsByOwner leaves the account at hand out.
    void set_account_filter(std::function<bool()> is_omitted) {
        is_account_omitted_ = std::move(is_omitted);
    }
    // Whether getTransaction knows nothing of one that is there.
    void set_transaction_filter(std::function<bool(const Signature&)> is_unserved) {
        is_transaction_unserved_ = std::move(is_unserved);
    }
    // What is told in the place of a slot, and of a height.
    void set_slot_filter(std::function<Slot(Slot)> told) { told_slot_ = std::move(told); }
    void set_height_filter(std::function<BlockHeight(BlockHeight)> told) {
        told_height_ = std::move(told);
    }
    void set_airdrop(Airdrop airdrop) { airdrop_ = std::move(airdrop); }
    // Told of each transaction that was accepted for sending.
    void set_submit_listener(std::function<void(const Signature&)> listener) {
        submit_listener_ = std::move(listener);
    }
    // Told of each transaction that arrives, accepted or not.
    void set_sent_listener(std::function<void(BytesView wire)> listener) {
        sent_listener_ = std::move(listener);
    }

 private:
    using Status = JsonRpcResult<void>;
    using Handler = Status (RpcServer::*)(const JsonValue& params, JsonWriter& json);
    struct Method {
        std::string_view name;
        Handler handler;
    };
    static std::span<const Method> methods();

    void handle_one(const JsonValue& request, std::string& out);

    // ---- Chain (rpc_server_chain.cpp) ----
    Status get_health(const JsonValue& params, JsonWriter& json);
    Status get_version(const JsonValue& params, JsonWriter& json);
    Status get_genesis_hash(const JsonValue& params, JsonWriter& json);
    Status get_slot(const JsonValue& params, JsonWriter& json);
    Status get_block_height(const JsonValue& params, JsonWriter& json);
    Status get_block_time(const JsonValue& params, JsonWriter& json);
    Status get_epoch_info(const JsonValue& params, JsonWriter& json);
    Status get_latest_blockhash(const JsonValue& params, JsonWriter& json);
    Status is_blockhash_valid(const JsonValue& params, JsonWriter& json);
    Status get_fee_for_message(const JsonValue& params, JsonWriter& json);
    Status get_minimum_balance(const JsonValue& params, JsonWriter& json);
    Status get_recent_prioritization_fees(const JsonValue& params, JsonWriter& json);
    Status request_airdrop(const JsonValue& params, JsonWriter& json);

    // ---- Accounts (rpc_server_accounts.cpp) ----
    Status get_account_info(const JsonValue& params, JsonWriter& json);
    Status get_multiple_accounts(const JsonValue& params, JsonWriter& json);
    Status get_program_accounts(const JsonValue& params, JsonWriter& json);
    Status get_balance(const JsonValue& params, JsonWriter& json);
    Status get_token_accounts_by_owner(const JsonValue& params, JsonWriter& json);
    Status get_token_account_balance(const JsonValue& params, JsonWriter& json);
    Status get_token_supply(const JsonValue& params, JsonWriter& json);
    Status get_token_largest_accounts(const JsonValue& params, JsonWriter& json);

    // ---- Transactions (rpc_server_transactions.cpp) ----
    Status send_transaction(const JsonValue& params, JsonWriter& json);
    Status simulate_transaction(const JsonValue& params, JsonWriter& json);
    Status get_signature_statuses(const JsonValue& params, JsonWriter& json);
    Status get_signatures_for_address(const JsonValue& params, JsonWriter& json);
    Status get_transaction(const JsonValue& params, JsonWriter& json);

    [[nodiscard]] Slot told(Slot slot) const { return told_slot_ ? told_slot_(slot) : slot; }
    [[nodiscard]] BlockHeight told(BlockHeight height) const {
        return told_height_ ? told_height_(height) : height;
    }
    // Refuses a minContextSlot that is not reached yet.
    [[nodiscard]] Status check_context_slot(const RequestConfig& config) const;
    [[nodiscard]] std::expected<Signature, SubmitError> submit(BytesView wire, bool skip_preflight);
    // On the state that the node has.
    [[nodiscard]] std::expected<void, SubmitError> preflight(BytesView wire) const;
    // Checks as submit() does and forgets it.
    [[nodiscard]] std::expected<Signature, SubmitError> lose(BytesView wire, bool skip_preflight);
    // Preflight now, the chain after landing_delay_slots.
    [[nodiscard]] std::expected<Signature, SubmitError> submit_later(BytesView wire,
                                                                     bool skip_preflight);

    Chain& chain_;
    ChainView view_;
    RpcServerOptions options_;
    ClusterStatistics& statistics_;
    std::map<std::string_view, std::uint64_t> requests_by_method_;
    Refusal refusal_;
    std::function<SendFate()> send_fate_;
    std::function<bool(const Receipt&)> is_status_withheld_;
    std::function<bool()> is_account_omitted_;
    std::function<bool(const Signature&)> is_transaction_unserved_;
    std::function<Slot(Slot)> told_slot_;
    std::function<BlockHeight(BlockHeight)> told_height_;
    Airdrop airdrop_;
    std::function<void(const Signature&)> submit_listener_;
    std::function<void(BytesView wire)> sent_listener_;
    simdjson::dom::parser parser_;
    struct Delayed {
        Slot due;
        Bytes wire;
    };
    std::deque<Delayed> delayed_;  // In the order of `due`.
};

// How a receipt looks at a commitment: visible or not (yet).
[[nodiscard]] bool is_visible(const ChainView& view, const Receipt& receipt, Commitment commitment);
// processed, confirmed or finalized, as far as the receipt's slot has come.
[[nodiscard]] Commitment reached(const ChainView& view, Slot slot);

}  // namespace sniperforge::sim
