// SPDX-License-Identifier: MIT
// Subscribing and unsubscribing.
#include <algorithm>

#include "sim/pubsub.hpp"

namespace sniperforge::sim {

namespace {

// Every pool of a full book with its vaults, and room: bounds what one client can make us keep.
constexpr std::size_t kSubscriptionsPerPeerMax = 100'000;

void erase_id(std::vector<std::uint64_t>& ids, std::uint64_t id) {
    std::erase(ids, id);  // The order of the others stays: it is the order of delivery.
}

template <typename Map, typename Key>
void erase_from(Map& map, const Key& key, std::uint64_t id) {
    if (const auto found = map.find(key); found != map.end()) {
        erase_id(found->second, id);
        if (found->second.empty()) {
            map.erase(found);
        }
    }
}

JsonRpcError refusal() {
    return {-32600,
            fmt::format("Internal Error: Subscription refused. Node subscription limit of {} "
                        "reached",
                        kSubscriptionsPerPeerMax),
            {}};
}

std::string failure_text(std::string_view id, const JsonRpcError& error) {
    std::string text;
    JsonWriter json{text};
    json.begin_object().key("jsonrpc").string("2.0").key("error");
    write_error(json, error);
    json.key("id").raw(id).end_object();
    return text;
}

}  // namespace

std::span<const PubSub::Method> PubSub::methods() {
    static constexpr auto kMethods = std::to_array<Method>({
        {"accountSubscribe", Kind::Account, true},
        {"accountUnsubscribe", Kind::Account, false},
        {"logsSubscribe", Kind::Logs, true},
        {"logsUnsubscribe", Kind::Logs, false},
        {"programSubscribe", Kind::Program, true},
        {"programUnsubscribe", Kind::Program, false},
        {"rootSubscribe", Kind::Root, true},
        {"rootUnsubscribe", Kind::Root, false},
        {"signatureSubscribe", Kind::Signature, true},
        {"signatureUnsubscribe", Kind::Signature, false},
        {"slotSubscribe", Kind::Slot, true},
        {"slotUnsubscribe", Kind::Slot, false},
    });
    return kMethods;
}

void PubSub::on_peer_open(net::WebSocketPeer& peer) {
    auto entry = std::make_unique<Peer>();
    entry->socket = &peer;
    peers_[&peer] = std::move(entry);
}

void PubSub::on_peer_close(net::WebSocketPeer& peer) {
    const auto found = peers_.find(&peer);
    if (found == peers_.end()) {
        return;
    }
    outlet_->on_peer_gone(peer);
    for (const Id id : std::set<Id>{found->second->subscriptions}) {
        remove(id);
    }
    peers_.erase(found);
}

void PubSub::on_peer_message(net::WebSocketPeer& socket, std::string_view message) {
    const auto found = peers_.find(&socket);
    if (found == peers_.end()) {
        return;
    }
    JsonValue request;
    if (parser_.parse(message.data(), message.size()).get(request) != simdjson::SUCCESS) {
        outlet_->answer(socket, failure_text("null", {-32700, "Parse error", {}}));
        return;
    }
    handle(*found->second, request);
}

void PubSub::handle(Peer& peer, const JsonValue& request) {
    ++statistics_.rpc_requests;
    std::string id = "null";
    if (JsonValue value;
        request["id"].get(value) == simdjson::SUCCESS && (value.is_number() || value.is_string())) {
        id = simdjson::to_string(value);
    }
    std::string_view name;
    if (request["method"].get(name) != simdjson::SUCCESS) {
        outlet_->answer(*peer.socket, failure_text(id, {-32600, "Invalid request", {}}));
        return;
    }
    const auto method = std::ranges::find(methods(), name, &Method::name);
    if (method == methods().end()) {
        outlet_->answer(*peer.socket, failure_text(id, {-32601, "Method not found", {}}));
        return;
    }
    JsonValue params = no_params();
    if (request["params"].get(params) != simdjson::SUCCESS) {
        params = no_params();
    }
    std::string text;
    JsonWriter json{text};
    json.begin_object().key("jsonrpc").string("2.0").key("result");
    std::optional<Id> subscribed;
    if (method->is_subscribe) {
        const auto verdict = outlet_->judge_subscribe();
        if (verdict == PubSubOutlet::Verdict::Ignore) {
            return;
        }
        const auto done = verdict == PubSubOutlet::Verdict::Refuse
                              ? JsonRpcResult<Id>{std::unexpected{refusal()}}
                              : subscribe(peer, method->kind, params);
        if (!done) {
            outlet_->answer(*peer.socket, failure_text(id, done.error()));
            return;
        }
        subscribed = *done;
        json.number(*done);
    } else {
        if (const Status done = unsubscribe(peer, method->kind, params); !done) {
            outlet_->answer(*peer.socket, failure_text(id, done.error()));
            return;
        }
        json.boolean(true);
    }
    json.key("id").raw(id).end_object();
    outlet_->answer(*peer.socket, text);
    if (subscribed) {
        tell_past(*subscribed);
    }
}

JsonRpcResult<PubSub::Subscription> PubSub::read_subscription(Kind kind,
                                                              const JsonValue& params) const {
    Subscription subscription;
    subscription.kind = kind;
    if (kind == Kind::Slot || kind == Kind::Root) {
        subscription.config.commitment = kProcessed;
        return subscription;
    }
    auto config = read_config(params, 1);
    if (!config) {
        return std::unexpected{config.error()};
    }
    subscription.config = std::move(*config);
    if (kind == Kind::Account || kind == Kind::Program) {
        const auto key = pubkey_parameter(params, 0);
        if (!key) {
            return std::unexpected{key.error()};
        }
        subscription.key = *key;
        return subscription;
    }
    if (kind == Kind::Signature) {
        const auto text = string_parameter(params, 0);
        if (!text) {
            return std::unexpected{text.error()};
        }
        const auto signature = Signature::parse(*text);
        if (!signature) {
            return invalid_params("Invalid param: " + signature.error().text);
        }
        subscription.signature = *signature;
        if (const auto object = parameter(params, 1)) {
            const auto wants = member_bool(*object, "enableReceivedNotification", false);
            if (!wants) {
                return std::unexpected{wants.error()};
            }
            subscription.wants_received = *wants;
        }
        return subscription;
    }
    if (auto read = read_logs_filter(params, subscription); !read) {
        return std::unexpected{read.error()};
    }
    return subscription;
}

PubSub::Status PubSub::read_logs_filter(const JsonValue& params, Subscription& subscription) {
    const auto filter = parameter(params, 0);
    std::string_view name;
    if (filter && filter->get(name) == simdjson::SUCCESS &&
        (name == "all" || name == "allWithVotes")) {
        subscription.is_all = true;
        return {};
    }
    simdjson::dom::array mentions;
    if (!filter || (*filter)["mentions"].get(mentions) != simdjson::SUCCESS) {
        return invalid_params(
            "Invalid params: 'all', 'allWithVotes' or {mentions: [one public key]} is needed");
    }
    JsonValue mention;
    if (mentions.size() != 1 || mentions.at(0).get(mention) != simdjson::SUCCESS) {
        return invalid_params("Invalid Request: Only 1 address supported");
    }
    const auto key = read_pubkey(mention);
    if (!key) {
        return std::unexpected{key.error()};
    }
    subscription.key = *key;
    return {};
}

JsonRpcResult<PubSub::Id> PubSub::subscribe(Peer& peer, Kind kind, const JsonValue& params) {
    auto subscription = read_subscription(kind, params);
    if (!subscription) {
        return std::unexpected{subscription.error()};
    }
    if (peer.subscriptions.size() >= kSubscriptionsPerPeerMax) {
        return std::unexpected{refusal()};
    }
    subscription->peer = &peer;
    const Id id = next_id_++;
    index(id, *subscription);
    peer.subscriptions.insert(id);
    subscriptions_.emplace(id, std::move(*subscription));
    return id;
}

PubSub::Status PubSub::unsubscribe(Peer& peer, Kind kind, const JsonValue& params) {
    Id id = 0;
    const auto value = parameter(params, 0);
    if (!value || value->get(id) != simdjson::SUCCESS) {
        return invalid_params("Invalid params: a subscription id is needed");
    }
    if (!peer.subscriptions.contains(id) || subscriptions_.at(id).kind != kind) {
        return invalid_params("Invalid subscription id.");
    }
    if (!outlet_->is_unsubscribe_ignored()) {
        remove(id);
    }
    return {};
}

void PubSub::index(Id id, const Subscription& subscription) {
    switch (subscription.kind) {
        case Kind::Account:
            by_account_[subscription.key].push_back(id);
            break;
        case Kind::Program:
            by_program_[subscription.key].push_back(id);
            break;
        case Kind::Logs:
            (subscription.is_all ? all_logs_ : by_mention_[subscription.key]).push_back(id);
            break;
        case Kind::Signature:
            by_signature_[subscription.signature].push_back(id);
            break;
        case Kind::Slot:
            slots_.push_back(id);
            break;
        case Kind::Root:
            roots_.push_back(id);
            break;
    }
}

void PubSub::remove(Id id) {
    const auto found = subscriptions_.find(id);
    const Subscription& subscription = found->second;
    switch (subscription.kind) {
        case Kind::Account:
            erase_from(by_account_, subscription.key, id);
            break;
        case Kind::Program:
            erase_from(by_program_, subscription.key, id);
            break;
        case Kind::Logs:
            if (subscription.is_all) {
                erase_id(all_logs_, id);
            } else {
                erase_from(by_mention_, subscription.key, id);
            }
            break;
        case Kind::Signature:
            erase_from(by_signature_, subscription.signature, id);
            break;
        case Kind::Slot:
            erase_id(slots_, id);
            break;
        case Kind::Root:
            erase_id(roots_, id);
            break;
    }
    subscription.peer->subscriptions.erase(id);
    subscriptions_.erase(found);
}

}  // namespace sniperforge::sim
