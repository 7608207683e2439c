// SPDX-License-Identifier: MIT
// Owners and raw servers for the tests of net.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::net::test {

// Nothing torn, every byte alone, and pieces that never align with anything.
inline constexpr std::array<std::size_t, 3> kChunks{0, 1, 7};

inline const Address kServer{.host = "rpc.test", .port = 8899, .is_tls = false};

// Records what a stream tells; the functions, when set, run last and may delete the owner.
struct RecordingOwner : StreamEvents {
    void on_connected() override {
        ++connected;
        call(when_connected);
    }
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override { return buffer; }
    void on_read(std::size_t count, MonoTime at) override {
        received.append(reinterpret_cast<const char*>(buffer.data()), count);
        reads.push_back(count);
        read_at.push_back(at);
        call(when_read);
    }
    void on_closed(const Error& reason) override {
        ++closed;
        close_reason = reason.text;
        call(when_closed);
    }
    void write(std::string_view text) { stream->write(bytes_of(text)); }

    // A copy is called: the function may delete this owner, and with it the function.
    static void call(std::function<void()> function) {
        if (function) {
            function();
        }
    }

    std::array<std::uint8_t, 4096> buffer{};
    int connected = 0;
    int closed = 0;
    std::string received;
    std::string close_reason;
    std::vector<std::size_t> reads;
    std::vector<MonoTime> read_at;
    std::function<void()> when_connected;
    std::function<void()> when_read;
    std::function<void()> when_closed;
    std::unique_ptr<ByteStream> stream;  // Last: ends before what it reports to.
};

// Accepts everything; `on_accept` may set what a connection does.
struct RawServer {
    RawServer(Reactor& reactor, const Address& address,
              std::function<void(RecordingOwner&)> on_accept = {}) {
        auto started = reactor.listen(
            address, [this, on_accept](std::unique_ptr<ByteStream> stream) -> StreamEvents* {
                auto owner = std::make_unique<RecordingOwner>();
                owner->stream = std::move(stream);
                if (on_accept) {
                    on_accept(*owner);
                }
                connections.push_back(std::move(owner));
                return connections.back().get();
            });
        if (started) {
            listener = std::move(*started);
        }
    }
    std::vector<std::unique_ptr<RecordingOwner>> connections;
    std::unique_ptr<Listener> listener;
};

}  // namespace sniperforge::net::test
