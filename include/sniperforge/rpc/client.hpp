// SPDX-License-Identifier: MIT
// RpcClient: JSON-RPC calls to a pool of endpoints. A call goes to the healthiest endpoint for its
// method and fails over on transport failures, rate limits and gateway errors, never on a genuine
// node answer; a sendTransaction that may have been written is not sent again by itself.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/model/ids.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/health.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

// What a provider charges for a method; the figures stand in src/rpc/method_table.cpp.
enum class CreditTable : std::uint8_t { Flat, Helius, QuickNode };
[[nodiscard]] std::optional<CreditTable> parse_credit_table(std::string_view text);

struct Endpoint {
    std::string name;  // For logs; the URL is never printed.
    std::string url;
    std::string api_key;  // Empty: none.
    std::string api_key_header;
    double requests_per_second = 50;
    std::uint32_t connections = 4;
    EndpointRole role = EndpointRole::Both;
    // Share of the reads among endpoints that are equally good; the larger is preferred.
    std::uint32_t weight = 1;
    double credits_per_second = 0;  // 0: not billed in credits.
    CreditTable credit_table = CreditTable::Flat;
    std::uint32_t pipeline_depth = 1;  // Cheap reads that may share a connection; 1: none do.
};

struct ClientOptions {
    Duration timeout = std::chrono::seconds{5};
    std::uint32_t attempts_max = 3;  // Over different endpoints where there are several.
    // An endpoint further behind the pool's best slot is not read from while another can be.
    std::uint64_t slot_lag_max = 8;
    // Second requests for reads that take longer than the 95th percentile, relative to all reads.
    std::uint32_t hedge_percent_max = 5;
    // Share of an endpoint's budget that reads leave to transactions.
    std::uint32_t send_reserve_percent = 20;
};

template <typename T>
using RpcHandler = std::move_only_function<void(RpcResult<T>)>;
using BroadcastHandler = std::move_only_function<void(BroadcastResult)>;

// Handlers are never called from inside the call that takes them.
class RpcClient {
 public:
    RpcClient(net::Reactor& reactor, std::vector<Endpoint> endpoints, ClientOptions options = {});
    ~RpcClient();  // Pending handlers are dropped, not called.
    RpcClient(const RpcClient&) = delete;
    RpcClient& operator=(const RpcClient&) = delete;

    // The raw call: `params` is the JSON of the params array, "[]" for none. The handler gets the
    // JSON of `result`.
    void call(std::string_view method, std::string params, RpcHandler<std::string> handler);

    // ---- Reads; those with a Commitment only are at the end ----
    void get_genesis_hash(RpcHandler<Hash> handler);
    void get_slot(const ReadOptions& options, RpcHandler<Slot> handler);
    void get_block_height(const ReadOptions& options, RpcHandler<BlockHeight> handler);
    // Height and slot of the same block (getEpochInfo).
    void get_chain_height(const ReadOptions& options, RpcHandler<ChainHeight> handler);
    void get_latest_blockhash(const ReadOptions& options, RpcHandler<LatestBlockhash> handler);
    // The same from one endpoint and no other: `reader` counts those that may be read from, in the
    // order of the configuration.
    [[nodiscard]] std::size_t readers() const;
    // Those of them that are not left out.
    [[nodiscard]] std::size_t readers_serving() const;
    [[nodiscard]] const std::string& reader_name(std::size_t reader) const;
    void get_chain_height_from(std::size_t reader, Commitment commitment,
                               RpcHandler<ChainHeight> handler);
    void get_latest_blockhash_from(std::size_t reader, Commitment commitment,
                                   RpcHandler<LatestBlockhash> handler);
    void get_balance(const Pubkey& account, const ReadOptions& options,
                     RpcHandler<Balance> handler);
    void get_minimum_balance_for_rent_exemption(std::size_t data_length,
                                                RpcHandler<Lamports> handler);
    // At most 100 keys; with more the handler gets the error that a node would answer.
    void get_multiple_accounts(std::span<const Pubkey> keys, const ReadOptions& options,
                               RpcHandler<MultipleAccounts> handler);
    // The same read from two different endpoints, for what a signature rests on. The second is
    // empty when only one endpoint may be read from, or no other can be reached. What must agree is
    // for the caller to say.
    void get_accounts_from_two(std::span<const Pubkey> keys, const ReadOptions& options,
                               RpcHandler<TwoReads> handler);
    void get_program_accounts(const Pubkey& program, const ProgramFilter& filter,
                              const ReadOptions& options, RpcHandler<KeyedAccounts> handler);
    void get_token_accounts_by_owner(const Pubkey& owner, const Pubkey& token_program,
                                     const ReadOptions& options, RpcHandler<KeyedAccounts> handler);
    // The 20 largest, at any commitment. It takes no minimum slot.
    void get_token_largest_accounts(const Pubkey& mint, const ReadOptions& options,
                                    RpcHandler<LargestAccounts> handler);
    // At most 256 signatures; with more the handler gets the error that a node would answer.
    // Nothing for one that the node does not know. Its silence is worth no more than its context
    // slot: a lagging node has not seen the block yet. That is a processed slot, whatever the
    // statuses say.
    void get_signature_statuses(std::span<const Signature> signatures, StatusSearch search,
                                std::optional<Slot> context_slot_min,
                                RpcHandler<SignatureStatuses> handler);
    // The newest transactions that mention the account, newest first; at most 1,000, at confirmed
    // or finalized.
    void get_signatures_for_address(const Pubkey& account, std::uint32_t limit,
                                    const ReadOptions& options,
                                    RpcHandler<std::vector<SignatureRecord>> handler);
    // Nothing when it is not (yet) visible at the commitment. The method takes no minimum slot: an
    // endpoint that is not known to have come so far is asked for its slot first.
    void get_transaction(const Signature& signature, const ReadOptions& options,
                         RpcHandler<std::optional<TransactionDetail>> handler);

    // ---- Transactions ----
    // Sends to one endpoint: the healthiest. The result is what the node says, not a landing.
    // `sent_at` (may be null) receives, during the call only, the time the request's last byte was
    // handed to the socket; it stays as it is when the request had to wait for a connection.
    void send_transaction(BytesView wire, bool skip_preflight, MonoTime* sent_at,
                          RpcHandler<Signature> handler);
    // Sends to every endpoint with the send role that can take it now, all at once: the signature
    // is the same, so the chain takes it once. The handler is called at each answer, with all there
    // are by then, until the first acceptance or until all have answered (is_over()): a refusal is
    // not kept back for as long as another endpoint hangs. The first broadcast of a transaction
    // goes out in any case, the same bytes once more only within budget and outside pauses: perhaps
    // to no endpoint.
    void broadcast_transaction(BytesView wire, bool skip_preflight, MonoTime* sent_at,
                               BroadcastHandler handler);
    void request_airdrop(const Pubkey& account, Lamports amount, RpcHandler<Signature> handler);

    // ---- The pool ----
    void warm_up();
    // Nothing is asked of this endpoint, sent to it or believed from it until it is admitted: which
    // chain it serves is not known. It keeps its number among the readers.
    void exclude(std::string_view endpoint);
    void admit(std::string_view endpoint);
    // Another source, such as slot notifications, says where an endpoint's node is (processed).
    void note_slot(std::string_view endpoint, Slot slot);
    // The newest slot that any endpoint has answered from or told of.
    [[nodiscard]] std::optional<Slot> slot_best(
        Commitment commitment = Commitment::Processed) const;
    // When the next getMultipleAccounts keeps within some endpoint's budget, and how many may be
    // under way at once: what those need to know who fill them as late as possible.
    [[nodiscard]] MonoTime read_available_at() const;
    [[nodiscard]] std::size_t read_connections() const;
    [[nodiscard]] std::vector<EndpointHealth> health() const;

    // ---- Reads at a commitment, whatever the slot ----
    void get_slot(Commitment commitment, RpcHandler<Slot> handler) {
        get_slot(ReadOptions{.commitment = commitment}, std::move(handler));
    }
    void get_chain_height(Commitment commitment, RpcHandler<ChainHeight> handler) {
        get_chain_height(ReadOptions{.commitment = commitment}, std::move(handler));
    }
    void get_block_height(Commitment commitment, RpcHandler<BlockHeight> handler) {
        get_block_height(ReadOptions{.commitment = commitment}, std::move(handler));
    }
    void get_latest_blockhash(Commitment commitment, RpcHandler<LatestBlockhash> handler) {
        get_latest_blockhash(ReadOptions{.commitment = commitment}, std::move(handler));
    }
    void get_balance(const Pubkey& account, Commitment commitment, RpcHandler<Balance> handler) {
        get_balance(account, ReadOptions{.commitment = commitment}, std::move(handler));
    }
    void get_multiple_accounts(std::span<const Pubkey> keys, Commitment commitment,
                               RpcHandler<MultipleAccounts> handler) {
        get_multiple_accounts(keys, ReadOptions{.commitment = commitment}, std::move(handler));
    }
    void get_program_accounts(const Pubkey& program, const ProgramFilter& filter,
                              Commitment commitment, RpcHandler<KeyedAccounts> handler) {
        get_program_accounts(program, filter, ReadOptions{.commitment = commitment},
                             std::move(handler));
    }
    void get_token_accounts_by_owner(const Pubkey& owner, const Pubkey& token_program,
                                     Commitment commitment, RpcHandler<KeyedAccounts> handler) {
        get_token_accounts_by_owner(owner, token_program, ReadOptions{.commitment = commitment},
                                    std::move(handler));
    }
    void get_signature_statuses(std::span<const Signature> signatures, StatusSearch search,
                                RpcHandler<SignatureStatuses> handler) {
        get_signature_statuses(signatures, search, std::nullopt, std::move(handler));
    }
    void get_transaction(const Signature& signature, Commitment commitment,
                         RpcHandler<std::optional<TransactionDetail>> handler) {
        get_transaction(signature, ReadOptions{.commitment = commitment}, std::move(handler));
    }

 private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sniperforge::rpc
