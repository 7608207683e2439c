// SPDX-License-Identifier: MIT
// What an order offers: the market's price times what our own landings teach, under the caps.
#include "sniperforge/solana/compute_budget.hpp"
#include "unit/execute/executor_support.hpp"
#include "unit/execute/offer_support.hpp"

namespace sniperforge::execute::test {
namespace {

constexpr std::uint64_t kMarketPrice = 100'000;

class ExecutorFees : public ExecutorTest {
 protected:
    ExecutorFees() {
        answers["getRecentPrioritizationFees"] = [this](const RpcRequest& request) {
            return result_of(request,
                             fmt::format(R"([{{"slot":1,"prioritizationFee":{}}}])", market_price));
        };
    }
    // An executor that follows the market and knows what it pays for the first pool.
    void follow_market() {
        settings.priority_fee = "market";
        make_executor();
        executor->start();
        executor->expect_orders(first_pool);
        run(seconds{1});
    }
    [[nodiscard]] std::uint64_t offered() const { return executor->offer(first_pool).price.raw(); }
    [[nodiscard]] SubmitHints with_offer() const {
        SubmitHints hints;
        hints.offer = executor->offer(first_pool);
        return hints;
    }
    [[nodiscard]] std::size_t fee_requests() const {
        return static_cast<std::size_t>(
            std::ranges::count(node.requests, "getRecentPrioritizationFees", &RpcRequest::method));
    }
    [[nodiscard]] static ComputeUnitPrice price_of(const RpcRequest& send) {
        const Bytes wire = wire_of(send);
        const auto sent = solana::parse_transaction(wire);
        EXPECT_TRUE(sent);
        for (const auto& instruction : sent->message.instructions) {
            const auto decoded = solana::decode_compute_budget_instruction(instruction.data);
            if (const auto* price =
                    std::get_if<solana::compute_budget_instruction::SetComputeUnitPrice>(
                        &decoded)) {
                return price->price;
            }
        }
        return {};
    }
    // Its blockhash has expired, and the chain has never seen it.
    void expire() {
        let_floor_pass();
        height = kLastValidHeight + 1;
        run(seconds{6});
    }

    std::uint64_t market_price = kMarketPrice;
};

TEST_F(ExecutorFees, OffersTheFixedPriceWithoutAskingUnlessTheMarketIsToBeFollowed) {
    executor->expect_orders(first_pool);
    run(seconds{3});
    EXPECT_EQ(fee_requests(), 0U);
    EXPECT_EQ(priced(executor->offer(first_pool)), Offer{.price = settings.priority_price});
    follow_market();
    EXPECT_EQ(fee_requests(), 1U);
    EXPECT_EQ(offered(), kMarketPrice);
    // The pool's own accounts, which every swap in it locks; not its mints, which none does.
    const auto asked =
        std::ranges::find(node.requests, "getRecentPrioritizationFees", &RpcRequest::method);
    for (const Pubkey& account : accounts.book.own_accounts_of(first_pool)) {
        EXPECT_NE(asked->params.find(account.to_string()), std::string::npos);
    }
    EXPECT_EQ(asked->params.find(kSol.to_string()), std::string::npos);
}

TEST_F(ExecutorFees, OffersNeverLessThanTheFixedPrice) {
    market_price = settings.priority_price.raw() - 1;
    follow_market();
    EXPECT_EQ(offered(), settings.priority_price.raw());
}

// 0.001 SOL for 200,000 units are 5,000,000 micro-lamports each.
TEST_F(ExecutorFees, OffersNeverMoreThanOneOrderMayCost) {
    market_price = 5'000'000;
    follow_market();
    EXPECT_EQ(offered(), 5'000'000U);
    market_price = 5'000'001;
    run(seconds{11});
    EXPECT_EQ(offered(), 5'000'000U);
    market_price = kU64Max;
    run(seconds{11});
    EXPECT_EQ(offered(), 5'000'000U);
}

// A cycle asks for more units: the same price would be beyond the cap.
TEST_F(ExecutorFees, BuildsACycleWithTheOfferLoweredToWhatItsUnitsMayCost) {
    settings.trade_fee_max = Lamports{9'000};
    follow_market();
    EXPECT_EQ(offered(), 45'000U);  // 9,000 lamports for 200,000 units.
    OrderIntent intent = cycle_intent();
    intent.spend_max += Lamports{3'000};  // 9,000 of priority fee instead of 6,000.
    submit(intent, with_offer());
    run(milliseconds{50});
    ASSERT_EQ(sends().size(), 1U) << (events.reports.empty() ? "" : only().error);
    EXPECT_EQ(price_of(sends()[0]), ComputeUnitPrice{30'000});  // For 300,000 units.
}

TEST_F(ExecutorFees, AsksJupiterForATransactionWithTheSameFee) {
    follow_market();
    submit(entry_intent(), with_offer());
    run(milliseconds{50});
    ASSERT_EQ(jupiter_requests.size(), 2U);
    // 200,000 units at 100,000 micro-lamports.
    EXPECT_NE(jupiter_requests[1].body.find(R"("prioritizationFeeLamports":20000)"),
              std::string::npos)
        << jupiter_requests[1].body;
}

TEST_F(ExecutorFees, LearnsFromAnOrderInABlockAndFromOneThatExpired) {
    follow_market();
    OrderIntent intent = entry_intent();
    intent.decided_at = Slot{77 - settings.landing_slots_target};  // It lands in slot 77.
    land(intent);
    EXPECT_EQ(executor->offer(first_pool).factor, 98U);
    EXPECT_EQ(offered(), kMarketPrice * 98 / 100);
    statuses = transaction = "null";
    events.reports.clear();
    blockhash = Hash::from(key_of(8).bytes);
    run(seconds{3});
    submit(entry_intent(2), with_offer());
    run(milliseconds{50});
    expire();
    ASSERT_EQ(events.reports.size(), 1U);
    ASSERT_EQ(only().outcome, Outcome::Expired) << only().error;
    // As many late as in time.
    EXPECT_EQ(executor->offer(first_pool).factor, 98U + 98U / 4);
}

// An entry costs 4,000 lamports of priority fee.
TEST_F(ExecutorFees, RejectsWhatTheDayHasNoRoomForAndLetsExitsOutAtTheLeastPrice) {
    settings.daily_fee_max = Lamports{8'000};
    make_executor();
    executor->start();
    run(milliseconds{10});
    executor->resume_fees(Lamports{4'000});
    submit(entry_intent(1));  // Exactly the limit.
    run(milliseconds{50});
    EXPECT_EQ(events.sent.size(), 1U);
    EXPECT_TRUE(events.reports.empty());
    submit(cycle_intent(2));
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(only().outcome, Outcome::Rejected);
    EXPECT_NE(only().error.find("8000 that the UTC day has used > 8000"), std::string::npos)
        << only().error;
    EXPECT_NE(only().error.find("execution.daily_fee_max_sol"), std::string::npos);
    quote = [this] { return quote_of(100'000'000, 90'000'000, 10'000, kToken, kSol); };
    swap = [this] { return swap_of(compile(exit())); };
    SubmitHints dear;
    dear.offer = Offer{.price = ComputeUnitPrice{1'000'000}};
    submit(exit_intent(3), dear);
    run(milliseconds{50});
    EXPECT_EQ(events.sent.size(), 2U);
    EXPECT_NE(jupiter_requests.back().body.find(R"("prioritizationFeeLamports":4000)"),
              std::string::npos);
}

// What was set aside for an order is given back with its end, and what it paid is counted.
TEST_F(ExecutorFees, CountsWhatAnOrderPaidAndReleasesWhatItDidNot) {
    settings.daily_fee_max = Lamports{7'999};
    make_executor();
    executor->start();
    run(milliseconds{10});
    answer_send_with_error(-32002);
    submit(entry_intent(1));
    run(seconds{1});
    ASSERT_EQ(events.reports.size(), 1U);
    ASSERT_EQ(only().outcome, Outcome::Rejected);
    answers.erase("sendTransaction");
    events.reports.clear();
    submit(entry_intent(2));
    run(milliseconds{50});
    ASSERT_TRUE(events.reports.empty()) << only().error;  // There is room again.
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{1});
    ASSERT_EQ(only().outcome, Outcome::Landed);
    submit(entry_intent(3));
    EXPECT_EQ(events.reports.back().outcome, Outcome::Rejected);
    EXPECT_NE(events.reports.back().error.find("4000 that the UTC day has used"), std::string::npos)
        << events.reports.back().error;
}

}  // namespace
}  // namespace sniperforge::execute::test
