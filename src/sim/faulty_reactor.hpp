// SPDX-License-Identifier: MIT
// A reactor whose listeners hand out streams that can misbehave: end in the middle of what is
// written, let it drip, swallow it. Everything else is the reactor beneath.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "sniperforge/net/reactor.hpp"

namespace sniperforge::sim {

// What becomes of the bytes of one write.
struct WriteFate {
    // Of the bytes so many go out, then the stream ends. All: it goes on.
    std::size_t bytes_sent = SIZE_MAX;
    // Not all at once: so many a second. 0: at once.
    std::uint32_t bytes_per_second = 0;
};

// Decides. A server's writes are whole: an HTTP answer, a WebSocket handshake, a frame.
class WriteJudge {
 public:
    virtual ~WriteJudge() = default;
    // May take bytes out of `bytes`.
    [[nodiscard]] virtual WriteFate judge(std::vector<std::uint8_t>& bytes) = 0;
    // False while there is nothing to judge: writes then pass uncopied.
    [[nodiscard]] virtual bool is_judging() const = 0;
    [[nodiscard]] virtual bool refuses_connections() = 0;
};

class FaultyConnection;

class FaultyReactor final : public net::Reactor {
 public:
    // Both must outlive this, and this all streams that servers still have.
    FaultyReactor(net::Reactor& reactor, WriteJudge& judge) : reactor_{reactor}, judge_{judge} {}

    [[nodiscard]] MonoTime now() const override { return reactor_.now(); }
    [[nodiscard]] WallTime wall_now() const override { return reactor_.wall_now(); }
    net::TimerId schedule_at(MonoTime at, net::Task task) override {
        return reactor_.schedule_at(at, std::move(task));
    }
    void cancel(net::TimerId timer) override { reactor_.cancel(timer); }
    void post(net::Task task) override { reactor_.post(std::move(task)); }
    [[nodiscard]] std::unique_ptr<net::ByteStream> connect(const net::Address& address,
                                                           net::StreamEvents& events) override {
        return reactor_.connect(address, events);
    }
    [[nodiscard]] Result<std::unique_ptr<net::Listener>> listen(const net::Address& address,
                                                                net::AcceptHandler accept) override;
    void run() override { reactor_.run(); }
    void stop() override { reactor_.stop(); }

    // Every accepted stream ends, as if the process had died.
    void end_all_streams();

 private:
    friend class FaultyConnection;

    // In the order of their acceptance, until they end.
    using Connections = std::map<std::uint64_t, std::shared_ptr<FaultyConnection>>;

    net::Reactor& reactor_;
    WriteJudge& judge_;
    std::uint64_t next_id_ = 1;
    Connections connections_;
};

}  // namespace sniperforge::sim
