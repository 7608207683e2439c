// SPDX-License-Identifier: MIT
// One transaction to every endpoint that may send: its signature makes it one on the chain, however
// often it arrives.
#include <algorithm>
#include <functional>
#include <string_view>
#include <tuple>

#include "rpc/client_state.hpp"

namespace sniperforge::rpc {
namespace {

// More than are under way at any time. One that is forgotten counts as new: it may be sent on
// credit once more.
constexpr std::size_t kBroadcastsRemembered = 256;

[[nodiscard]] MethodIndex send_method() {
    static const MethodIndex kMethod = method_index("sendTransaction");
    return kMethod;
}

}  // namespace

bool RpcClient::State::is_first_broadcast(BytesView wire) {
    const auto hash =
        std::hash<std::string_view>{}({reinterpret_cast<const char*>(wire.data()), wire.size()});
    if (std::find(broadcast_before_.begin(), broadcast_before_.end(), hash) !=
        broadcast_before_.end()) {
        return false;
    }
    broadcast_before_.push_back(hash);
    if (broadcast_before_.size() > kBroadcastsRemembered) {
        broadcast_before_.pop_front();
    }
    return true;
}

// Those in good health that have budget now, fastest first. When no endpoint is like that, the one
// that comes nearest: a transaction is not held back by our own book-keeping. Its repetitions are:
// they may be asked of a broken endpoint, but neither in a pause nor on credit, which would only
// lengthen the pause and starve what comes next.
std::vector<std::size_t> RpcClient::State::broadcast_targets(bool is_first) const {
    const MonoTime now = reactor.now();
    std::vector<std::size_t> senders;
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
        if (endpoints[i]->serves(MethodClass::Send)) {
            senders.push_back(i);
        }
    }
    const auto rank = [&](std::size_t i) {
        const EndpointGauge& gauge = endpoints[i]->gauge;
        return std::tuple{gauge.is_avoided(now, send_method()),
                          gauge.available_at(now, send_method()),
                          gauge.latency(send_method()).average(), i};
    };
    if (!is_first) {
        std::erase_if(senders, [&](std::size_t i) {
            return endpoints[i]->gauge.available_at(now, send_method()) > now;
        });
    }
    std::sort(senders.begin(), senders.end(),
              [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
    const auto ready =
        static_cast<std::size_t>(std::count_if(senders.begin(), senders.end(), [&](std::size_t i) {
            return !endpoints[i]->gauge.is_avoided(now, send_method()) &&
                   endpoints[i]->gauge.available_at(now, send_method()) <= now;
        }));
    senders.resize(std::min(senders.size(), std::max<std::size_t>(ready, 1)));
    return senders;
}

void RpcClient::State::broadcast(BytesView wire, bool skip_preflight, MonoTime* sent_at,
                                 BroadcastHandler handler) {
    const std::vector<std::size_t> targets = broadcast_targets(is_first_broadcast(wire));
    const std::string params = send_params(wire, skip_preflight);
    const std::uint64_t id = next_id_++;
    broadcasts_.emplace(
        id, Broadcast{std::move(handler),
                      BroadcastResult{.accepted = {}, .answers = {}, .waiting = targets.size()}});
    if (targets.empty()) {
        reactor.post([weak = weak_from_this(), id] {
            if (const auto self = weak.lock()) {
                auto node = self->broadcasts_.extract(id);
                node.mapped().handler(std::move(node.mapped().result));
            }
        });
        return;
    }
    const MonoTime now = reactor.now();
    Call call;
    call.method = send_method();
    call.read.commitment = Commitment::Processed;
    for (const std::size_t index : targets) {
        PoolEndpoint& endpoint = *endpoints[index];
        endpoint.gauge.take(now, send_method());
        endpoint.gauge.begin_trial(now, send_method());
        send(*endpoint.sends, make_request(call, index), method_info(send_method()).name, params,
             [id](State& self, const Request& request, Reply reply) {
                 self.on_broadcast_answer(id, request.endpoint, std::move(reply));
             });
        if (sent_at != nullptr && endpoint.sends->last_write_at() >= now) {
            *sent_at = endpoint.sends->last_write_at();
            sent_at = nullptr;  // The first one counts.
        }
    }
}

void RpcClient::State::on_broadcast_answer(std::uint64_t id, std::size_t index, Reply reply) {
    const auto found = broadcasts_.find(id);
    if (found == broadcasts_.end()) {
        return;  // Another endpoint had accepted it.
    }
    Broadcast& broadcast = found->second;
    --broadcast.result.waiting;
    RpcResult<AnswerBody> body =
        reply.body ? RpcResult<AnswerBody>{AnswerBody{std::move(*reply.body), index}}
                   : std::unexpected(std::move(reply.body.error()));
    broadcast.result.answers.push_back({endpoints[index]->name, decode_signature(std::move(body))});
    if (const auto& answer = broadcast.result.answers.back().answer) {
        broadcast.result.accepted = *answer;
    }
    if (!broadcast.result.is_over()) {
        // Nothing but an answer ends a broadcast, and no answer comes from inside a handler.
        return broadcast.handler(broadcast.result);
    }
    auto node = broadcasts_.extract(found);
    node.mapped().handler(std::move(node.mapped().result));
}

}  // namespace sniperforge::rpc
