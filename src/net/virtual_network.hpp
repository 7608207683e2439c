// SPDX-License-Identifier: MIT
// What stands behind VirtualReactor: the event queue, the ports and the pipes.
#pragma once

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "net/timer_heap.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::net {

// One end of a pipe. What the other end wrote waits in `inbound` until its time of arrival.
struct VirtualEndpoint {
    struct Segment {
        MonoTime arrives_at;
        std::vector<std::uint8_t> bytes;
        std::size_t begin = 0;
    };

    std::uint64_t id = 0;
    std::string name;                // Of the other side, for error texts.
    Duration latency{0};             // One way, the same in both directions.
    StreamEvents* events = nullptr;  // None while being accepted and once closed.
    std::weak_ptr<VirtualEndpoint> peer;
    std::deque<Segment> inbound;
    std::size_t inbound_bytes = 0;
    std::vector<std::uint8_t> early;  // Written before the connection was established.
    bool is_established = false;
    bool is_closed = false;
    bool is_pump_scheduled = false;
    bool has_end = false;  // The peer closed; told to the owner after the last inbound byte.
    MonoTime end_at;
};
using VirtualEndpointPtr = std::shared_ptr<VirtualEndpoint>;

class VirtualNetwork : public std::enable_shared_from_this<VirtualNetwork> {
 public:
    explicit VirtualNetwork(const VirtualOptions& options)
        : options_{options}, clock_{options.start} {}

    [[nodiscard]] MonoTime now() const { return clock_; }
    [[nodiscard]] WallTime wall_now() const {
        return options_.wall_start + (clock_ - options_.start);
    }
    TimerId schedule_at(MonoTime at, Task task);
    void cancel(TimerId timer) { queue_.cancel(timer); }

    [[nodiscard]] std::unique_ptr<ByteStream> connect(const Address& address, StreamEvents& events);
    [[nodiscard]] Result<std::unique_ptr<Listener>> listen(const Address& address,
                                                           AcceptHandler accept);
    void unlisten(const std::string& host, std::uint16_t port);

    void write(const VirtualEndpointPtr& endpoint, std::span<const std::uint8_t> bytes);
    [[nodiscard]] std::size_t queued(const VirtualEndpoint& endpoint) const;
    void close(VirtualEndpoint& endpoint);
    void reset_all();
    void set_latency(const Address& server, Duration one_way);

    [[nodiscard]] VirtualLoad load() const { return {queue_.size(), endpoints_.size()}; }

    // Runs the next event due by `until`; false when there is none.
    [[nodiscard]] bool run_one(MonoTime until);
    void advance_to(MonoTime time) { clock_ = std::max(clock_, time); }
    [[nodiscard]] bool is_stopped() const { return is_stopped_; }
    void set_stopped(bool is_stopped) { is_stopped_ = is_stopped; }

 private:
    struct PortKey {
        std::uint16_t port = 0;
        std::string host;
        [[nodiscard]] auto operator<=>(const PortKey&) const = default;
    };

    [[nodiscard]] VirtualEndpointPtr make_endpoint(std::string name, Duration latency);
    [[nodiscard]] std::shared_ptr<AcceptHandler> find_port(const Address& address) const;
    [[nodiscard]] Duration latency_to(const Address& address) const;
    // The connection request reaches the other side.
    void arrive(const VirtualEndpointPtr& client, const Address& address);
    void establish(const VirtualEndpointPtr& endpoint);
    void schedule_pump(const VirtualEndpointPtr& endpoint);
    void pump(const VirtualEndpointPtr& endpoint);
    void end(const VirtualEndpointPtr& endpoint, const std::string& reason);

    VirtualOptions options_;
    MonoTime clock_;
    TimerHeap queue_;
    std::map<PortKey, std::shared_ptr<AcceptHandler>> ports_;
    std::map<PortKey, Duration> latencies_;
    // Open endpoints in the order they were made.
    std::map<std::uint64_t, std::weak_ptr<VirtualEndpoint>> endpoints_;
    std::uint64_t next_endpoint_id_ = 1;
    bool is_stopped_ = false;
};

}  // namespace sniperforge::net
