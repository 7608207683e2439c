// SPDX-License-Identifier: MIT
// A reactor whose streams tell the tap what arrives: the bytes as the protocols get them, behind
// TLS, with the time of their read. What is sent is not kept: it has keys and signatures in it.
#pragma once

#include <memory>
#include <utility>

#include "recording/tap.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::recording {

class TappedStream final : public net::ByteStream, public net::StreamEvents {
 public:
    TappedStream(Tap& tap, std::uint32_t number, net::StreamEvents& events)
        : tap_{tap}, number_{number}, events_{events} {}
    void carry(std::unique_ptr<net::ByteStream> stream) { stream_ = std::move(stream); }

    void write(std::span<const std::uint8_t> bytes) override { stream_->write(bytes); }
    [[nodiscard]] std::size_t queued() const override { return stream_->queued(); }
    void close() override { stream_->close(); }

    void on_connected() override { events_.on_connected(); }
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override {
        buffer_ = events_.read_buffer();
        return buffer_;
    }
    void on_read(std::size_t count, MonoTime at) override {
        tap_.stream_read(number_, at, buffer_.first(count));
        events_.on_read(count, at);  // May delete us.
    }
    void on_closed(const Error& reason) override {
        tap_.stream_closed(number_, reason.text);
        events_.on_closed(reason);
    }

 private:
    Tap& tap_;
    std::uint32_t number_;
    net::StreamEvents& events_;
    std::unique_ptr<net::ByteStream> stream_;
    std::span<std::uint8_t> buffer_;
};

class TappedReactor final : public net::Reactor {
 public:
    TappedReactor(Tap& tap, net::Reactor& reactor) : tap_{tap}, reactor_{reactor} {}

    [[nodiscard]] MonoTime now() const override { return reactor_.now(); }
    [[nodiscard]] WallTime wall_now() const override { return reactor_.wall_now(); }
    net::TimerId schedule_at(MonoTime at, net::Task task) override {
        return reactor_.schedule_at(at, std::move(task));
    }
    void cancel(net::TimerId timer) override { reactor_.cancel(timer); }
    void post(net::Task task) override { reactor_.post(std::move(task)); }
    [[nodiscard]] std::unique_ptr<net::ByteStream> connect(const net::Address& address,
                                                           net::StreamEvents& events) override {
        auto stream = std::make_unique<TappedStream>(tap_, ++streams_, events);
        tap_.stream_opened(streams_, address.host, address.port);
        stream->carry(reactor_.connect(address, *stream));
        return stream;
    }
    [[nodiscard]] Result<std::unique_ptr<net::Listener>> listen(
        const net::Address& address, net::AcceptHandler accept) override {
        return reactor_.listen(address, std::move(accept));
    }
    [[nodiscard]] net::ReactorStatistics statistics() const override {
        return reactor_.statistics();
    }
    void run() override { reactor_.run(); }
    void stop() override { reactor_.stop(); }

 private:
    Tap& tap_;
    net::Reactor& reactor_;
    std::uint32_t streams_ = 0;
};

}  // namespace sniperforge::recording
