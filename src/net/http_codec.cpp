// SPDX-License-Identifier: MIT
#include "net/http_codec.hpp"

#include <fmt/format.h>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <utility>

#include "net/url.hpp"
#include "sniperforge/core/assert.hpp"

namespace sniperforge::net {

namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

using RequestParser = http::request_parser<http::string_body>;
using ResponseParser = http::response_parser<http::string_body>;

[[nodiscard]] HttpParseError explain(const error_code& error, std::size_t body_bytes_max) {
    if (error == http::error::body_limit) {
        return {.status = 413, .text = fmt::format("body exceeds {} bytes", body_bytes_max)};
    }
    if (error == http::error::header_limit) {
        return {.status = 431, .text = fmt::format("head exceeds {} bytes", kHttpHeadBytesMax)};
    }
    return {.status = 400, .text = fmt::format("not HTTP/1.1: {}", error.message())};
}

template <typename Fields>
[[nodiscard]] std::vector<HttpHeader> copy_headers(const Fields& fields) {
    std::vector<HttpHeader> headers;
    for (const auto& field : fields) {
        const auto name = field.name_string();
        const auto value = field.value();
        headers.push_back(
            {.name = {name.data(), name.size()}, .value = {value.data(), value.size()}});
    }
    return headers;
}

void append_header(std::string& text, std::string_view name, std::string_view value) {
    text += name;
    text += ": ";
    text += value;
    text += "\r\n";
}

// Written by us from the body and the connection's state; a caller's own would contradict.
[[nodiscard]] bool is_framing_header(std::string_view name) {
    return equals_ignoring_case(name, "content-length") ||
           equals_ignoring_case(name, "transfer-encoding") ||
           equals_ignoring_case(name, "connection");
}

}  // namespace

struct HttpReader::Parsers {
    std::size_t body_bytes_max = 0;
    std::optional<RequestParser> request;
    std::optional<ResponseParser> response;

    template <typename Action>
    decltype(auto) visit(Action action) {
        return request ? action(*request) : action(*response);
    }
};

HttpReader::HttpReader(Kind kind, std::size_t body_bytes_max)
    : parsers_{std::make_unique<Parsers>()} {
    parsers_->body_bytes_max = body_bytes_max;
    if (kind == Kind::Request) {
        parsers_->request.emplace();
    } else {
        parsers_->response.emplace();
    }
    parsers_->visit([body_bytes_max](auto& parser) {
        parser.header_limit(static_cast<std::uint32_t>(kHttpHeadBytesMax));
        parser.body_limit(std::uint64_t{body_bytes_max});
        parser.eager(true);
    });
}

HttpReader::~HttpReader() = default;
HttpReader::HttpReader(HttpReader&&) noexcept = default;
HttpReader& HttpReader::operator=(HttpReader&&) noexcept = default;

void HttpReader::expect_no_body() { parsers_->response->skip(true); }

Result<std::size_t, HttpParseError> HttpReader::put(BytesView bytes) {
    return parsers_->visit([&](auto& parser) -> Result<std::size_t, HttpParseError> {
        std::size_t consumed = 0;
        while (consumed < bytes.size() && !parser.is_done()) {
            error_code error;
            const std::size_t count = parser.put(
                boost::asio::const_buffer{bytes.data() + consumed, bytes.size() - consumed}, error);
            consumed += count;
            if (error == http::error::need_more) {
                break;
            }
            if (error) {
                return std::unexpected{explain(error, parsers_->body_bytes_max)};
            }
        }
        return consumed;
    });
}

Result<void, HttpParseError> HttpReader::put_end() {
    return parsers_->visit([&](auto& parser) -> Result<void, HttpParseError> {
        error_code error;
        parser.put_eof(error);
        if (error) {
            return std::unexpected{explain(error, parsers_->body_bytes_max)};
        }
        return {};
    });
}

bool HttpReader::is_head_done() const {
    return parsers_->visit([](auto& parser) { return parser.is_header_done(); });
}

bool HttpReader::is_done() const {
    return parsers_->visit([](auto& parser) { return parser.is_done(); });
}

bool HttpReader::is_keep_alive() const {
    return parsers_->visit([](auto& parser) { return parser.keep_alive(); });
}

bool HttpReader::is_http_1_1() const {
    return parsers_->visit([](auto& parser) { return parser.get().version() == 11; });
}

std::string_view HttpReader::header(std::string_view name) const {
    return parsers_->visit([&](auto& parser) -> std::string_view {
        const auto value = parser.get()[boost::beast::string_view{name.data(), name.size()}];
        return {value.data(), value.size()};
    });
}

HttpRequest HttpReader::take_request() {
    SF_ASSERT(parsers_->request && is_done());
    auto message = parsers_->request->release();
    const auto method = message.method_string();
    const auto target = message.target();
    return {.method = {method.data(), method.size()},
            .target = {target.data(), target.size()},
            .headers = copy_headers(message.base()),
            .body = std::move(message.body())};
}

HttpResponse HttpReader::take_response() {
    SF_ASSERT(parsers_->response && is_done());
    auto message = parsers_->response->release();
    return {.status = static_cast<int>(message.result_int()),
            .headers = copy_headers(message.base()),
            .body = std::move(message.body())};
}

std::string format_request(const HttpRequest& request, std::string_view host) {
    std::string text;
    text.reserve(256 + request.target.size() + request.body.size());
    text += request.method;
    text += ' ';
    text += request.target;
    text += " HTTP/1.1\r\n";
    append_header(text, "Host", host);
    for (const HttpHeader& header : request.headers) {
        if (!is_framing_header(header.name) && !equals_ignoring_case(header.name, "host")) {
            append_header(text, header.name, header.value);
        }
    }
    if (!request.body.empty() || request.method == "POST" || request.method == "PUT") {
        append_header(text, "Content-Length", std::to_string(request.body.size()));
    }
    append_header(text, "Connection", "keep-alive");
    text += "\r\n";
    text += request.body;
    return text;
}

std::string format_response(const HttpResponse& response, const ResponseFormat& format) {
    std::string text;
    text.reserve(256 + response.body.size());
    text += fmt::format("HTTP/1.1 {} {}\r\n", response.status, status_text(response.status));
    for (const HttpHeader& header : response.headers) {
        // A line break would let the value add headers of its own; such a header is left out.
        const bool is_sound = header.name.find_first_of("\r\n: ") == std::string::npos &&
                              header.value.find_first_of("\r\n") == std::string::npos;
        if (is_sound && !is_framing_header(header.name)) {
            append_header(text, header.name, header.value);
        }
    }
    if (response.status != 204 && response.status != 304 && !format.goes_on) {
        append_header(text, "Content-Length", std::to_string(response.body.size()));
    }
    append_header(text, "Connection", format.keeps_alive ? "keep-alive" : "close");
    text += "\r\n";
    if (format.has_body && response.status != 204 && response.status != 304) {
        text += response.body;
    }
    return text;
}

std::string_view status_text(int status) {
    const auto reason = http::obsolete_reason(http::int_to_status(static_cast<unsigned>(status)));
    return {reason.data(), reason.size()};
}

std::string_view HttpResponse::header(std::string_view name) const {
    for (const HttpHeader& header : headers) {
        if (equals_ignoring_case(header.name, name)) {
            return header.value;
        }
    }
    return {};
}

}  // namespace sniperforge::net
