// SPDX-License-Identifier: MIT
#include "sniperforge/net/arrived_messages.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sniperforge/net/websocket.hpp"

namespace sniperforge::net {
namespace {

constexpr std::string_view kUpgrade =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";

// What the bytes are, put in pieces of so many.
[[nodiscard]] std::vector<std::string> messages_of(ArrivedMessages& arrived, std::string_view bytes,
                                                   std::size_t piece) {
    std::vector<std::string> told;
    for (std::size_t at = 0; at < bytes.size(); at += piece) {
        arrived.put(bytes_of(bytes.substr(at, piece)), [&](const ArrivedMessage& message) {
            told.push_back(message.is_socket
                               ? "text " + std::string{message.text}
                               : std::to_string(message.status) + " " + std::string{message.text});
        });
    }
    return told;
}

TEST(ArrivedMessages, AreTheSameInWhateverPiecesTheyCame) {
    const std::string bytes =
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\none"
        "HTTP/1.1 429 Too Many Requests\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\ntwo\r\n0\r\n\r\n" +
        std::string{kUpgrade} + "\x81\x05three" + "\x01\x02" + "fo" + "\x80\x02" + "ur";
    for (const std::size_t piece : {1U, 2U, 7U, 1'000U}) {
        ArrivedMessages arrived;
        EXPECT_EQ(messages_of(arrived, bytes, piece),
                  (std::vector<std::string>{"200 one", "429 two", "text three", "text four"}))
            << piece;
        EXPECT_EQ(arrived.problem(), "");
    }
}

TEST(ArrivedMessages, AnAnswerWithoutALengthEndsWithItsStream) {
    ArrivedMessages arrived;
    EXPECT_TRUE(messages_of(arrived, "HTTP/1.0 200 OK\r\n\r\nwhole", 5).empty());
    std::string text;
    arrived.put_end([&](const ArrivedMessage& message) { text = message.text; });
    EXPECT_EQ(text, "whole");
}

// As on the stream itself; more of it than any message may have is no wait for its end.
TEST(ArrivedMessages, NothingIsReadBehindACloseFrame) {
    std::string bytes = std::string{kUpgrade} + "\x81\x03one" + std::string{"\x88\x00", 2};
    bytes += "\x81\x03two" + std::string(WebSocketOptions{}.message_bytes_max + 100, '\x81');
    for (const std::size_t piece : {7UL, bytes.size()}) {
        ArrivedMessages arrived;
        EXPECT_EQ(messages_of(arrived, bytes, piece), std::vector<std::string>{"text one"});
        EXPECT_EQ(arrived.problem(), "");
    }
}

TEST(ArrivedMessages, WhatIsNeitherIsAProblemAndNothingIsReadBehindIt) {
    ArrivedMessages arrived;
    EXPECT_TRUE(messages_of(arrived, "SSH-2.0\r\n\r\n", 100).empty());
    EXPECT_NE(arrived.problem().find("no HTTP answer"), std::string::npos);
    EXPECT_TRUE(messages_of(arrived, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 100).empty());
    ArrivedMessages socket;
    EXPECT_TRUE(messages_of(socket, std::string{kUpgrade} + "\xf1\x01x\x81\x01y", 100).empty());
    EXPECT_NE(socket.problem().find("no WebSocket frame"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::net
