// SPDX-License-Identifier: MIT
// Orders with a tip: one signature on the nodes and on the lanes.
#include "unit/execute/laned_executor.hpp"
#include "unit/execute/offer_support.hpp"

namespace sniperforge::execute::test {
namespace {

using lane_test::kTipAccount;

constexpr std::uint64_t kTip = 10'000;

class ExecutorLanes : public LanedExecutorTest {
 protected:
    ExecutorLanes() {
        settings.path = "direct";
        start_with_lane();
    }

    void start_with_lane() {
        use_lane();
        make_laned_executor();
        run(milliseconds{100});
    }
    // With the offer of now, and the lamports for its tip.
    void submit_tipped(OrderIntent intent) {
        SubmitHints hints;
        hints.offer = executor->offer(first_pool);
        intent.spend_max += hints.offer->tip;
        submit(intent, hints);
    }
    [[nodiscard]] Bytes wire_of_lane(std::size_t request = 0) const {
        const auto sent = sniperforge::test::parse_request(lane.requests.at(request).body);
        const auto wire = base64_decode(test::first_text(sent.params));
        EXPECT_TRUE(wire);
        return wire ? *wire : Bytes{};
    }
    // Of transfers to the tip account.
    [[nodiscard]] static std::vector<std::uint64_t> tips_in(const Bytes& wire) {
        const auto sent = solana::parse_transaction(wire);
        EXPECT_TRUE(sent);
        std::vector<std::uint64_t> tips;
        for (const auto& instruction : sent->message.instructions) {
            const auto decoded = solana::decode_system_instruction(instruction.data);
            const auto* transfer = std::get_if<solana::system_instruction::Transfer>(&decoded);
            if (sent->message.program_id(instruction) == solana::kSystemProgram &&
                transfer != nullptr &&
                sent->message.account_keys[instruction.account_indexes[1]] == kTipAccount) {
                tips.push_back(transfer->lamports.raw());
            }
        }
        return tips;
    }
};

// The proof of mutual exclusion: whoever lands it, it is the same transaction.
TEST_F(ExecutorLanes, GiveACyclesOneSignatureToNodesAndLanesAtOnce) {
    submit_tipped(cycle_intent());
    run(milliseconds{50});
    ASSERT_EQ(sends().size(), 1U) << (events.reports.empty() ? "" : only().error);
    ASSERT_EQ(lane.requests.size(), 1U);
    EXPECT_EQ(wire_of_lane(), wire_of(sends()[0]));
    EXPECT_EQ(tips_in(wire_of_lane()), std::vector{kTip});
    EXPECT_EQ(events.signatures.size(), 1U);
    EXPECT_EQ(executor->statistics().tipped, 1U);
    run(seconds{2});  // And again, with the nodes: still the same bytes.
    ASSERT_GT(lane.requests.size(), 1U);
    EXPECT_EQ(wire_of_lane(1), wire_of_lane(0));
    EXPECT_EQ(events.signatures.size(), 1U);
}

// Otherwise a certain failure, which a node would have seen, would land and cost its fee.
TEST_F(ExecutorLanes, GetAnEntryOnceANodeHasLetItPass) {
    node.delay = milliseconds{500};
    submit_tipped(entry_intent());
    run(milliseconds{450});
    ASSERT_EQ(sends().size(), 1U) << (events.reports.empty() ? "" : only().error);
    EXPECT_TRUE(lane.requests.empty());
    run(milliseconds{150});
    ASSERT_EQ(lane.requests.size(), 1U);
    EXPECT_EQ(tips_in(wire_of_lane()), std::vector{kTip});
}

TEST_F(ExecutorLanes, GetAnEntryAfterARebroadcastWhereNoNodeAnswers) {
    node.is_mute = true;
    submit_tipped(entry_intent());
    run(settings.rebroadcast_interval - milliseconds{100});
    EXPECT_TRUE(lane.requests.empty());
    run(milliseconds{200});
    EXPECT_EQ(lane.requests.size(), 1U);
    node.is_mute = false;
}

TEST_F(ExecutorLanes, NeverGetWhatANodeRefused) {
    answer_send_with_error(-32002);
    submit_tipped(entry_intent());
    run(seconds{2});
    EXPECT_EQ(only().outcome, Outcome::Rejected);
    EXPECT_TRUE(lane.requests.empty());
}

// It may be on its way through the lane, so nobody may call it rejected.
TEST_F(ExecutorLanes, KeepAnOrderOpenThatEveryNodeRefuses) {
    answer_send_with_error(-32003);
    submit_tipped(cycle_intent());
    run(seconds{2});
    EXPECT_FALSE(lane.requests.empty());
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(executor->in_flight(), 1U);
}

TEST_F(ExecutorLanes, DoNotKeepTheNodesWaitingWhenTheyAreDown) {
    lane.is_mute = true;
    submit_tipped(cycle_intent(1));
    EXPECT_EQ(events.sent.size(), 1U);  // From inside the call.
    run(milliseconds{50});
    EXPECT_EQ(sends().size(), 1U);
    lane.go_away();
    run(seconds{6});
    EXPECT_TRUE(lanes->statistics()[0].is_resting);
    // Then no order pays a tip that nobody earns.
    EXPECT_EQ(executor->offer(first_pool).tip, Lamports{});
    OrderIntent next = cycle_intent(2);
    submit_tipped(next);
    run(milliseconds{50});
    EXPECT_EQ(events.sent.size(), 2U);
    EXPECT_TRUE(tips_in(wire_of(sends().back())).empty());
}

TEST_F(ExecutorLanes, PayTheTipWithinWhatOneOrderMayCostAndNoneBelowTheFloor) {
    settings.trade_fee_max = Lamports{4'000 + kTip};  // An entry's least priority fee is 4,000.
    start_with_lane();
    EXPECT_EQ(executor->offer(first_pool).tip, Lamports{kTip});
    settings.trade_fee_max = Lamports{4'000 + kTip - 1};
    start_with_lane();
    EXPECT_EQ(executor->offer(first_pool).tip, Lamports{});
}

TEST_F(ExecutorLanes, PutTheTipIntoJupitersTransactionToo) {
    settings.path = "jupiter";
    start_with_lane();
    submit_tipped(entry_intent());
    run(milliseconds{100});
    ASSERT_EQ(lane.requests.size(), 1U) << (events.reports.empty() ? "" : only().error);
    EXPECT_EQ(tips_in(wire_of_lane()), std::vector{kTip});
    EXPECT_EQ(wire_of_lane(), wire_of(sends()[0]));
}

// Better to the nodes alone than not at all.
TEST_F(ExecutorLanes, AreLeftOutOfWhatDoesNotFitATransactionWithItsTip) {
    constexpr std::size_t kMessageMax = solana::kTransactionBytesMax - 65;
    constexpr std::size_t kAccountBytes = 33;  // Its key and its index.
    settings.path = "jupiter";
    start_with_lane();
    Instructions instructions = entry();
    Bytes message = compile(instructions);
    for (std::uint64_t i = 0; message.size() + kAccountBytes <= kMessageMax; ++i) {
        instructions[6].accounts.push_back(solana::readonly(key_of(500 + i)));
        message = compile(instructions);
    }
    swap = [&] { return swap_of(message); };
    submit_tipped(entry_intent());
    run(milliseconds{100});
    ASSERT_EQ(sends().size(), 1U) << (events.reports.empty() ? "" : only().error);
    EXPECT_TRUE(tips_in(wire_of(sends()[0])).empty());
    EXPECT_TRUE(lane.requests.empty());
    EXPECT_EQ(executor->statistics().tipped, 0U);
}

// The least price and no tip: the day has no room for more, and whoever wants out is let out.
TEST_F(ExecutorLanes, LetAnExitGoWithoutATipAtTheDaysCap) {
    settings.daily_fee_max = Lamports{4'000 + kTip};
    start_with_lane();
    EXPECT_EQ(executor->offer(first_pool).tip, Lamports{kTip});
    executor->resume_fees(Lamports{1});
    EXPECT_EQ(priced(executor->offer(first_pool)), Offer{.price = settings.priority_price});
    OrderIntent sale = exit_intent();
    sale.receive_min = TokenAmount{900};  // What the pool pays is 997.
    submit_tipped(sale);
    run(milliseconds{50});
    ASSERT_EQ(sends().size(), 1U) << (events.reports.empty() ? "" : only().error);
    EXPECT_TRUE(lane.requests.empty());
}

// 0.1 SOL, a rent and the tip for 10,000 tokens: the tip is a cost of its own.
TEST_F(ExecutorLanes, ReportTheTipThatTheChainSaysWasPaid) {
    send(entry_intent());
    statuses = kConfirmed;
    transaction = fmt::format(
        R"({{"meta":{{"err":null,"fee":9000,"postBalances":[{},{},7{}],"postTokenBalances":[{{)"
        R"("accountIndex":1,"mint":"{}","owner":"{}","uiTokenAmount":{{"amount":"10000"}}}}],)"
        R"("preBalances":[1000000000,0,700000],"preTokenBalances":[]}},"slot":77,"transaction":{{)"
        R"("message":{{"accountKeys":["{}","{}","{}"]}},"signatures":["x"]}}}})",
        1'000'000'000 - 100'009'000 - kRent.raw() - kTip, kRent.raw(), "10000", kToken.to_string(),
        wallet().to_string(), wallet().to_string(), own(kToken).to_string(),
        kTipAccount.to_string());
    run(seconds{1});
    ASSERT_EQ(only().outcome, Outcome::Landed);
    EXPECT_EQ(only().fill.tip, Lamports{kTip});
    EXPECT_EQ(only().fill.wallet,
              LamportsDelta{-static_cast<std::int64_t>(100'009'000 + kRent.raw() + kTip)});
    EXPECT_EQ(executor->fees_used_today(), Lamports{4'000 + kTip});
}

}  // namespace
}  // namespace sniperforge::execute::test
