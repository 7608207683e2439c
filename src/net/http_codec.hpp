// SPDX-License-Identifier: MIT
// HTTP/1.1 messages from and to bytes, without any stream. Parsing is Boost.Beast's, behind one
// door because it compiles slowly; writing is plain text.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/net/http.hpp"

namespace sniperforge::net {

// Longest start line and headers together.
inline constexpr std::size_t kHttpHeadBytesMax = 16U << 10U;
// Receive buffers: a head must fit in one piece; bodies pass through in pieces.
inline constexpr std::size_t kHttpReceiveBytesInitial = 16U << 10U;
inline constexpr std::size_t kHttpReceiveBytesMax = 64U << 10U;

struct HttpParseError {
    int status = 400;  // What a server answers to it.
    std::string text;
};

// Reads one message. Bytes it does not consume must be offered again, with more behind them.
class HttpReader {
 public:
    enum class Kind { Request, Response };

    HttpReader(Kind kind, std::size_t body_bytes_max);
    ~HttpReader();
    HttpReader(HttpReader&&) noexcept;
    HttpReader& operator=(HttpReader&&) noexcept;

    // The answer to a HEAD request has no body, whatever its headers say.
    void expect_no_body();
    // Returns how many bytes were consumed; the message is complete when is_done().
    [[nodiscard]] Result<std::size_t, HttpParseError> put(BytesView bytes);
    // The stream ended: that completes a response without a length, and breaks any other.
    [[nodiscard]] Result<void, HttpParseError> put_end();

    [[nodiscard]] bool is_head_done() const;
    [[nodiscard]] bool is_done() const;
    // Another message may follow on the same connection.
    [[nodiscard]] bool is_keep_alive() const;
    [[nodiscard]] bool is_http_1_1() const;
    // Once the head is done.
    [[nodiscard]] std::string_view header(std::string_view name) const;
    // Once done, at most once.
    [[nodiscard]] HttpRequest take_request();
    [[nodiscard]] HttpResponse take_response();

 private:
    struct Parsers;
    std::unique_ptr<Parsers> parsers_;
};

// The whole request as bytes. Host and Content-Length are ours; the others are as given.
[[nodiscard]] std::string format_request(const HttpRequest& request, std::string_view host);

struct ResponseFormat {
    bool keeps_alive = true;
    bool has_body = true;  // False answers HEAD.
    bool goes_on = false;  // More follows the body, until the connection ends.
};
[[nodiscard]] std::string format_response(const HttpResponse& response,
                                          const ResponseFormat& format);

[[nodiscard]] std::string_view status_text(int status);

}  // namespace sniperforge::net
