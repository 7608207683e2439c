// SPDX-License-Identifier: MIT
// One node's word of a height: it ends no order, and keeps none from going out.
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {
namespace {

constexpr std::uint64_t kAbsurd = 1'000'000'000'000'000'000;

// Two endpoints. The other one is the same node, but for what it says of heights, slots and the
// last valid height of its blockhashes.
class ExecutorWordTest : public ExecutorTest {
 protected:
    ExecutorWordTest()
        : other{reactor, 2'000},
          two{reactor,
              {{.name = "node",
                .url = node.rpc_url(),
                .api_key = {},
                .api_key_header = {},
                .requests_per_second = 100'000,
                .connections = 4},
               {.name = "other",
                .url = other.rpc_url(),
                .api_key = {},
                .api_key_header = {},
                .requests_per_second = 100'000,
                .connections = 4}},
              {.timeout = seconds{2}, .attempts_max = 2}} {
        answers["getLatestBlockhash"] = [this](const RpcRequest& request) {
            return blockhash_of(request, blockhash, last_valid);
        };
        other.answer = [this](const RpcRequest& request) {
            if (request.method == "getEpochInfo") {
                return result_of(request, fmt::format(R"({{"absoluteSlot":{},"blockHeight":{}}})",
                                                      slot_finalized + off, height + off));
            }
            if (request.method == "getLatestBlockhash") {
                return blockhash_of(request, blockhash_other, last_valid_other);
            }
            return answer(request);
        };
        begin();
    }
    void begin() {
        make_executor(two);
        executor->start();
        run(milliseconds{10});
    }
    [[nodiscard]] static net::HttpResponse blockhash_of(const RpcRequest& request, const Hash& hash,
                                                        std::uint64_t last_valid) {
        return result_of(
            request,
            fmt::format(
                R"({{"context":{{"slot":1}},"value":{{"blockhash":"{}","lastValidBlockHeight":{}}}}})",
                hash.to_string(), last_valid));
    }
    // Blocks come; nothing of ours is in them.
    void pass(Duration duration) {
        for (const MonoTime end = reactor.now() + duration; reactor.now() < end;) {
            run(milliseconds{400});
            for (std::uint64_t* each : {&height, &slot_finalized, &last_valid, &last_valid_other}) {
                ++*each;
            }
        }
    }
    // Of both nodes.
    [[nodiscard]] std::size_t sends_of_both() const {
        return sends().size() + static_cast<std::size_t>(std::ranges::count(
                                    other.requests, "sendTransaction", &RpcRequest::method));
    }
    // What goes on a blockhash that was read by then.
    [[nodiscard]] Hash lifetime_of_exit(std::uint64_t id) {
        quote = [this] { return quote_of(100'000'000, 90'000'000, 10'000, kToken, kSol); };
        swap = [this] { return swap_of(compile(exit())); };
        const std::size_t before = sends().size();
        submit(exit_intent(id));
        run(milliseconds{50});
        EXPECT_GT(sends().size(), before) << (events.reports.empty() ? "" : only().error);
        const Bytes wire = sends().size() > before ? wire_of(sends().back()) : Bytes{};
        const auto sent = solana::parse_transaction(wire);
        EXPECT_TRUE(sent);
        return sent ? sent->message.recent_blockhash : Hash{};
    }

    test::FakeNode other;
    rpc::RpcClient two;
    std::uint64_t off = 0;
    Hash blockhash_other = Hash::from(key_of(56).bytes);
    std::uint64_t last_valid = kLastValidHeight, last_valid_other = kLastValidHeight;
};

TEST_F(ExecutorWordTest, ExpiresNothingByTheHeightThatOneOfTwoNodesTellsOf) {
    for (const std::uint64_t wrong : {std::uint64_t{10'000}, kAbsurd}) {
        send(entry_intent());
        off = wrong;
        pass(seconds{40});
        EXPECT_TRUE(events.reports.empty()) << only().error;
        const std::size_t sent = sends_of_both();
        pass(seconds{5});
        EXPECT_GT(sends_of_both(), sent) << "it can still land, so it is broadcast";
        statuses = kConfirmed;
        transaction = landed_entry();
        run(seconds{2});
        EXPECT_EQ(only().outcome, Outcome::Landed);
        EXPECT_EQ(executor->statistics().expired, 0U);
        off = 0;
        height = 50;
        slot_finalized = 60;
        statuses = transaction = "null";
        events = Events{};
        blockhash = blockhash_other = Hash::from(key_of(99).bytes);
        begin();
    }
}

// By the other one's word, and a node that is far behind does not keep it waiting.
TEST_F(ExecutorWordTest, ExpiresByTheTrueHeightWhateverTheOtherNodeTellsOf) {
    constexpr std::uint64_t kFrom = 30'000;
    for (const std::int64_t wrong : {10'000, -10'000}) {
        height = kFrom;
        slot_finalized = kFrom + 10;
        slot_processed = 2 * kFrom;
        last_valid = last_valid_other = kFrom + 150;
        events = Events{};
        blockhash = blockhash_other = Hash::from(key_of(wrong > 0 ? 90 : 91).bytes);
        begin();
        send(entry_intent());
        off = static_cast<std::uint64_t>(wrong);  // Wraps around, as does the sum.
        pass(seconds{60});
        EXPECT_TRUE(events.reports.empty()) << wrong;
        pass(seconds{18});
        EXPECT_EQ(only().outcome, Outcome::Expired) << wrong;
        off = 0;
    }
}

TEST_F(ExecutorWordTest, ExpiresNothingBeforeSoManyBlocksCanHavePassed) {
    send(entry_intent());
    height = kLastValidHeight + 1;  // Two say so: as on a chain with slots of no time at all.
    slot_finalized = 300;
    run(rpc::expiry_floor(true) - milliseconds{100});
    EXPECT_TRUE(events.reports.empty());
    run(seconds{3});
    EXPECT_EQ(only().outcome, Outcome::Expired);
}

TEST_F(ExecutorTest, ExpiresNothingByOneNodesWordBeforeItsBlockhashIsOldAtTheUsualPace) {
    send(entry_intent());
    height = kLastValidHeight + 1;
    slot_finalized = 200;
    run(rpc::expiry_floor(false) - milliseconds{100});
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(node.calls_of("getTransaction"), 0U);
    run(seconds{3});
    EXPECT_EQ(only().outcome, Outcome::Expired);
}

TEST_F(ExecutorWordTest, SignsOnNoBlockhashWhoseLastValidHeightCannotBe) {
    // Read from whoever the pool asks; the other one's are refused, and then the first is asked.
    const auto expect_refused = [&](std::uint8_t id, auto wrong) {
        blockhash = Hash::from(key_of(static_cast<std::uint8_t>(90 + id)).bytes);
        events = Events{};
        begin();
        last_valid_other = wrong(last_valid);
        pass(seconds{40});
        EXPECT_TRUE(executor->is_ready()) << int{id};
        EXPECT_EQ(lifetime_of_exit(id), blockhash) << int{id};
    };
    using Height = std::uint64_t;
    expect_refused(1, [](Height) { return Height{0}; });
    expect_refused(2, [](Height valid) { return valid - 200; });
    expect_refused(3, [](Height valid) { return valid + 1'000; });
    expect_refused(4, [](Height) { return kAbsurd; });
    EXPECT_GT(other.calls_of("getLatestBlockhash"), 0U);
}

// Its height in slots, without the 150, or nothing at all: some nodes say so. There is nobody else.
TEST_F(ExecutorTest, AnOrderEndsLaterWhereTheOnlyNodeTellsALastValidHeightThatCannotBe) {
    constexpr std::uint64_t kEnd = 50 + 150 + 96;
    for (const std::uint64_t told : {std::uint64_t{0}, std::uint64_t{50}, std::uint64_t{199},
                                     std::uint64_t{1'000'000}, kAbsurd}) {
        SCOPED_TRACE(told);
        answers["getLatestBlockhash"] = [&](const RpcRequest& request) {
            return result_of(
                request,
                fmt::format(
                    R"({{"context":{{"slot":1}},"value":{{"blockhash":"{}","lastValidBlockHeight":{}}}}})",
                    blockhash.to_string(), told));
        };
        height = 50;
        slot_finalized = 60;
        events = Events{};
        blockhash = Hash::from(key_of(static_cast<std::uint8_t>(80 + told % 7)).bytes);
        make_executor();
        executor->start();
        run(seconds{1});
        ASSERT_TRUE(executor->is_ready()) << executor->missing();
        send(entry_intent());
        EXPECT_EQ(events.signatures.at(0).last_valid_height, BlockHeight{kEnd});
        // In pace with our clock, so that it is believed.
        for (height = 50; height < kEnd;) {
            height = std::min(height + 10, kEnd);
            slot_finalized = height + 10;
            run(seconds{4});
        }
        EXPECT_TRUE(events.reports.empty());
        ++height;
        ++slot_finalized;
        run(seconds{5});
        EXPECT_EQ(only().outcome, Outcome::Expired);
    }
}

// It is above the others by what just may be.
TEST_F(ExecutorWordTest, GoesBackToTheBlockhashOfTheOthersWhenNobodyComesUpToAHigherOne) {
    last_valid_other = last_valid + 100;
    pass(seconds{5});
    last_valid_other = 0;  // From now on its own are refused.
    pass(seconds{30});
    EXPECT_TRUE(executor->is_ready());
    EXPECT_EQ(lifetime_of_exit(1), blockhash);
}

}  // namespace
}  // namespace sniperforge::execute::test
