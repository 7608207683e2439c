// SPDX-License-Identifier: MIT
// The paper desk of paper mode: a live feed's pools, and nodes to ask.
#include "sniperforge/execute/live_pools.hpp"
#include "sniperforge/execute/order_costs.hpp"
#include "unit/execute/paper_support.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::execute::paper_test {
namespace {

[[nodiscard]] OrderIntent cycle_of(std::uint64_t id, TokenAmount paid, TokenAmount tokens,
                                   TokenAmount sold) {
    OrderIntent cycle = entry(id, paid.raw(), sold.raw());
    cycle.kind = OrderKind::Cycle;
    cycle.mint_out = solana::kWrappedSolMint;
    cycle.leg_count = 2;
    cycle.legs[0] = {kPool, Direction::BToA, paid, tokens};
    cycle.legs[1] = {kDearPool, Direction::AToB, tokens, sold};
    return cycle;
}

class PaperDeskOnTheLiveMarket : public PaperDeskTest {
 protected:
    PaperDeskOnTheLiveMarket()
        : node{reactor, 1'000},
          client{reactor,
                 {{.name = "node", .url = node.rpc_url(), .api_key = {}, .api_key_header = {}}}} {
        node.answer = [this](const sniperforge::test::RpcRequest& request) {
            methods.push_back(request.method);
            return is_node_failing ? sniperforge::test::error_of(request, -32603, "down")
                                   : sniperforge::test::result_of(request, "2074080");
        };
        for (const dex::Pool& pool : pools.all) {
            dex::Pool other = pool;
            std::get<dex::RaydiumAmmV4Pool>(other.state).id = key_of(50 + book.size());
            (void)book.add(std::move(other), Slot{1}).value();
        }
    }
    [[nodiscard]] PaperDesk live_desk(const config::PaperSettings& paper) {
        return PaperDesk{{.clock = clock,
                          .pools = live,
                          .events = reports,
                          .token_account_rent = {},
                          .costs = &costs,
                          .slots_late_max = 8,
                          .is_feed_lost = [this] { return is_feed_lost; }},
                         execution,
                         paper,
                         1};
    }
    void run(PaperDesk& desk, Duration duration) {
        const MonoTime end = reactor.now() + duration;
        while (reactor.now() < end) {
            desk.on_tick(reactor.now());
            reactor.run_until(reactor.now() + std::chrono::milliseconds{100});
        }
    }

    net::VirtualReactor reactor;
    sniperforge::test::FakeNode node;
    rpc::RpcClient client;
    dex::PoolBook book;
    LivePools live{book};
    OrderCosts costs{reactor, client, nullptr, book, execution};
    std::vector<std::string> methods;
    bool is_node_failing = false, is_feed_lost = false;
};

TEST_F(PaperDeskOnTheLiveMarket, IsReadyOnceANodeHasToldTheRentAndAsksForNothingElse) {
    PaperDesk paper = live_desk(landing_after(1));
    is_node_failing = true;
    paper.start();
    run(paper, std::chrono::seconds{3});
    EXPECT_FALSE(paper.is_ready());
    is_node_failing = false;
    run(paper, std::chrono::seconds{3});
    EXPECT_TRUE(paper.is_ready());
    EXPECT_EQ(paper.token_account_rent(), Lamports{2'074'080});
    submit(paper, entry(1, 100'000'000, 1));
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.size(), 1U);
    EXPECT_EQ(reports.all[0].fill.rent_paid, Lamports{2'074'080});
    for (const std::string& method : methods) {
        EXPECT_EQ(method, "getMinimumBalanceForRentExemption");
    }
}

TEST_F(PaperDeskOnTheLiveMarket, PaysThePriceThatItOfferedAndNoTipOfWhatReverted) {
    PaperDesk paper = live_desk(landing_after(1));
    SubmitHints hints;
    hints.offer = Offer{ComputeUnitPrice{20'000}, Lamports{50'000}};
    submit(paper, entry(1, 100'000'000, 1), hints);
    submit(paper, entry(2, 100'000'000, kU64Max), hints);
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.size(), 2U);
    EXPECT_EQ(reports.all[0].fill.tip, Lamports{50'000});
    EXPECT_EQ(reports.all[0].fill.priority_fee, Lamports{4'000});
    ASSERT_TRUE(reports.all[0].fill.venue_fees);
    EXPECT_EQ(reports.all[0].fill.venue_fees->amm, Lamports{250'000}) << "25 bps";
    EXPECT_EQ(reports.all[1].outcome, Outcome::Reverted);
    EXPECT_EQ(reports.all[1].fill.wallet, LamportsDelta{-9'000});
}

TEST_F(PaperDeskOnTheLiveMarket, TheDaysFeesRefuseEntriesAndLetExitsPayTheLeast) {
    execution.daily_fee_max = Lamports{60'000};
    PaperDesk paper = live_desk(landing_after(1));
    paper.resume_fees(Lamports{6'000});
    SubmitHints hints;
    hints.offer = Offer{ComputeUnitPrice{20'000}, Lamports{50'000}};
    submit(paper, entry(1, 100'000'000, 1), hints);  // Exactly what is left.
    EXPECT_EQ(paper.in_flight(), 1U);
    submit(paper, entry(2, 100'000'000, 1), hints);
    ASSERT_EQ(reports.all.size(), 1U);
    EXPECT_EQ(reports.all[0].outcome, Outcome::Rejected);
    EXPECT_EQ(reports.all[0].fill, Fill{});
    submit(paper, exit(3, 1'000'000, 1), hints);
    EXPECT_EQ(paper.in_flight(), 2U);
    paper.on_slot(Slot{12});
    EXPECT_EQ(reports.all.back().outcome, Outcome::Landed);
    EXPECT_EQ(reports.all.back().fill.tip, Lamports{});
}

// The chain still shows the gap. Live it would be gone, and nobody would try again.
TEST_F(PaperDeskOnTheLiveMarket, WhatOnlyOurOwnImpactRefusesIsRejectedAndCostsNothing) {
    PaperDesk paper = live_desk(landing_after(1));
    const std::uint64_t shown = quoted(book.pool(kPool), Direction::BToA, 100'000'000);
    submit(paper, entry(1, 100'000'000, shown));
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.back().outcome, Outcome::Landed);
    submit(paper, entry(2, 100'000'000, shown));
    EXPECT_EQ(reports.all.back().outcome, Outcome::Rejected);
    EXPECT_EQ(reports.all.back().failure, FailureClass::None);
    EXPECT_EQ(paper.in_flight(), 0U);
    // What the chain would refuse as well is sent and pays for it, as it would live.
    submit(paper, entry(3, 100'000'000, shown * 2));
    EXPECT_EQ(paper.in_flight(), 1U);
}

TEST_F(PaperDeskOnTheLiveMarket, ACycleIsTakenOnceHoweverLongTheChainShowsIt) {
    PaperDesk paper = live_desk(landing_after(1));
    const TokenAmount tokens{10'000'000'000};
    const auto buy = dex::quote_exact_out(book.pool(kPool), Direction::BToA, tokens, {});
    const std::uint64_t sold = quoted(book.pool(kDearPool), Direction::AToB, tokens.raw());
    OrderIntent cycle = cycle_of(1, buy->amount_in, tokens, TokenAmount{sold});
    submit(paper, cycle);
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.back().outcome, Outcome::Landed);
    EXPECT_EQ(paper.own_swaps().size(), 2U);
    cycle.intent_id = IntentId{2};
    submit(paper, cycle);
    EXPECT_EQ(reports.all.back().outcome, Outcome::Rejected);
    EXPECT_EQ(reports.unbuildable, 1) << "the route rests";
}

TEST_F(PaperDeskOnTheLiveMarket, OutcomesAreWrittenDownBeforeAnythingElseAndOnlyThey) {
    std::vector<std::size_t> written;
    PaperDesk paper{{.clock = clock,
                     .pools = live,
                     .events = reports,
                     .token_account_rent = kAccountRent,
                     .costs = nullptr,
                     .write_down = [&] { written.push_back(reports.all.size()); }},
                    execution,
                    landing_after(1),
                    1};
    submit(paper, entry(1, 100'000'000, 1));
    submit(paper, entry(2, 100'000'000, 1));
    paper.on_slot(Slot{11});
    EXPECT_TRUE(written.empty());
    paper.on_slot(Slot{12});
    EXPECT_EQ(written, (std::vector<std::size_t>{2}));
}

TEST_F(PaperDeskOnTheLiveMarket, ASlotThatWasNotSeenFillsNothing) {
    PaperDesk paper = live_desk(landing_after(1));
    submit(paper, entry(1, 100'000'000, 1));
    paper.on_slot(Slot{11 + 8});
    ASSERT_EQ(reports.all.size(), 1U);
    EXPECT_EQ(reports.all[0].outcome, Outcome::Landed);
    submit(paper, entry(2, 100'000'000, 1));
    paper.on_slot(Slot{20 + 9});
    ASSERT_EQ(reports.all.size(), 2U);
    EXPECT_EQ(reports.all[1].outcome, Outcome::Expired);
    EXPECT_NE(reports.all[1].error.find("slot 20"), std::string::npos) << reports.all[1].error;
}

// Its reserves stand still there, at the price of before the rug that blinded us to it.
TEST_F(PaperDeskOnTheLiveMarket, NothingIsFilledOnAPoolThatTheFeedDoesNotHear) {
    PaperDesk paper = live_desk(landing_after(1));
    std::uint64_t slot = 10;
    const auto outcome = [&](IntentId id, PoolIndex pool) {
        OrderIntent sale = exit(id.value, 1'000'000, 1);
        sale.pool = pool;
        submit(paper, sale);
        paper.on_slot(Slot{slot += 2});
        return reports.all.back().intent_id == id ? reports.all.back().outcome : Outcome::Unknown;
    };
    book.set_blind(key_of(50));
    ASSERT_TRUE(book.is_blind(kPool));
    ASSERT_FALSE(book.is_blind(kDearPool));
    EXPECT_EQ(outcome(IntentId{1}, kPool), Outcome::Expired);
    EXPECT_EQ(reports.all.back().failure, FailureClass::None) << "no breaker is to count it";
    EXPECT_EQ(reports.all.back().fill, Fill{});
    EXPECT_NE(reports.all.back().error.find("not heard of"), std::string::npos);
    EXPECT_TRUE(reports.finals.empty());
    EXPECT_EQ(outcome(IntentId{2}, kDearPool), Outcome::Landed) << "of another pool";
    book.set_heard(key_of(50));
    EXPECT_EQ(outcome(IntentId{3}, kPool), Outcome::Landed) << "heard again";
}

TEST_F(PaperDeskOnTheLiveMarket, ACycleNeedsEachOfItsPoolsHeard) {
    PaperDesk paper = live_desk(landing_after(1));
    const TokenAmount tokens{10'000'000'000};
    const auto buy = dex::quote_exact_out(book.pool(kPool), Direction::BToA, tokens, {});
    const std::uint64_t sold = quoted(book.pool(kDearPool), Direction::AToB, tokens.raw());
    submit(paper, cycle_of(1, buy->amount_in, tokens, TokenAmount{sold}));
    book.set_blind(key_of(51));
    paper.on_slot(Slot{12});
    EXPECT_EQ(reports.all.back().outcome, Outcome::Expired);
    EXPECT_TRUE(paper.own_swaps().empty());
}

// Slots may be heard of while no account is.
TEST_F(PaperDeskOnTheLiveMarket, NothingIsFilledWhileTheWholeFeedIsLost) {
    PaperDesk paper = live_desk(landing_after(1));
    submit(paper, entry(1, 100'000'000, 1));
    is_feed_lost = true;
    paper.on_slot(Slot{12});
    ASSERT_EQ(reports.all.size(), 1U);
    EXPECT_EQ(reports.all[0].outcome, Outcome::Expired);
}

TEST_F(PaperDeskOnTheLiveMarket, AtTheEndOnlyWhatNoBlockTakesIsGivenUp) {
    PaperDesk landing = live_desk(landing_after(2)), lost = live_desk(landing_after(0));
    submit(landing, entry(1, 100'000'000, 1));
    landing.give_up_lost();
    EXPECT_EQ(landing.in_flight(), 1U);
    submit(lost, entry(2, 100'000'000, 1));
    lost.give_up_lost();
    EXPECT_EQ(lost.in_flight(), 0U);
    ASSERT_EQ(reports.all.size(), 1U);
    EXPECT_EQ(reports.all[0].outcome, Outcome::Expired);
    EXPECT_EQ(reports.all[0].failure, FailureClass::None) << "no breaker is to count it";
}

TEST_F(PaperDeskOnTheLiveMarket, WhatAnEarlierProcessHadInFlightHasExpired) {
    PaperDesk paper = live_desk(landing_after(1));
    EXPECT_FALSE(paper.is_signing());
    paper.resume(entry(7, 100'000'000, 1), Signature{}, BlockHeight{}, std::nullopt);
    ASSERT_EQ(reports.all.size(), 1U);
    EXPECT_EQ(reports.all[0].outcome, Outcome::Expired);
    EXPECT_EQ(reports.all[0].failure, FailureClass::None);
    EXPECT_EQ(reports.all[0].fill, Fill{});
    paper.know_account(kCoin);
    submit(paper, entry(8, 100'000'000, 1));
    paper.on_slot(Slot{12});
    EXPECT_EQ(reports.all.back().fill.rent_paid, Lamports{}) << "its account is there";
}

}  // namespace
}  // namespace sniperforge::execute::paper_test
