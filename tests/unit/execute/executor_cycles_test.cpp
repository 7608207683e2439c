// SPDX-License-Identifier: MIT
// What a cycle is signed on and how long it is sent: it ends on the chain a few blocks behind its
// slots, whoever has a copy of it.
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {
namespace {

constexpr Duration kBlockTime = milliseconds{400};
constexpr std::uint64_t kBlocks = 150;  // That a blockhash lives.
// A blockhash is read every two seconds, so they are five blocks apart.
constexpr std::uint64_t kApart = 5;
constexpr std::uint64_t kSpare = 2;  // Blocks behind its last slot that still take a cycle.
constexpr std::uint64_t kSlotsEmpty = 10'000;

// A chain that goes on, of which the finalized block is 32 behind the newest. The executor starts
// with it.
class ExecutorCyclesTest : public ExecutorTest {
 protected:
    ExecutorCyclesTest() {
        answers["getLatestBlockhash"] = [this](const RpcRequest& request) {
            return result_of(
                request,
                fmt::format(
                    R"({{"context":{{"slot":1}},"value":{{"blockhash":"{}","lastValidBlockHeight":{}}}}})",
                    Hash::from(key_of(static_cast<std::uint8_t>(newest)).bytes).to_string(),
                    last_valid_told.value_or(newest + kBlocks)));
        };
        follow();
        make_executor();
        executor->start();
        run(milliseconds{10});
    }
    void follow() {
        height = newest - 32;
        slot_finalized = height + kSlotsEmpty;
        slot_processed = newest + kSlotsEmpty;
        rpc.note_slot("node", Slot{slot_processed});
    }
    void pass(Duration duration) {
        for (const MonoTime end = reactor.now() + duration; reactor.now() < end;) {
            run(kBlockTime);
            ++newest;
            follow();
        }
    }
    [[nodiscard]] OrderIntent cycle(std::uint32_t slots_valid) {
        OrderIntent intent = cycle_intent(++cycles);
        intent.slots_valid = slots_valid;
        return intent;
    }
    // Of a cycle that is decided now.
    [[nodiscard]] std::uint64_t last_valid_of(std::uint32_t slots_valid) {
        submit(cycle(slots_valid));
        EXPECT_EQ(events.signatures.back().intent, IntentId{cycles});
        return events.signatures.back().last_valid_height.value;
    }

    std::uint64_t newest = 1'000;
    std::optional<std::uint64_t> last_valid_told;  // Instead of the true one.
    std::uint64_t cycles = 0;
};

TEST_F(ExecutorCyclesTest, ACycleIsSignedOnWhatTheBlockBehindItsSlotsJustTakes) {
    pass(seconds{70});
    const std::uint64_t last_valid = last_valid_of(2);
    EXPECT_GE(last_valid, newest + 2 + kSpare);
    EXPECT_LT(last_valid, newest + 2 + kSpare + kApart);
    const auto just = static_cast<std::uint32_t>(last_valid - newest - kSpare);
    EXPECT_EQ(last_valid_of(just), last_valid) << "the last block that takes it";
    EXPECT_EQ(last_valid_of(just + 1), last_valid + kApart) << "that block would not";
    // The bytes are on it.
    run(milliseconds{50});
    ASSERT_FALSE(sends().empty());
    const Bytes wire = wire_of(sends().at(0));
    const auto sent = solana::parse_transaction(wire);
    ASSERT_TRUE(sent);
    const std::uint64_t block = last_valid - kBlocks;
    EXPECT_EQ(sent->message.recent_blockhash,
              Hash::from(key_of(static_cast<std::uint8_t>(block)).bytes));
}

TEST_F(ExecutorCyclesTest, SlotsThatStayEmptyLetItLiveLongerAndNeverShorter) {
    pass(seconds{70});
    const std::uint64_t last_valid = last_valid_of(2);
    OrderIntent late = cycle(2);
    late.decided_at = late.decided_at.plus(8);  // Without a block.
    submit(late);
    EXPECT_EQ(events.signatures.back().last_valid_height.value, last_valid + 2 * kApart);
}

TEST_F(ExecutorCyclesTest, WhatIsBoughtIsSignedOnTheNewest) {
    pass(seconds{70});
    send(entry_intent(900));
    EXPECT_GT(events.signatures.back().last_valid_height.value, newest + kBlocks - kApart - 1);
}

TEST_F(ExecutorCyclesTest, AtFirstACycleIsSignedOnTheOldestThatIsKnown) {
    const std::uint64_t first = newest + kBlocks;
    EXPECT_EQ(last_valid_of(2), first);
    pass(seconds{30});
    EXPECT_EQ(last_valid_of(2), first);
    EXPECT_EQ(last_valid_of(100), first + kApart * 6) << "of so many slots, it is too old";
}

// The height that such an answer gives is a guess: nothing is known to expire soon.
TEST_F(ExecutorCyclesTest, WhereLastValidHeightsCannotBeACycleIsSignedOnTheNewest) {
    pass(seconds{70});
    last_valid_told = 0;
    pass(seconds{14});
    EXPECT_GT(last_valid_of(2), newest + kBlocks);
}

TEST_F(ExecutorCyclesTest, ACycleThatNobodyTookHasExpiredOnceTheBlockBehindItIsFinal) {
    pass(seconds{70});
    const std::uint64_t last_valid = last_valid_of(2);
    pass((last_valid + 32 - newest) * kBlockTime);
    EXPECT_EQ(height, last_valid);
    EXPECT_TRUE(events.reports.empty());
    pass(seconds{4});
    EXPECT_EQ(only().outcome, Outcome::Expired);
    EXPECT_EQ(only().failure, FailureClass::Expiry);
    EXPECT_EQ(executor->in_flight(), 0U);
}

// One node's word: by our own clock it can be no older than when it was read.
TEST_F(ExecutorCyclesTest, ACycleEndsNoSoonerThanABlockhashsLifeBehindItsReading) {
    const MonoTime read_at = reactor.now();  // The first.
    pass(seconds{50});
    const std::uint64_t last_valid = last_valid_of(2);
    ASSERT_EQ(last_valid, 1'000 + kBlocks);
    height = last_valid + 1;
    slot_finalized = height + kSlotsEmpty;
    slot_processed = slot_finalized + 32;
    run(rpc::expiry_floor(false) - (reactor.now() - read_at) - milliseconds{100});
    EXPECT_TRUE(events.reports.empty());
    run(seconds{3});
    EXPECT_EQ(only().outcome, Outcome::Expired);
}

// What others have taken meanwhile can only revert, for a fee.
TEST_F(ExecutorCyclesTest, ACycleIsSentAgainForTheSlotsThatItIsForAndNotBehindThem) {
    const OrderIntent intent = cycle(2);
    rpc.note_slot("node", intent.decided_at.plus(2));
    ASSERT_GT(settings.rebroadcast_interval, kBlockTime);
    send(intent);
    run(kBlockTime * 2);
    EXPECT_EQ(sends().size(), 3U) << "once for each slot";
    rpc.note_slot("node", intent.decided_at.plus(3));
    run(settings.rebroadcast_interval * 3);
    EXPECT_EQ(sends().size(), 3U);
    EXPECT_EQ(executor->in_flight(), 1U) << "what is out may land until its blockhash expires";
    submit(entry_intent(900));
    run(settings.rebroadcast_interval * 2 + milliseconds{50});
    EXPECT_EQ(sends().size(), 6U) << "a purchase is sent until it ends";
}

TEST_F(ExecutorCyclesTest, ACycleIsSentAgainSoonerWhereTheSettingsSaySo) {
    settings.rebroadcast_interval = milliseconds{100};
    make_executor();
    executor->start();
    run(milliseconds{10});
    const OrderIntent intent = cycle(2);
    rpc.note_slot("node", intent.decided_at);
    const std::size_t before = sends().size();
    send(intent);
    run(milliseconds{300});
    EXPECT_EQ(sends().size() - before, 4U);
}

// Its blockhash is old on purpose: that says nothing of the node, and sales are checked as before.
TEST_F(ExecutorCyclesTest, ANodeThatDoesNotTakeTheOldBlockhashHasNotFailed) {
    answer_send_with_error(-32'002, R"({"err":"BlockhashNotFound"})");
    for (std::size_t i = 1; i <= 3; ++i) {
        submit(cycle(2));
        run(milliseconds{50});
        ASSERT_EQ(events.reports.size(), i);
        EXPECT_EQ(events.reports.back().outcome, Outcome::Rejected);
        EXPECT_EQ(events.reports.back().failure, FailureClass::Expiry);
    }
    quote = [this] { return quote_of(100'000'000, 90'000'000, 10'000, kToken, kSol); };
    swap = [this] { return swap_of(compile(exit())); };
    submit(exit_intent(900));
    run(milliseconds{50});
    EXPECT_NE(sends().back().params.find(R"("skipPreflight":false)"), std::string::npos);
    EXPECT_EQ(events.reports.back().failure, FailureClass::Rpc);
}

}  // namespace
}  // namespace sniperforge::execute::test
