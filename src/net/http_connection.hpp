// SPDX-License-Identifier: MIT
// One connection of an HttpClient: connecting, idle, or with requests under way, which are answered
// in the order in which they were written.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "net/http_codec.hpp"
#include "net/receive_buffer.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::net {

struct PendingRequest {
    std::uint64_t id = 0;
    std::string bytes;  // Until they are written.
    bool is_head = false;
    bool may_pipeline = false;
    HttpHandler handler;
    TimerId timeout = 0;
};

struct AnsweredRequest {
    PendingRequest request;
    HttpResult result;
};

// What one event of a connection brought.
struct HttpProgress {
    std::vector<AnsweredRequest> answered;  // In the order of the requests.
    std::size_t kept = 0;  // Answers in HTTP/1.1 after which the connection goes on.
    bool is_close_asked = false;
    // The connection is of no further use, and why: what is still under way on it is lost.
    std::optional<std::string> end;
};

class HttpConnection;

// Told as the last thing that an event does; may delete the connection.
class HttpConnectionOwner {
 public:
    virtual ~HttpConnectionOwner() = default;
    virtual void on_ready(HttpConnection& connection) = 0;
    virtual void on_progress(HttpConnection& connection, HttpProgress progress) = 0;
};

class HttpConnection final : public StreamEvents {
 public:
    HttpConnection(HttpConnectionOwner& owner, Reactor& reactor, const Address& address,
                   std::size_t body_bytes_max);

    [[nodiscard]] bool is_connected() const { return is_connected_; }
    [[nodiscard]] bool is_idle() const { return is_connected_ && under_way_.empty(); }
    [[nodiscard]] const std::deque<PendingRequest>& under_way() const { return under_way_; }
    // May take another one behind those under way.
    [[nodiscard]] bool is_shareable(std::size_t depth_max) const {
        return is_connected_ && under_way_.size() < depth_max && unshareable_ == 0;
    }
    // Of an idle one: since it was established or gave its last answer.
    [[nodiscard]] MonoTime idle_since() const { return idle_since_; }
    [[nodiscard]] MonoTime connected_at() const { return connected_at_; }
    [[nodiscard]] bool has_answered() const { return has_answered_; }

    void send(PendingRequest request);
    [[nodiscard]] std::deque<PendingRequest> take_under_way() {
        unshareable_ = 0;
        return std::exchange(under_way_, {});
    }

    TimerId connect_timeout = 0;

 private:
    void on_connected() override;
    [[nodiscard]] std::span<std::uint8_t> read_buffer() override {
        return buffer_.prepare(kHttpReceiveBytesInitial / 4);
    }
    void on_read(std::size_t count, MonoTime at) override;
    void on_closed(const Error& reason) override;

    [[nodiscard]] HttpProgress read_answers(MonoTime at);
    void start_answer();
    void take_answer(HttpProgress& progress);
    void finish_front(HttpProgress& progress, HttpResult result);
    // The front request gets what the server sent for a failure.
    void refuse(HttpProgress& progress, const std::string& why);

    HttpConnectionOwner& owner_;
    Reactor& reactor_;
    std::size_t body_bytes_max_;
    ReceiveBuffer buffer_{kHttpReceiveBytesInitial, kHttpReceiveBytesMax};
    std::optional<HttpReader> reader_;
    std::deque<PendingRequest> under_way_;
    std::size_t unshareable_ = 0;  // Of those under way: the ones that may not be pipelined.
    bool is_connected_ = false;
    bool has_answered_ = false;
    MonoTime connected_at_;
    MonoTime idle_since_;
    // Last, so that it ends first: it reports to this object.
    std::unique_ptr<ByteStream> stream_;
};

}  // namespace sniperforge::net
