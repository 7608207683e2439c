// SPDX-License-Identifier: MIT
// The inside of RpcClient: endpoints with their connections, and calls on their way through them.
// client.cpp carries a call, client_choice.cpp picks the endpoint, client_health.cpp learns from
// the answers, client_broadcast.cpp sends transactions to all.
#pragma once

#include <fmt/format.h>

#include <bitset>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "rpc/endpoint.hpp"
#include "rpc/reply.hpp"
#include "rpc/slot_board.hpp"
#include "sniperforge/rpc/client.hpp"

namespace sniperforge::rpc {

struct PoolEndpoint {
    std::string name;
    EndpointRole role = EndpointRole::Both;
    std::uint32_t weight = 1;
    std::string target;
    std::vector<net::HttpHeader> headers;
    std::uint32_t connections = 1;
    net::SecretScrubber secrets;
    // Transactions have connections of their own, so that none waits behind a bulk read. Both are
    // null when the URL cannot be read.
    std::unique_ptr<net::HttpClient> reads, sends;
    EndpointGauge gauge;
    std::uint64_t requests = 0, failures = 0, rate_limited = 0, hedges = 0;
    std::uint64_t share = 0;  // Of the reads so far, divided by the weight: fair queueing.
    std::bitset<kMethodCount> probes_pending;
    bool is_slot_probe_pending = false;
    std::string pause_reason;  // The last answer that asked for one.

    bool is_excluded = false;  // RpcClient::exclude().

    [[nodiscard]] bool serves(MethodClass method_class) const {
        return !is_excluded && has_role(method_class);
    }
    [[nodiscard]] bool has_role(MethodClass method_class) const {
        return reads && role != (method_class == MethodClass::Send ? EndpointRole::Read
                                                                   : EndpointRole::Send);
    }
};

// Whether a request that may have arrived may be sent once more.
enum class Repeat : std::uint8_t { Allowed, OnlyIfUnwritten };

// The body of an answer, its envelope checked, and who gave it.
struct AnswerBody {
    std::string text;
    std::size_t endpoint = 0;
};

struct Call {
    MethodIndex method = 0;
    std::string_view method_literal;
    std::string method_text;  // Instead of a literal.
    std::string params;
    ReadOptions read;
    bool is_slot_checked = false;  // The method cannot: an endpoint's slot must be known first.
    Repeat repeat = Repeat::Allowed;
    MonoTime* sent_at = nullptr;
    RpcHandler<AnswerBody> handler;
    std::uint32_t attempts = 0;
    std::uint32_t under_way = 0;
    std::vector<std::uint32_t> tries;  // By endpoint.
    std::vector<bool> forbidden;       // By endpoint: it would only say the same again.
    // Of the last attempt. Before the first: why there is none.
    std::optional<RpcError> error;
    net::TimerId hedge_timer = 0;

    [[nodiscard]] std::string_view name() const {
        return method_text.empty() ? method_literal : std::string_view{method_text};
    }
};

struct Broadcast {
    BroadcastHandler handler;
    BroadcastResult result;
};

struct RpcClient::State : std::enable_shared_from_this<RpcClient::State> {
    using CallId = std::uint64_t;

    State(net::Reactor& reactor_in, const std::vector<Endpoint>& endpoints_in,
          ClientOptions options_in);

    using AccountsHandler =
        std::move_only_function<void(RpcResult<MultipleAccounts>, std::size_t endpoint)>;

    void start(Call call);
    // At one endpoint and no other; `reader` counts those that may be read from.
    void start_at(std::size_t reader, Call call);
    void ask_height_and_slot(std::size_t reader, Commitment commitment,
                             RpcHandler<ChainHeight> handler);
    [[nodiscard]] std::vector<std::size_t> readers() const;
    [[nodiscard]] std::size_t readers_serving() const;
    // Reads once more, from any endpoint but this one.
    void read_from_another(std::span<const Pubkey> keys, const ReadOptions& read,
                           std::size_t endpoint, TwoReads reads, RpcHandler<TwoReads> handler);
    void broadcast(BytesView wire, bool skip_preflight, MonoTime* sent_at,
                   BroadcastHandler handler);
    [[nodiscard]] static Call accounts_call(std::span<const Pubkey> keys, const ReadOptions& read,
                                            AccountsHandler handler);
    [[nodiscard]] static std::string send_params(BytesView wire, bool skip_preflight);
    [[nodiscard]] static RpcResult<Signature> decode_signature(RpcResult<AnswerBody> body);
    void note_slot(std::string_view endpoint, Slot slot);
    // Null: there is none of that name.
    [[nodiscard]] PoolEndpoint* find(std::string_view endpoint);

    net::Reactor& reactor;
    ClientOptions options;
    std::vector<std::unique_ptr<PoolEndpoint>> endpoints;
    SlotBoard board;

 private:
    struct Choice {
        std::size_t endpoint = 0;
        Duration delay{0};
    };
    // One request on its way.
    struct Request {
        std::uint64_t id = 0;
        std::size_t endpoint = 0;
        MethodIndex method = 0;
        Commitment commitment = Commitment::Processed;
        MonoTime issued_at;
        std::optional<Slot> slot_expected;  // The best at that time.
        std::optional<Slot> slot_min;       // An answer from before it is none.
    };

    // ---- A call's way (client.cpp) ----
    void attempt(CallId id);
    void refuse(CallId id, RpcError error);
    [[nodiscard]] RpcError nobody_error(const Call& call) const;
    [[nodiscard]] RpcError budget_error(const Call& call) const;
    void take_turn(CallId id, std::size_t index);
    void begin(CallId id, std::size_t index);
    void issue(CallId id, std::size_t index);
    void write(CallId id, Call& call, std::size_t index);
    void check_slot(CallId id, const Call& call, std::size_t index);
    void on_answer(CallId id, const Request& request, Reply reply);
    void finish(CallId id, RpcResult<AnswerBody> result);
    void arm_hedge(CallId id, Call& call, std::size_t index);
    void hedge(CallId id);
    [[nodiscard]] Request make_request(const Call& call, std::size_t index);
    // Sends it; `then(request, reply)` is called after the pool has learnt from the answer.
    template <typename Then>
    void send(net::HttpClient& http, const Request& request, std::string_view method_name,
              std::string_view params, Then then);

    // ---- Choosing (client_choice.cpp) ----
    [[nodiscard]] std::optional<Choice> choose(const Call& call);
    [[nodiscard]] std::optional<Choice> choose_hedge(const Call& call);

    // ---- Learning (client_health.cpp) ----
    [[nodiscard]] Reply read(const Request& request, net::HttpResult answer);
    // Learns from the answer, says what has changed, and has it looked after.
    void note(const Request& request, const Reply& reply);
    void learn(const Request& request, const Reply& reply);
    [[nodiscard]] static bool is_finality_awaited(const Request& request, const Reply& reply);
    void schedule_probes(std::size_t index, MethodIndex method);
    void probe(std::size_t index, MethodIndex method);
    void schedule_slot_probe(std::size_t index);

    // ---- Transactions (client_broadcast.cpp) ----
    // The transaction is broadcast for the first time, as far back as is remembered.
    [[nodiscard]] bool is_first_broadcast(BytesView wire);
    [[nodiscard]] std::vector<std::size_t> broadcast_targets(bool is_first) const;
    void on_broadcast_answer(std::uint64_t id, std::size_t index, Reply reply);

    std::unordered_map<CallId, Call> calls_;
    std::unordered_map<std::uint64_t, Broadcast> broadcasts_;
    std::deque<std::size_t> broadcast_before_;  // Hashes of transactions, the oldest first.
    std::uint64_t next_id_ = 1;
    std::uint64_t share_now_ = 0;     // The share of the endpoint that was read from last.
    std::uint64_t hedge_budget_ = 0;  // In hundredths of a request.
};

template <typename Then>
void RpcClient::State::send(net::HttpClient& http, const Request& request,
                            std::string_view method_name, std::string_view params, Then then) {
    PoolEndpoint& endpoint = *endpoints[request.endpoint];
    ++endpoint.requests;
    net::HttpRequest message;
    message.target = endpoint.target;
    message.headers = endpoint.headers;
    message.may_pipeline = method_info(request.method).is_cheap;
    message.body = fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{}}})",
                               request.id, method_name, params);
    http.request(std::move(message), [weak = weak_from_this(), request,
                                      then = std::move(then)](net::HttpResult answer) mutable {
        if (const auto self = weak.lock()) {
            Reply reply = self->read(request, std::move(answer));
            self->note(request, reply);
            then(*self, request, std::move(reply));
        }
    });
}

}  // namespace sniperforge::rpc
