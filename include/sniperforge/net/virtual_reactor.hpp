// SPDX-License-Identifier: MIT
// A whole network in one process under virtual time: streams are in-memory pipes with a delay,
// time jumps to the next event. The same calls in the same order give the same run, to the byte.
#pragma once

#include <memory>

#include "sniperforge/net/reactor.hpp"

namespace sniperforge::net {

struct VirtualOptions {
    MonoTime start{0};
    WallTime wall_start{1'767'225'600'000'000'000};  // 2026-01-01 00:00:00 UTC.
    // One-way delay of every byte, in order within a stream.
    Duration latency = std::chrono::microseconds{200};
    // Largest chunk one on_read() sees: small values tear frames on purpose. 0: no limit.
    std::size_t chunk_max = 0;
    // What the two kernels would hold of a connection: bytes under way beyond it are queued().
    std::size_t kernel_bytes = 256U << 10U;
};

// What waits, and who is connected: both sides of each stream count.
struct VirtualLoad {
    std::size_t tasks = 0, streams = 0;
};

// Listeners are found by host and port ("localhost" and "::1" are 127.0.0.1; 0.0.0.0 and "::" take
// every host), so one run can hold many servers under their own names. There is no TLS here:
// Address::is_tls is ignored and bytes travel plain.
class VirtualReactor final : public Reactor {
 public:
    explicit VirtualReactor(const VirtualOptions& options = {});
    ~VirtualReactor() override;

    [[nodiscard]] MonoTime now() const override;
    [[nodiscard]] WallTime wall_now() const override;
    TimerId schedule_at(MonoTime at, Task task) override;
    void cancel(TimerId timer) override;
    // Runs after everything already due at the current virtual instant. Same thread only here.
    void post(Task task) override;
    [[nodiscard]] std::unique_ptr<ByteStream> connect(const Address& address,
                                                      StreamEvents& events) override;
    [[nodiscard]] Result<std::unique_ptr<Listener>> listen(const Address& address,
                                                           AcceptHandler accept) override;
    // Until stop(), or until nothing is scheduled any more.
    void run() override;
    void stop() override;

    // One-way delay of streams that are made to this host and port from now on, in place of
    // VirtualOptions::latency: the nodes of one run may be at different distances.
    void set_latency(const Address& server, Duration one_way);

    [[nodiscard]] VirtualLoad load() const;

    // Runs what is due until `until`, then sets the clock to it.
    void run_until(MonoTime until);

    // Faults, for tests and the simulation: every open stream ends as if the network had failed.
    void reset_all_streams();

 private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace sniperforge::net
