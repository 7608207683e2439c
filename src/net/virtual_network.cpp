// SPDX-License-Identifier: MIT
#include "net/virtual_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "sniperforge/core/assert.hpp"

namespace sniperforge::net {

namespace {

// First port given out for port 0: the start of the dynamic range (RFC 6335).
constexpr std::uint16_t kDynamicPortFirst = 49'152;

[[nodiscard]] std::string canonical_host(const std::string& host) {
    return host == "localhost" || host == "::1" ? "127.0.0.1" : host;
}

// The owner's handles. They refer to the network weakly: a test may end its reactor first.
class VirtualStream final : public ByteStream {
 public:
    VirtualStream(std::weak_ptr<VirtualNetwork> network, VirtualEndpointPtr endpoint)
        : network_{std::move(network)}, endpoint_{std::move(endpoint)} {}
    ~VirtualStream() override { VirtualStream::close(); }
    VirtualStream(const VirtualStream&) = delete;
    VirtualStream& operator=(const VirtualStream&) = delete;

    void write(std::span<const std::uint8_t> bytes) override {
        if (const auto network = network_.lock()) {
            network->write(endpoint_, bytes);
        }
    }
    [[nodiscard]] std::size_t queued() const override {
        const auto network = network_.lock();
        return network != nullptr ? network->queued(*endpoint_) : 0;
    }
    void close() override {
        if (const auto network = network_.lock()) {
            network->close(*endpoint_);
        }
    }

 private:
    std::weak_ptr<VirtualNetwork> network_;
    VirtualEndpointPtr endpoint_;
};

class VirtualListener final : public Listener {
 public:
    VirtualListener(std::weak_ptr<VirtualNetwork> network, std::string host, std::uint16_t port)
        : network_{std::move(network)}, host_{std::move(host)}, port_{port} {}
    ~VirtualListener() override {
        if (const auto network = network_.lock()) {
            network->unlisten(host_, port_);
        }
    }
    VirtualListener(const VirtualListener&) = delete;
    VirtualListener& operator=(const VirtualListener&) = delete;
    [[nodiscard]] std::uint16_t port() const override { return port_; }

 private:
    std::weak_ptr<VirtualNetwork> network_;
    std::string host_;
    std::uint16_t port_;
};

}  // namespace

TimerId VirtualNetwork::schedule_at(MonoTime at, Task task) {
    // The past is now: what is due already keeps the order in which it was scheduled.
    return queue_.add(std::max(at, clock_), std::move(task));
}

bool VirtualNetwork::run_one(MonoTime until) {
    if (queue_.is_empty() || queue_.earliest_at() > until) {
        return false;
    }
    clock_ = std::max(clock_, queue_.earliest_at());
    Task task = queue_.take_due(clock_, queue_.next_sequence());
    task();
    return true;
}

VirtualEndpointPtr VirtualNetwork::make_endpoint(std::string name, Duration latency) {
    auto endpoint = std::make_shared<VirtualEndpoint>();
    endpoint->latency = latency;
    endpoint->id = next_endpoint_id_++;
    endpoint->name = std::move(name);
    endpoints_.emplace(endpoint->id, endpoint);
    return endpoint;
}

std::unique_ptr<ByteStream> VirtualNetwork::connect(const Address& address, StreamEvents& events) {
    auto client =
        make_endpoint(fmt::format("{}:{}", address.host, address.port), latency_to(address));
    client->events = &events;
    schedule_at(clock_ + client->latency, [this, client, address] { arrive(client, address); });
    return std::make_unique<VirtualStream>(weak_from_this(), std::move(client));
}

std::shared_ptr<AcceptHandler> VirtualNetwork::find_port(const Address& address) const {
    for (const std::string& host :
         {canonical_host(address.host), std::string{"0.0.0.0"}, std::string{"::"}}) {
        const auto found = ports_.find(PortKey{.port = address.port, .host = host});
        if (found != ports_.end()) {
            return found->second;
        }
    }
    return nullptr;
}

void VirtualNetwork::set_latency(const Address& server, Duration one_way) {
    latencies_.insert_or_assign(PortKey{.port = server.port, .host = canonical_host(server.host)},
                                one_way);
}

Duration VirtualNetwork::latency_to(const Address& address) const {
    const auto found =
        latencies_.find(PortKey{.port = address.port, .host = canonical_host(address.host)});
    return found != latencies_.end() ? found->second : options_.latency;
}

void VirtualNetwork::arrive(const VirtualEndpointPtr& client, const Address& address) {
    if (client->is_closed) {
        return;
    }
    const auto accept = find_port(address);  // Kept alive: the handler may end its own listener.
    if (accept == nullptr) {
        schedule_at(clock_ + client->latency, [this, client] {
            end(client, fmt::format("connecting to {}: connection refused", client->name));
        });
        return;
    }
    auto server = make_endpoint(fmt::format("virtual client {}", client->id), client->latency);
    client->peer = server;
    server->peer = client;
    server->events = (*accept)(std::make_unique<VirtualStream>(weak_from_this(), server));
    if (server->events == nullptr) {
        close(*server);
    } else {
        schedule_at(clock_, [this, server] { establish(server); });
    }
    schedule_at(clock_ + client->latency, [this, client] { establish(client); });
}

void VirtualNetwork::establish(const VirtualEndpointPtr& endpoint) {
    if (endpoint->is_closed) {
        return;
    }
    endpoint->is_established = true;
    if (!endpoint->early.empty()) {
        write(endpoint, std::exchange(endpoint->early, {}));
    }
    endpoint->events->on_connected();
    schedule_pump(endpoint);
}

void VirtualNetwork::write(const VirtualEndpointPtr& endpoint,
                           std::span<const std::uint8_t> bytes) {
    if (endpoint->is_closed || bytes.empty()) {
        return;
    }
    if (!endpoint->is_established) {
        endpoint->early.insert(endpoint->early.end(), bytes.begin(), bytes.end());
        return;
    }
    const VirtualEndpointPtr peer = endpoint->peer.lock();
    if (peer == nullptr || peer->is_closed) {
        return;  // Its end is under way to us.
    }
    peer->inbound.push_back(
        {.arrives_at = clock_ + endpoint->latency, .bytes = {bytes.begin(), bytes.end()}});
    peer->inbound_bytes += bytes.size();
    schedule_pump(peer);
}

std::size_t VirtualNetwork::queued(const VirtualEndpoint& endpoint) const {
    if (endpoint.is_closed) {
        return 0;
    }
    const VirtualEndpointPtr peer = endpoint.peer.lock();
    const std::size_t under_way = peer != nullptr ? peer->inbound_bytes : 0;
    return endpoint.early.size() +
           (under_way > options_.kernel_bytes ? under_way - options_.kernel_bytes : 0);
}

// At most one pump per endpoint is scheduled: for the earliest thing that is to be delivered.
void VirtualNetwork::schedule_pump(const VirtualEndpointPtr& endpoint) {
    if (endpoint->is_closed || endpoint->is_pump_scheduled || !endpoint->is_established ||
        (endpoint->inbound.empty() && !endpoint->has_end)) {
        return;
    }
    endpoint->is_pump_scheduled = true;
    const MonoTime at =
        endpoint->inbound.empty() ? endpoint->end_at : endpoint->inbound.front().arrives_at;
    schedule_at(at, [this, endpoint] { pump(endpoint); });
}

// One on_read(), of what has arrived and fits, or the end. More follows in an event of its own.
void VirtualNetwork::pump(const VirtualEndpointPtr& endpoint) {
    endpoint->is_pump_scheduled = false;
    if (endpoint->is_closed) {
        return;
    }
    if (endpoint->inbound.empty()) {
        if (!endpoint->has_end) {
            return;  // Reset meanwhile: that event is due right after this one.
        }
        end(endpoint, fmt::format("{}: closed by the peer", endpoint->name));
        return;
    }
    std::span<std::uint8_t> buffer = endpoint->events->read_buffer();
    SF_ASSERT(!buffer.empty());
    if (options_.chunk_max > 0) {
        buffer = buffer.first(std::min(buffer.size(), options_.chunk_max));
    }
    std::size_t count = 0;
    while (count < buffer.size() && !endpoint->inbound.empty() &&
           endpoint->inbound.front().arrives_at <= clock_) {
        VirtualEndpoint::Segment& segment = endpoint->inbound.front();
        const std::size_t part =
            std::min(buffer.size() - count, segment.bytes.size() - segment.begin);
        std::memcpy(buffer.data() + count, segment.bytes.data() + segment.begin, part);
        count += part;
        segment.begin += part;
        if (segment.begin == segment.bytes.size()) {
            endpoint->inbound.pop_front();
        }
    }
    endpoint->inbound_bytes -= count;
    endpoint->events->on_read(count, clock_);
    schedule_pump(endpoint);
}

void VirtualNetwork::close(VirtualEndpoint& endpoint) {
    if (std::exchange(endpoint.is_closed, true)) {
        return;
    }
    endpoint.events = nullptr;
    endpoint.inbound.clear();
    endpoint.inbound_bytes = 0;
    endpoints_.erase(endpoint.id);
    if (const VirtualEndpointPtr peer = endpoint.peer.lock(); peer != nullptr && !peer->has_end) {
        peer->has_end = true;
        peer->end_at = clock_ + endpoint.latency;
        schedule_pump(peer);
    }
}

void VirtualNetwork::end(const VirtualEndpointPtr& endpoint, const std::string& reason) {
    StreamEvents* const events = endpoint->events;
    close(*endpoint);
    if (events != nullptr) {
        events->on_closed(Error{reason});
    }
}

Result<std::unique_ptr<Listener>> VirtualNetwork::listen(const Address& address,
                                                         AcceptHandler accept) {
    PortKey key{.port = address.port, .host = canonical_host(address.host)};
    if (key.port == 0) {
        key.port = kDynamicPortFirst;
        while (ports_.contains(key)) {
            ++key.port;
        }
    }
    if (ports_.contains(key)) {
        return fail(fmt::format("listening on {}:{}: address already in use", key.host, key.port));
    }
    auto listener = std::make_unique<VirtualListener>(weak_from_this(), key.host, key.port);
    ports_.emplace(std::move(key), std::make_shared<AcceptHandler>(std::move(accept)));
    return listener;
}

void VirtualNetwork::unlisten(const std::string& host, std::uint16_t port) {
    ports_.erase(PortKey{.port = port, .host = host});
}

void VirtualNetwork::reset_all() {
    for (const auto& [id, weak] : endpoints_) {
        const VirtualEndpointPtr endpoint = weak.lock();
        SF_ASSERT(endpoint != nullptr);  // A stream closes its endpoint before it is gone.
        endpoint->inbound.clear();
        endpoint->inbound_bytes = 0;
        schedule_at(clock_, [this, endpoint] {
            end(endpoint, fmt::format("{}: connection reset", endpoint->name));
        });
    }
}

}  // namespace sniperforge::net
