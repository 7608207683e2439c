// SPDX-License-Identifier: MIT
// RpcClient: JSON-RPC calls to a pool of endpoints. A call goes to the healthiest endpoint and
// fails over on transport failures, rate limits and gateway errors, never on a genuine node answer;
// a sendTransaction that may have been written is not sent again by itself.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/model/ids.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

struct Endpoint {
    std::string name;  // For logs; the URL is never printed whole.
    std::string url;
    std::string api_key;  // Empty: none.
    std::string api_key_header;
    double requests_per_second = 50;
    std::uint32_t connections = 4;
};

struct ClientOptions {
    Duration timeout = std::chrono::seconds{5};
    std::uint32_t attempts_max = 3;  // Over different endpoints where there are several.
};

template <typename T>
using RpcHandler = std::move_only_function<void(RpcResult<T>)>;

struct EndpointHealth {
    std::string name;
    std::uint64_t requests = 0, failures = 0, rate_limited = 0;
    Duration latency_ewma{0};
    bool is_healthy = true;
};

class RpcClient {
 public:
    RpcClient(net::Reactor& reactor, std::vector<Endpoint> endpoints, ClientOptions options = {});
    ~RpcClient();  // Pending handlers are dropped, not called.
    RpcClient(const RpcClient&) = delete;
    RpcClient& operator=(const RpcClient&) = delete;

    // The raw call: `params` is the JSON of the params array, "[]" for none. The handler gets the
    // JSON of `result`.
    void call(std::string_view method, std::string params, RpcHandler<std::string> handler);

    void get_genesis_hash(RpcHandler<Hash> handler);
    void get_slot(Commitment commitment, RpcHandler<Slot> handler);
    void get_block_height(Commitment commitment, RpcHandler<BlockHeight> handler);
    void get_latest_blockhash(Commitment commitment, RpcHandler<LatestBlockhash> handler);
    void get_balance(const Pubkey& account, Commitment commitment, RpcHandler<Lamports> handler);
    void get_minimum_balance_for_rent_exemption(std::size_t data_length,
                                                RpcHandler<Lamports> handler);
    // At most 100 keys.
    void get_multiple_accounts(std::span<const Pubkey> keys, Commitment commitment,
                               RpcHandler<MultipleAccounts> handler);
    void get_program_accounts(const Pubkey& program, std::size_t data_size, Commitment commitment,
                              RpcHandler<std::vector<AccountData>> handler);
    void get_token_accounts_by_owner(const Pubkey& owner, const Pubkey& token_program,
                                     Commitment commitment,
                                     RpcHandler<std::vector<AccountData>> handler);
    // At most 256 signatures; nothing for one that the node's status cache does not know. The cache
    // covers about the last 150 blocks: older ones are for get_transaction().
    void get_signature_statuses(std::span<const Signature> signatures,
                                RpcHandler<std::vector<std::optional<SignatureStatus>>> handler);
    // Nothing when it is not (yet) visible at `commitment`.
    void get_transaction(const Signature& signature, Commitment commitment,
                         RpcHandler<std::optional<TransactionDetail>> handler);
    // Sends to one endpoint: the healthiest. The result is what the node says, not a landing.
    // `sent_at` (may be null) receives, during the call only, the time the request's last byte was
    // handed to the socket; it stays as it is when the request had to wait for a connection.
    void send_transaction(BytesView wire, bool skip_preflight, MonoTime* sent_at,
                          RpcHandler<Signature> handler);
    void request_airdrop(const Pubkey& account, Lamports amount, RpcHandler<Signature> handler);

    void warm_up();
    [[nodiscard]] std::vector<EndpointHealth> health() const;

 private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace sniperforge::rpc
