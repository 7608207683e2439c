// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/types.hpp"

#include <gtest/gtest.h>

namespace sniperforge::rpc {
namespace {

TEST(RpcError, SaysWhetherARequestWithoutAnswerMayHaveArrived) {
    RpcError error{.kind = RpcError::Kind::Transport, .message = "connection refused"};
    EXPECT_EQ(error.text(), "no answer: connection refused");
    error.was_written = true;
    EXPECT_EQ(error.text(), "no answer: connection refused (the request may have arrived)");
}

TEST(RpcError, TellsItsKindItsCodeAndWhatTheNodeSaid) {
    EXPECT_EQ(
        (RpcError{.kind = RpcError::Kind::RateLimited, .code = 429, .message = "slow"}.text()),
        "rate limited (429): slow");
    EXPECT_EQ((RpcError{.kind = RpcError::Kind::Http, .code = 502, .message = "bad"}.text()),
              "HTTP status 502: bad");
    EXPECT_EQ((RpcError{.kind = RpcError::Kind::Node, .code = -32602, .message = "no"}.text()),
              "node error -32602: no");
    EXPECT_EQ((RpcError{.kind = RpcError::Kind::Node,
                        .code = -32002,
                        .message = "failed",
                        .data = R"({"err":1})"}
                   .text()),
              R"(node error -32002: failed {"err":1})");
    EXPECT_EQ((RpcError{.kind = RpcError::Kind::BadReply, .message = "slot: missing"}.text()),
              "unreadable reply: slot: missing");
}

}  // namespace
}  // namespace sniperforge::rpc
