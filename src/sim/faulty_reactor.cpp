// SPDX-License-Identifier: MIT
#include "sim/faulty_reactor.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace sniperforge::sim {

namespace {

// A dripping stream writes so often.
constexpr Duration kDripInterval = std::chrono::milliseconds{50};

}  // namespace

// Stands between a server and the stream that it thinks it has.
class FaultyStream final : public net::ByteStream, public net::StreamEvents {
 public:
    FaultyStream(FaultyReactor& reactor, std::unique_ptr<net::ByteStream> inner)
        : reactor_{reactor}, id_{reactor.next_id_++}, inner_{std::move(inner)} {
        reactor_.streams_->emplace(id_, this);
    }
    ~FaultyStream() override {
        reactor_.streams_->erase(id_);
        reactor_.cancel(drip_timer_);
    }
    FaultyStream(const FaultyStream&) = delete;
    FaultyStream& operator=(const FaultyStream&) = delete;

    void set_owner(net::StreamEvents* owner) { owner_ = owner; }
    // Ends from outside; the owner is told in an event of its own.
    void end(std::string reason);

    // ---- What the server does ----
    void write(std::span<const std::uint8_t> bytes) override;
    [[nodiscard]] std::size_t queued() const override { return waiting_bytes_ + inner_->queued(); }
    void close() override {
        is_owner_done_ = true;
        shut();
    }

    // ---- What the network tells ----
    void on_connected() override { owner_->on_connected(); }
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override { return owner_->read_buffer(); }
    void on_read(std::size_t count, MonoTime at) override { owner_->on_read(count, at); }
    void on_closed(const Error& reason) override {
        is_ended_ = true;
        drop_waiting();
        owner_->on_closed(reason);
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
    void shut() {
        is_ended_ = true;
        drop_waiting();
        inner_->close();
    }
    void drop_waiting() {
        reactor_.cancel(std::exchange(drip_timer_, 0));
        waiting_.clear();
        waiting_bytes_ = 0;
    }

    FaultyReactor& reactor_;
    std::uint64_t id_;
    net::StreamEvents* owner_ = nullptr;
    std::unique_ptr<net::ByteStream> inner_;
    std::deque<Waiting> waiting_;
    std::size_t waiting_bytes_ = 0;
    net::TimerId drip_timer_ = 0;
    bool is_ended_ = false;
    bool is_owner_done_ = false;  // It closed: it must not be told of any end.
};

void FaultyStream::write(std::span<const std::uint8_t> bytes) {
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
    waiting_bytes_ += judged.size();
    waiting_.push_back({std::move(judged), 0, fate});
    if (drip_timer_ == 0) {
        drip_timer_ = reactor_.schedule_after(kDripInterval, [this] { drip(); });
    }
}

void FaultyStream::put(std::vector<std::uint8_t> bytes, const WriteFate& fate) {
    const std::size_t sent = std::min(bytes.size(), fate.bytes_sent);
    inner_->write(std::span{bytes}.first(sent));
    if (fate.bytes_sent != SIZE_MAX) {
        end("ended by a simulated fault");
    }
}

void FaultyStream::drip() {
    drip_timer_ = 0;
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
        drip_timer_ = reactor_.schedule_after(kDripInterval, [this] { drip(); });
    }
}

void FaultyStream::end(std::string reason) {
    if (is_ended_) {
        return;
    }
    shut();
    // By number: this may be gone by then.
    reactor_.post([weak = std::weak_ptr{reactor_.streams_}, id = id_, reason = std::move(reason)] {
        const auto streams = weak.lock();
        if (streams == nullptr) {
            return;
        }
        const auto found = streams->find(id);
        if (found != streams->end() && !found->second->is_owner_done_) {
            found->second->owner_->on_closed(Error{reason});
        }
    });
}

Result<std::unique_ptr<net::Listener>> FaultyReactor::listen(const net::Address& address,
                                                             net::AcceptHandler accept) {
    return reactor_.listen(address,
                           [this, accept = std::move(accept)](
                               std::unique_ptr<net::ByteStream> stream) -> net::StreamEvents* {
                               if (judge_.refuses_connections()) {
                                   return nullptr;
                               }
                               auto faulty =
                                   std::make_unique<FaultyStream>(*this, std::move(stream));
                               FaultyStream* const events = faulty.get();
                               net::StreamEvents* const owner = accept(std::move(faulty));
                               if (owner == nullptr) {
                                   return nullptr;  // The stream is gone.
                               }
                               events->set_owner(owner);
                               return events;
                           });
}

void FaultyReactor::end_all_streams() {
    for (const auto& [id, stream] : *streams_) {
        stream->end("the simulated node went down");
    }
}

}  // namespace sniperforge::sim
