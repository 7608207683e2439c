// SPDX-License-Identifier: MIT
// Sales of one SOL's worth of a token, in its pool or through Jupiter.
#pragma once

#include "sniperforge/dex/venue.hpp"
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {

class PathTest : public ExecutorTest {
 protected:
    PathTest() {
        settings.price_probe_interval = {};  // Nothing is asked but for orders.
        take("auto");
        quote = [this] { return quote_of(200'000'000, 97'000'000, kSold, kToken, kSol); };
        swap = [this] { return swap_of(compile(jupiter_sale())); };
    }
    void take(const std::string& path) {
        settings.path = path;
        make_executor();
        executor->start();
        run(milliseconds{10});
    }

    // One SOL's worth in the first pool of 100 SOL, at most a tenth of it lost.
    static constexpr std::uint64_t kSold = 10'000'000'000;
    [[nodiscard]] OrderIntent sale(std::uint64_t id = 1) const {
        OrderIntent intent = exit_intent(id);
        intent.amount_in = TokenAmount{kSold};
        intent.receive_min = TokenAmount{90'000'000 + id};  // No two are the same bytes.
        return intent;
    }
    [[nodiscard]] Instructions jupiter_sale() {
        Instructions instructions = exit();
        Route route = exit_route();
        route.amount_in = kSold;
        route.quoted_out = 200'000'000 + ++sales_built;  // No two are the same bytes.
        instructions[3] = route.instruction();
        return instructions;
    }
    using Route = signer::test::Route;
    std::uint64_t sales_built = 0;

    [[nodiscard]] bool was_sent_directly(std::size_t at = 0) const {
        const Bytes wire = wire_of(sends().at(at));
        const auto parsed = solana::parse_transaction(wire);
        EXPECT_TRUE(parsed);
        return std::ranges::none_of(parsed->message.account_keys, [](const Pubkey& key) {
            return key == solana::kJupiterV6Program;
        });
    }
    [[nodiscard]] const PathStatistics& paths() const { return executor->statistics().paths; }
    [[nodiscard]] std::uint64_t met(DirectObstacle obstacle) const {
        return paths().obstacles[static_cast<std::size_t>(obstacle)];
    }
    // Every send is refused by the node, as a revert in preflight.
    void refuse_in_preflight() {
        answer_send_with_error(-32'002, R"({"err":{"InstructionError":[3,{"Custom":30}]}})");
    }
    // The first attempt for the token goes directly and is refused by a node.
    void fail_directly(std::uint64_t id) {
        refuse_in_preflight();
        submit(sale(id));
        run(seconds{1});
        ASSERT_EQ(events.reports.size(), 1U);
        ASSERT_EQ(only().outcome, Outcome::Rejected);
        ASSERT_FALSE(only().signature.is_zero());
        answers.clear();
        ASSERT_TRUE(jupiter_requests.empty());
    }
    void expect_sent(std::uint64_t directly, std::uint64_t through_jupiter) const {
        EXPECT_EQ(paths().sent[0], directly);
        EXPECT_EQ(paths().sent[1], through_jupiter);
    }
};

}  // namespace sniperforge::execute::test
