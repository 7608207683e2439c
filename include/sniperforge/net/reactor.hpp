// SPDX-License-Identifier: MIT
// The outside world as the program sees it: time, timers, byte streams and listeners. Two
// implementations: Asio sockets and real clocks (make_asio_reactor), in-memory streams and virtual
// time (VirtualReactor). Protocol code above cannot tell which one it runs on.
//
// Everything here belongs to one thread, the one that calls run(); only post() may be called from
// others. Streams and listeners must be gone before their reactor. A stream may be deleted at any
// time, also from inside one of its own events.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/core/clock.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"

namespace sniperforge::net {

// Where to connect. `host` is a name or an address; TLS verifies against `host`.
struct Address {
    std::string host;
    std::uint16_t port = 0;
    bool is_tls = false;

    [[nodiscard]] bool operator==(const Address&) const = default;
};

// What a byte stream tells its owner. No call is made from inside connect(), write() or close().
class StreamEvents {
 public:
    virtual ~StreamEvents() = default;
    virtual void on_connected() = 0;
    // Where the next received bytes go; must not be empty. The stream reads straight into it.
    [[nodiscard]] virtual std::span<std::uint8_t> read_buffer() = 0;
    // `count` bytes arrived in the span that read_buffer() returned; `at` was taken just before
    // the read returned them, the start of every tick-to-send.
    virtual void on_read(std::size_t count, MonoTime at) = 0;
    // The stream ended: by the peer, by an error or by a failed connect. Last call; not made after
    // our own close().
    virtual void on_closed(const Error& reason) = 0;
};

class ByteStream {
 public:
    virtual ~ByteStream() = default;  // Closes.
    // Sends what the kernel takes at once, synchronously, and queues the rest in order.
    virtual void write(std::span<const std::uint8_t> bytes) = 0;
    // Bytes queued and not yet taken: the owner bounds its own writing with it.
    [[nodiscard]] virtual std::size_t queued() const = 0;
    // Ends the stream at once; no further events.
    virtual void close() = 0;
};

class Listener {
 public:
    virtual ~Listener() = default;  // Stops listening; accepted streams live on.
    [[nodiscard]] virtual std::uint16_t port() const = 0;
};

// Gives each accepted stream its owner; null refuses it. Events of the stream start after the call
// returns; on_connected() is the first.
using AcceptHandler = std::function<StreamEvents*(std::unique_ptr<ByteStream>)>;

// Identifies a pending timer; 0 is none.
using TimerId = std::uint64_t;
using Task = std::move_only_function<void()>;

// Counted since the reactor was made. A virtual reactor has neither TLS nor names to look up.
struct ReactorStatistics {
    std::uint64_t tls_handshakes = 0;  // Completed by clients.
    std::uint64_t tls_resumed = 0;  // Of these: continued an earlier session, without certificates.
    std::uint64_t name_lookups = 0;   // Given to the resolver.
    std::uint64_t name_failures = 0;  // Of these: failed or timed out.
};

class Reactor : public Clock {
 public:
    // Runs `task` once at or after `at`. Tasks of equal time run in the order they were scheduled.
    virtual TimerId schedule_at(MonoTime at, Task task) = 0;
    TimerId schedule_after(Duration delay, Task task) {
        return schedule_at(now() + delay, std::move(task));
    }
    // Harmless for 0, fired and unknown timers.
    virtual void cancel(TimerId timer) = 0;
    // Runs `task` soon on the reactor's thread. The only call that any thread may make.
    virtual void post(Task task) = 0;

    // Starts connecting; the result arrives through `events`, which must outlive the stream.
    [[nodiscard]] virtual std::unique_ptr<ByteStream> connect(const Address& address,
                                                              StreamEvents& events) = 0;
    // Listens on a loopback or other local address; port 0 picks a free one.
    [[nodiscard]] virtual Result<std::unique_ptr<Listener>> listen(const Address& address,
                                                                   AcceptHandler accept) = 0;

    [[nodiscard]] virtual ReactorStatistics statistics() const { return {}; }

    // Handles events until stop(). May be called again after it returned.
    virtual void run() = 0;
    // Makes run() return after the current event. Reactor's thread only; from others: post it.
    virtual void stop() = 0;
};

// Addresses of a name in their order of preference, as numeric texts, or why there are none.
using ResolveHandler = std::move_only_function<void(Result<std::vector<std::string>>)>;
// Looks a name up and calls the handler on the reactor's thread, later or at once. What never
// answers is given up by the reactor. Goes with its reactor.
using ResolveName = std::move_only_function<void(const std::string& host, ResolveHandler handler)>;

// `ca_file` empty: the system's certificate store. Tests pass their own authority.
struct AsioOptions {
    std::string ca_file;
    // After the last event, poll this long before blocking; zero blocks at once (idle CPU < 1 %).
    Duration spin{0};
    ResolveName resolve = {};  // Empty: the system's resolver. Tests pass their own.
};
[[nodiscard]] std::unique_ptr<Reactor> make_asio_reactor(AsioOptions options = {});

}  // namespace sniperforge::net
