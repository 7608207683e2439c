// SPDX-License-Identifier: MIT
// The daemon has nodes try the purchase and the sale of each launch, and buys only what they let be
// sold.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

struct Bought {
    std::uint64_t trials = 0, refused = 0, unknown = 0, by_sniper = 0;
};

// Nobody but the sniper buys. `change` is what nodes say to a trial instead.
[[nodiscard]] Bought buy_launches(const test::ChangedNode::Change& change) {
    Bought bought;
    test::RunOptions options{.seed = 11, .duration = std::chrono::seconds{90}};
    options.settings.arbitrage.is_enabled = options.settings.momentum.is_enabled = false;
    options.on_answer = [&](const std::string& request, std::string answer) {
        if (request.find(R"("simulateTransaction")") == std::string::npos) {
            return answer;
        }
        ++bought.trials;
        return change(request, std::move(answer));
    };
    options.on_record = [&](const journal::Record& record) {
        const std::string& body = record.body;
        if (body.find(R"("code":"SIMULATED_ROUND_TRIP")") != std::string::npos) {
            ++(body.find(R"("outcome":"failed")") == std::string::npos ? bought.unknown
                                                                       : bought.refused);
        }
    };
    const auto result = test::run(options);
    EXPECT_EQ(result.error, "");
    bought.by_sniper = result.report.orders.submitted;
    if (bought.by_sniper > 0) {
        test::expect_true_books(result);
    }
    return bought;
}

// The answer of a node with a `result` that is another.
[[nodiscard]] std::string answer_to(const std::string& request, std::string_view said) {
    const auto id = request.find(R"("id":)");
    SF_ASSERT(id != std::string::npos);
    const std::string number = request.substr(id + 5, request.find_first_of(",}", id) - id - 5);
    return fmt::format(R"({{"jsonrpc":"2.0",{},"id":{}}})", said, number);
}

TEST(RoundTripsRun, WhatNodesSellAgainIsBought) {
    const Bought fair = buy_launches([](const std::string&, std::string answer) { return answer; });
    EXPECT_GT(fair.trials, 0U);
    EXPECT_GT(fair.by_sniper, 0U);
}

// A program that nobody knows refuses the sale, which is behind the first instructions.
TEST(RoundTripsRun, WhatCannotBeSoldAgainIsNotBought) {
    const Bought honeypots = buy_launches([](const std::string&, std::string answer) {
        const std::string fine = R"("err":null)";
        const auto at = answer.find(fine);
        return at == std::string::npos  // It failed anyway.
                   ? answer
                   : answer.replace(at, fine.size(),
                                    R"("err":{"InstructionError":[7,{"Custom":17}]})");
    });
    EXPECT_GT(honeypots.trials, 0U);
    EXPECT_GT(honeypots.refused, 0U);
    EXPECT_EQ(honeypots.by_sniper, 0U);
}

// Switched off, an error, a proxy's page, another shape, and a success that ran nothing.
TEST(RoundTripsRun, WhatNodesDoNotTryIsUnknownAndNotBought) {
    for (const std::string said :
         {R"("error":{"code":-32601,"message":"Method not found"})",
          R"("error":{"code":-32005,"message":"Node is unhealthy"})", "", R"("result":null)",
          R"("result":{"context":{"slot":1},"value":{"err":null,"logs":[],"unitsConsumed":9}})",
          R"("result":{"context":{"slot":999999999999},"value":{"err":null,"logs":[]}})"}) {
        const Bought silent = buy_launches([&](const std::string& request, const std::string&) {
            return said.empty() ? said : answer_to(request, said);
        });
        EXPECT_GT(silent.trials, 0U) << said;
        EXPECT_GT(silent.unknown, 0U) << said;
        EXPECT_EQ(silent.refused, 0U) << said;
        EXPECT_EQ(silent.by_sniper, 0U) << said;
    }
}

}  // namespace
}  // namespace sniperforge
