// SPDX-License-Identifier: MIT
#include "sniperforge/rpc/final_answer.hpp"

#include <gtest/gtest.h>

namespace sniperforge::rpc {
namespace {

using Kind = RpcError::Kind;

TEST(FinalAnswer, IsWhatANodeSaysOfTheRequestAndWhatAnEndpointDoesNotServe) {
    for (const int code : {-32602, -32015, -32007, -32001, -32011, -32601}) {
        EXPECT_TRUE(is_final_answer({.kind = Kind::Node, .code = code})) << code;
    }
    for (const int status : {401, 403, 407, 413}) {
        EXPECT_TRUE(is_final_answer({.kind = Kind::Http, .code = status})) << status;
    }
}

TEST(FinalAnswer, IsNoPassingTrouble) {
    for (const int code : {-32603, -32004, -32005, -32014, -32016, -32019}) {
        EXPECT_FALSE(is_final_answer({.kind = Kind::Node, .code = code})) << code;
    }
    for (const int status : {400, 408, 425, 500, 503}) {
        EXPECT_FALSE(is_final_answer({.kind = Kind::Http, .code = status})) << status;
    }
    for (const Kind kind : {Kind::Transport, Kind::RateLimited, Kind::BadReply}) {
        EXPECT_FALSE(is_final_answer({.kind = kind, .code = 200}));
    }
}

}  // namespace
}  // namespace sniperforge::rpc
