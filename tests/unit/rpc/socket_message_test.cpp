// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/socket_message.hpp"

#include <gtest/gtest.h>

namespace sniperforge::rpc {
namespace {

TEST(SocketMessage, TellsAnswersRefusalsAndNotificationsApart) {
    const auto answer = parse_socket_message(R"({"jsonrpc":"2.0","result":23784,"id":2})");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->id, 2U);
    EXPECT_EQ(answer->result, "23784");
    EXPECT_TRUE(answer->error.empty());

    const auto refused = parse_socket_message(
        R"({"jsonrpc":"2.0","error":{"code":-32601,"message":"Method not found"},"id":1})");
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->id, 1U);
    EXPECT_TRUE(refused->result.empty());
    EXPECT_EQ(refused->error, R"({"code":-32601,"message":"Method not found"})");

    const auto slot =
        parse_socket_message(R"({"jsonrpc":"2.0","method":"slotNotification","params":{"result":)"
                             R"({"parent":75,"root":44,"slot":76},"subscription":23784}})");
    ASSERT_TRUE(slot);
    EXPECT_FALSE(slot->id);
    EXPECT_EQ(slot->subscription, "23784");
    EXPECT_EQ(slot->slot, Slot{76});
}

// As servers write that fill in every member, or send our number back as a string.
TEST(SocketMessage, ANullErrorIsNoneAndAnIdMayBeADecimalString) {
    const auto answer =
        parse_socket_message(R"({"jsonrpc":"2.0","result":5,"error":null,"id":"18"})");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->id, 18U);
    EXPECT_EQ(answer->result, "5");
    EXPECT_TRUE(answer->error.empty());

    const auto refused = parse_socket_message(R"({"result":null,"error":{"code":1},"id":"2"})");
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->error, R"({"code":1})");
    EXPECT_TRUE(refused->result.empty());
    for (const char* id : {R"("")", R"("1x")", R"("-1")", "1.5", "null"}) {
        EXPECT_FALSE(parse_socket_message(std::string{R"({"result":5,"id":)"} + id + "}")) << id;
    }
    EXPECT_FALSE(parse_socket_message(R"({"error":null,"id":1})"));
}

TEST(SocketMessage, WhatIsNeitherIsAnError) {
    for (const char* text : {"", "nonsense", "{}", R"({"id":1})", R"({"id":1,"params":{}})"}) {
        EXPECT_FALSE(parse_socket_message(text)) << text;
    }
}

}  // namespace
}  // namespace sniperforge::rpc
