// SPDX-License-Identifier: MIT
#include "net/http_connection.hpp"

#include "sniperforge/core/assert.hpp"
#include "sniperforge/core/bytes.hpp"

namespace sniperforge::net {

HttpConnection::HttpConnection(HttpConnectionOwner& owner, Reactor& reactor, const Address& address,
                               std::size_t body_bytes_max)
    : owner_{owner},
      reactor_{reactor},
      body_bytes_max_{body_bytes_max},
      stream_{reactor.connect(address, *this)} {}

void HttpConnection::send(PendingRequest request) {
    const std::string bytes = std::exchange(request.bytes, {});
    unshareable_ += request.may_pipeline ? 0 : 1;
    under_way_.push_back(std::move(request));
    stream_->write(bytes_of(bytes));
}

void HttpConnection::on_connected() {
    is_connected_ = true;
    connected_at_ = reactor_.now();
    idle_since_ = connected_at_;
    owner_.on_ready(*this);
}

void HttpConnection::on_read(std::size_t count, MonoTime at) {
    buffer_.commit(count);
    HttpProgress progress = read_answers(at);
    if (!progress.answered.empty() || progress.end) {
        owner_.on_progress(*this, std::move(progress));
    }
}

HttpProgress HttpConnection::read_answers(MonoTime at) {
    HttpProgress progress;
    while (buffer_.size() > 0 && !progress.end) {
        if (under_way_.empty()) {
            progress.end = "the server sent bytes without a request";
            break;
        }
        if (!reader_) {
            start_answer();
        }
        const auto consumed = reader_->put(buffer_.data());
        if (!consumed) {
            refuse(progress, consumed.error().text);
            break;
        }
        buffer_.consume(*consumed);
        if (!reader_->is_done()) {
            if (buffer_.size() == kHttpReceiveBytesMax) {
                refuse(progress, "a chunk header is too long");
            }
            break;
        }
        take_answer(progress);
    }
    if (!progress.answered.empty()) {
        has_answered_ = true;
        idle_since_ = at;
    }
    return progress;
}

void HttpConnection::start_answer() {
    reader_.emplace(HttpReader::Kind::Response, body_bytes_max_);
    if (under_way_.front().is_head) {
        reader_->expect_no_body();
    }
}

void HttpConnection::take_answer(HttpProgress& progress) {
    const bool keeps_alive = reader_->is_keep_alive();
    const bool is_http_1_1 = reader_->is_http_1_1();
    HttpResponse response = reader_->take_response();
    reader_.reset();
    if (response.status == 101) {
        refuse(progress, "the server switched protocols unasked");
        return;
    }
    if (response.status < 200) {
        return;  // Only a notice; the answer is still to come.
    }
    finish_front(progress, std::move(response));
    if (!keeps_alive) {
        progress.is_close_asked = true;
        progress.end = "the server closed the connection after an earlier answer";
    } else if (is_http_1_1) {
        ++progress.kept;
    }
}

void HttpConnection::finish_front(HttpProgress& progress, HttpResult result) {
    SF_ASSERT(!under_way_.empty());
    unshareable_ -= under_way_.front().may_pipeline ? 0 : 1;
    progress.answered.push_back(
        {.request = std::move(under_way_.front()), .result = std::move(result)});
    under_way_.pop_front();
}

void HttpConnection::refuse(HttpProgress& progress, const std::string& why) {
    progress.end = "the answer before this one was refused: " + why;
    finish_front(progress,
                 std::unexpected{HttpFailure{
                     .kind = HttpFailure::Kind::BadResponse, .was_written = true, .text = why}});
}

void HttpConnection::on_closed(const Error& reason) {
    HttpProgress progress;
    progress.end = reason.text;
    if (!under_way_.empty() && reader_ && reader_->is_head_done() && reader_->put_end() &&
        reader_->is_done()) {
        finish_front(progress, reader_->take_response());
    }
    owner_.on_progress(*this, std::move(progress));
}

}  // namespace sniperforge::net
