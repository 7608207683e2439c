// SPDX-License-Identifier: MIT
#include "net/http_codec.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "net_test_support.hpp"

namespace sniperforge::net {
namespace {

// Puts `text` in pieces of `chunk` bytes (0: whole), offering again what was not consumed.
Result<HttpResponse, HttpParseError> read(std::string_view text, std::size_t chunk,
                                          std::size_t body_bytes_max = kHttpBodyBytesMax) {
    HttpReader reader{HttpReader::Kind::Response, body_bytes_max};
    std::size_t begin = 0;
    for (std::size_t end = 0; end < text.size() && !reader.is_done();) {
        end = chunk == 0 ? text.size() : std::min(text.size(), end + chunk);
        const auto consumed = reader.put(bytes_of(text.substr(begin, end - begin)));
        if (!consumed) {
            return std::unexpected{consumed.error()};
        }
        begin += *consumed;
    }
    if (!reader.is_done()) {
        return std::unexpected{HttpParseError{.status = 0, .text = "more is wanted"}};
    }
    EXPECT_EQ(begin, text.size());
    return reader.take_response();
}

TEST(HttpReader, ReadsTrailersBehindAChunkedBodyInAnyPieces) {
    for (const std::size_t chunk : {0U, 1U, 2U, 7U}) {
        SCOPED_TRACE(chunk);
        const auto response = read(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
            "A;name=value\r\n0123456789\r\n2\r\nab\r\n0\r\nX-Sum: 7\r\nX-More: 8\r\n\r\n",
            chunk);
        ASSERT_TRUE(response) << response.error().text;
        EXPECT_EQ(response->body, "0123456789ab");
    }
}

// Torn behind "0\r\n" this ended in an assertion of Beast's parser.
TEST(HttpReader, ReadsAnEmptyChunkedBodyInAnyPieces) {
    for (const std::string trailer : {"", "X-Sum: 7\r\n"}) {
        for (std::size_t chunk = 0; chunk < 8; ++chunk) {
            const auto response = read(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + trailer + "\r\n",
                chunk);
            ASSERT_TRUE(response) << response.error().text;
            EXPECT_EQ(response->body, "");
        }
    }
}

TEST(HttpReader, RefusesALengthAbove32MebibytesByTheHeadAloneAndTakesExactlyThat) {
    const auto head = [](std::size_t length) {
        return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", length);
    };
    const auto refused = read(head((32U << 20U) + 1), 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, 413);
    EXPECT_EQ(refused.error().text, "body exceeds 33554432 bytes");
    const auto taken = read(head(32U << 20U) + std::string(32U << 20U, 'x'), 0);
    ASSERT_TRUE(taken) << taken.error().text;
    EXPECT_EQ(taken->body.size(), 32U << 20U);
}

TEST(HttpReader, RefusesAChunkedBodyAt32MebibytesAndOneByte) {
    const std::string piece(1U << 20U, 'x');
    std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 32; ++i) {
        text += "100000\r\n" + piece + "\r\n";
    }
    EXPECT_TRUE(read(text + "0\r\n\r\n", 0));
    const auto refused = read(text + "1\r\nx\r\n0\r\n\r\n", 0);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, 413);
}

TEST(HttpReader, RefusesABodyWithTwoLengths) {
    for (const std::string fields :
         {"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n",
          "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n",
          "Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: -1\r\n",
          "Content-Length: 99999999999999999999\r\n"}) {
        const auto response = read("HTTP/1.1 200 OK\r\n" + fields + "\r\n0\r\n\r\n", 0);
        ASSERT_FALSE(response) << fields;
        EXPECT_NE(response.error().status, 0) << fields;
    }
}

TEST(HttpReader, RefusesChunkSizesThatAreNoNumbers) {
    for (const std::string size : {"x", "-1", "FFFFFFFFFFFFFFFFF", ""}) {
        const auto response = read(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size + "\r\nab\r\n0\r\n\r\n",
            0);
        ASSERT_FALSE(response) << size;
        EXPECT_NE(response.error().status, 0) << size;
    }
}

TEST(HttpReader, KnowsTheVersionThatWasSpoken) {
    for (const bool is_1_1 : {true, false}) {
        HttpReader reader{HttpReader::Kind::Response, 10};
        const std::string text =
            fmt::format("HTTP/1.{} 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n",
                        is_1_1 ? 1 : 0);
        ASSERT_TRUE(reader.put(bytes_of(text)));
        ASSERT_TRUE(reader.is_done());
        EXPECT_TRUE(reader.is_keep_alive());
        EXPECT_EQ(reader.is_http_1_1(), is_1_1);
    }
}

}  // namespace
}  // namespace sniperforge::net
