// SPDX-License-Identifier: MIT
#include "sim/faulty_reactor.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

namespace sniperforge::sim {

namespace {

// A dripping connection writes so often.
constexpr Duration kDripInterval = std::chrono::milliseconds{50};
constexpr Duration kSecond = std::chrono::seconds{1};
// After the last drop a client that does not read is waited for so many intervals, 2 s.
constexpr int kLastIntervalsMax = 40;

}  // namespace

// Stands between a server and the connection that it thinks it has. When the server leaves while an
// answer still drips, the rest goes out at that pace before the connection ends, as bytes would
// that a kernel has taken: what is slow here is the way, not the server.
class FaultyConnection final : public net::StreamEvents,
                               public std::enable_shared_from_this<FaultyConnection> {
 public:
    FaultyConnection(FaultyReactor& reactor, std::unique_ptr<net::ByteStream> inner)
        : reactor_{reactor}, id_{reactor.next_id_++}, inner_{std::move(inner)} {}
    ~FaultyConnection() override { reactor_.cancel(timer_); }
    FaultyConnection(const FaultyConnection&) = delete;
    FaultyConnection& operator=(const FaultyConnection&) = delete;

    [[nodiscard]] std::uint64_t id() const { return id_; }
    void set_owner(net::StreamEvents* owner) { owner_ = owner; }
    // Ends from outside; the owner is told in an event of its own.
    void end(std::string reason);

    // ---- What the server does ----
    void write(std::span<const std::uint8_t> bytes);
    [[nodiscard]] std::size_t queued() const { return waiting_bytes_ + inner_->queued(); }
    void leave() {
        owner_ = nullptr;
        finish();
    }

    // ---- What the network tells ----
    void on_connected() override {
        if (owner_ != nullptr) {
            owner_->on_connected();
        }
    }
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override {
        return owner_ != nullptr ? owner_->read_buffer() : std::span<std::uint8_t>{unread_};
    }
    void on_read(std::size_t count, MonoTime at) override {
        if (owner_ != nullptr) {
            owner_->on_read(count, at);
        }
    }
    void on_closed(const Error& reason) override {
        const auto self = shared_from_this();
        shut();
        if (owner_ != nullptr) {
            owner_->on_closed(reason);
        }
    }

 private:
    // Bytes that drip, or stand behind such.
    struct Waiting {
        std::vector<std::uint8_t> bytes;
        std::size_t begin = 0;
        WriteFate fate;
    };
    void put(std::vector<std::uint8_t> bytes, const WriteFate& fate);
    void drip();
    void drip_later() {
        // Of slow drops one byte at a time.
        const std::uint32_t rate = waiting_.empty() ? 0 : waiting_.front().fate.bytes_per_second;
        const Duration interval =
            rate == 0 ? kDripInterval : std::max(kDripInterval, kSecond / std::int64_t{rate});
        timer_ = reactor_.schedule_after(interval, [weak = weak_from_this()] {
            if (const auto self = weak.lock()) {
                self->drip();
            }
        });
    }
    // Nobody owns it any more: it ends once everything is out.
    void finish();
    void shut() {
        is_ended_ = true;
        reactor_.cancel(std::exchange(timer_, 0));
        waiting_.clear();
        waiting_bytes_ = 0;
        inner_->close();
        reactor_.connections_.erase(id_);
    }

    FaultyReactor& reactor_;
    std::uint64_t id_;
    net::StreamEvents* owner_ = nullptr;  // None once it has left.
    std::unique_ptr<net::ByteStream> inner_;
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    net::TimerId timer_ = 0;
    int last_intervals_ = 0;
    bool has_dripped_ = false;
    bool is_ended_ = false;
    std::array<std::uint8_t, 1'024> unread_{};  // What a client says to nobody.
};

// What the server has in its hands.
class FaultyStream final : public net::ByteStream {
 public:
    explicit FaultyStream(std::shared_ptr<FaultyConnection> connection)
        : connection_{std::move(connection)} {}
    ~FaultyStream() override { FaultyStream::close(); }
    FaultyStream(const FaultyStream&) = delete;
    FaultyStream& operator=(const FaultyStream&) = delete;

    void write(std::span<const std::uint8_t> bytes) override {
        if (connection_ != nullptr) {
            connection_->write(bytes);
        }
    }
    [[nodiscard]] std::size_t queued() const override {
        return connection_ != nullptr ? connection_->queued() : 0;
    }
    void close() override {
        if (const auto connection = std::exchange(connection_, nullptr)) {
            connection->leave();
        }
    }

 private:
    std::shared_ptr<FaultyConnection> connection_;  // None once closed.
};

void FaultyConnection::write(std::span<const std::uint8_t> bytes) {
    if (is_ended_) {
        return;
    }
    if (!reactor_.judge_.is_judging() && waiting_.empty()) {
        inner_->write(bytes);
        return;
    }
    std::vector<std::uint8_t> judged{bytes.begin(), bytes.end()};
    const WriteFate fate = reactor_.judge_.judge(judged);
    if (judged.empty()) {
        return;
    }
    if (waiting_.empty() && fate.bytes_per_second == 0) {
        put(std::move(judged), fate);
        return;
    }
    has_dripped_ = true;
    waiting_bytes_ += judged.size();
    waiting_.push_back({std::move(judged), 0, fate});
    if (timer_ == 0) {
        drip_later();
    }
}

void FaultyConnection::put(std::vector<std::uint8_t> bytes, const WriteFate& fate) {
    const std::size_t sent = std::min(bytes.size(), fate.bytes_sent);
    inner_->write(std::span{bytes}.first(sent));
    if (fate.bytes_sent != SIZE_MAX) {
        end("ended by a simulated fault");
    }
}

void FaultyConnection::drip() {
    timer_ = 0;
    while (!waiting_.empty()) {
        Waiting& front = waiting_.front();
        if (front.fate.bytes_per_second == 0) {
            Waiting whole = std::move(front);
            waiting_.pop_front();
            waiting_bytes_ -= whole.bytes.size();
            put(std::move(whole.bytes), whole.fate);
            continue;
        }
        const auto drop = static_cast<std::size_t>(std::max<std::int64_t>(
            1, std::int64_t{front.fate.bytes_per_second} * kDripInterval.count() / 1'000'000'000));
        const std::size_t count = std::min(drop, front.bytes.size() - front.begin);
        inner_->write(std::span{front.bytes}.subspan(front.begin, count));
        front.begin += count;
        waiting_bytes_ -= count;
        if (front.begin == front.bytes.size()) {
            waiting_.pop_front();
        }
        break;
    }
    if (!waiting_.empty()) {
        drip_later();
    } else if (owner_ == nullptr) {
        finish();
    }
}

void FaultyConnection::finish() {
    if (is_ended_ || !waiting_.empty()) {
        return;
    }
    if (has_dripped_ && inner_->queued() > 0 && last_intervals_ < kLastIntervalsMax) {
        ++last_intervals_;
        drip_later();
        return;
    }
    shut();
}

void FaultyConnection::end(std::string reason) {
    if (is_ended_) {
        return;
    }
    const auto self = shared_from_this();
    shut();
    reactor_.post([weak = weak_from_this(), reason = std::move(reason)] {
        const auto ended = weak.lock();
        if (ended != nullptr && ended->owner_ != nullptr) {
            ended->owner_->on_closed(Error{reason});
        }
    });
}

Result<std::unique_ptr<net::Listener>> FaultyReactor::listen(const net::Address& address,
                                                             net::AcceptHandler accept) {
    return reactor_.listen(
        address,
        [this, accept = std::move(accept)](
            std::unique_ptr<net::ByteStream> stream) -> net::StreamEvents* {
            if (judge_.refuses_connections()) {
                return nullptr;
            }
            const auto connection = std::make_shared<FaultyConnection>(*this, std::move(stream));
            connections_.emplace(connection->id(), connection);
            net::StreamEvents* const owner = accept(std::make_unique<FaultyStream>(connection));
            if (owner == nullptr) {
                return nullptr;  // It has left already.
            }
            connection->set_owner(owner);
            return connection.get();
        });
}

void FaultyReactor::end_all_streams() {
    // Copied: each takes itself out of the map.
    for (const auto& [id, connection] : Connections{connections_}) {
        connection->end("the simulated node went down");
    }
}

}  // namespace sniperforge::sim
