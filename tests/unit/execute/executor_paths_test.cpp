// SPDX-License-Identifier: MIT
// Which way an entry or an exit takes, and what happens when it is closed.
#include "unit/execute/path_support.hpp"

namespace sniperforge::execute::test {
namespace {

// ---- Direct first ----

TEST_F(PathTest, SellsAndBuysInThePoolOfTheOrderWithinTheCallThatApprovedIt) {
    submit(sale(1), {.is_token_account_emptied = true});
    submit(entry_intent(2));
    EXPECT_EQ(events.sent.size(), 2U) << only().error;
    EXPECT_EQ(events.asked_jupiter, (std::vector{false, false}));
    EXPECT_TRUE(events.rechecked.empty());
    run(milliseconds{50});
    EXPECT_TRUE(jupiter_requests.empty());
    ASSERT_EQ(sends().size(), 2U);
    EXPECT_TRUE(was_sent_directly(0) && was_sent_directly(1));
    expect_sent(2, 0);
    EXPECT_EQ(paths().fallbacks, 0U);
    // Written down and looked at by a node first, as any other.
    EXPECT_EQ(events.signatures.size(), 2U);
    EXPECT_EQ(events.signatures[0].last_valid_height, BlockHeight{kLastValidHeight});
    EXPECT_NE(sends()[0].params.find(R"("skipPreflight":false)"), std::string::npos);
}

TEST_F(PathTest, KeepsToTheOnePathOfTheConfiguration) {
    take("direct");
    submit(sale(1));
    run(milliseconds{50});
    ASSERT_EQ(sends().size(), 1U);
    EXPECT_TRUE(was_sent_directly());
    take("jupiter");
    submit(sale(2));
    run(milliseconds{50});
    ASSERT_EQ(sends().size(), 2U) << events.reports.back().error;
    EXPECT_FALSE(was_sent_directly(1));
    // And does not leave it.
    jupiter_server.reset();
    submit(sale(3));
    run(seconds{3});
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(only().outcome, Outcome::Rejected);
    EXPECT_EQ(paths().fallbacks, 0U);
    take("direct");
    OrderIntent unknown = sale(4);
    unknown.pool = PoolIndex{99};
    submit(unknown);
    ASSERT_EQ(events.reports.size(), 2U);
    EXPECT_NE(events.reports[1].error.find("it has not been read"), std::string::npos);
    // A doubted pool is no reason to stay where there is no other way out.
    accounts.book.set_blind(dex::id_of(accounts.book.pool(first_pool)));
    submit(sale(5));
    EXPECT_EQ(events.sent.size(), 3U);
    submit(entry_intent(6));
    EXPECT_EQ(events.sent.size(), 3U);
}

// ---- What stands against it: Jupiter is asked, and the reason is counted ----

TEST_F(PathTest, AsksJupiterForAPoolThatHasNotBeenReadOrTradesSomethingElse) {
    OrderIntent unread = sale(1);
    unread.pool = PoolIndex{99};
    submit(unread);
    OrderIntent other = sale(2);
    other.pool = accounts.add({.number = 3, .mint_b = key_of(91)}, {1'000, 1'000});
    submit(other);
    run(milliseconds{50});
    EXPECT_EQ(met(DirectObstacle::PoolUnknown), 2U);
    expect_sent(0, 2);
}

// The last word is of the way that is closed; what the market said comes before it.
TEST_F(PathTest, RemembersThatAnExitsPriceWasRefusedWhereNoOtherWayIsOpen) {
    std::uint64_t out_min = sale(1).receive_min.raw() - 1;
    quote = [&] { return quote_of(200'000'000, out_min, kSold, kToken, kSol); };
    OrderIntent unread = sale(1);
    unread.pool = PoolIndex{99};
    submit(unread);
    run(milliseconds{50});
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(only().failure, FailureClass::Slippage) << only().error;
    EXPECT_NE(only().error.find("it has not been read"), std::string::npos) << only().error;
    ++out_min;
    OrderIntent again = sale(1);
    again.intent_id = IntentId{2};
    again.pool = PoolIndex{99};
    submit(again);
    run(milliseconds{50});
    expect_sent(0, 1);
}

TEST_F(PathTest, AsksJupiterWhereThePoolPaysOneUnitLessThanTheFloorAndNotAtTheFloor) {
    const auto quoted =
        dex::quote_exact_in(accounts.book.pool(first_pool), Direction::BToA, TokenAmount{kSold},
                            {.unix_time = reactor.wall_now().seconds()});
    ASSERT_TRUE(quoted);
    quote = [&] { return quote_of(2'000'000'000, 1'900'000'000, kSold, kToken, kSol); };
    swap = [this] {
        Instructions instructions = jupiter_sale();
        Route route = exit_route();
        route.amount_in = kSold;
        route.quoted_out = 2'000'000'000;
        instructions[3] = route.instruction();
        return swap_of(compile(instructions));
    };
    OrderIntent intent = sale(1);
    intent.receive_min = quoted->amount_out;
    submit(intent);
    run(milliseconds{50});
    expect_sent(1, 0);
    intent.intent_id = IntentId{2};
    intent.receive_min += TokenAmount{1};
    submit(intent);
    run(milliseconds{50});
    EXPECT_EQ(met(DirectObstacle::BelowFloor), 1U);
    expect_sent(1, 1);
}

TEST_F(PathTest, AsksJupiterWhereThePoolCannotBeQuoted) {
    accounts.apply(
        dex::test::TestPool{.venue = VenueId::RaydiumAmmV4, .number = 1, .mint_b = kToken}
            .account_a(0),
        2);
    OrderIntent intent = sale();
    intent.receive_min = TokenAmount{1};
    submit(intent);
    run(milliseconds{50});
    EXPECT_EQ(met(DirectObstacle::NotQuotable), 1U);
    expect_sent(0, 1);
}

TEST_F(PathTest, SignsNothingOfOursForAVenueThatWeDoNotKnowAnyMoreNotEvenAsTheLastWayOut) {
    submit(sale(1), {.venue = dex::VenueStanding::Quarantined});
    run(milliseconds{50});
    expect_sent(0, 1);
    jupiter_server.reset();
    submit(sale(2), {.venue = dex::VenueStanding::Quarantined});
    run(seconds{3});
    expect_sent(0, 1);
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_NE(only().error.find("Jupiter quote"), std::string::npos) << only().error;
    EXPECT_NE(only().error.find("are not those we know any more"), std::string::npos);
    EXPECT_EQ(met(DirectObstacle::VenueQuarantined), 3U);  // Before Jupiter twice, after it once.
}

TEST_F(PathTest, LetsAnExitOutOfADoubtedPoolWhenJupiterIsNoWayOutAndNoEntryIn) {
    accounts.book.set_blind(dex::id_of(accounts.book.pool(first_pool)));
    submit(sale(1));
    run(milliseconds{50});
    expect_sent(0, 1);
    EXPECT_EQ(met(DirectObstacle::PoolDoubted), 1U);
    jupiter_server.reset();
    submit(sale(2));
    submit(entry_intent(3));
    run(seconds{3});
    expect_sent(1, 1);
    EXPECT_TRUE(was_sent_directly(1));
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(only().intent_id, IntentId{3});
    EXPECT_NE(only().error.find("it may have changed unheard"), std::string::npos) << only().error;
    // The same before any live instruction of the venue was seen.
    accounts.book.set_heard(dex::id_of(accounts.book.pool(first_pool)));
    submit(sale(4), {.venue = dex::VenueStanding::Unproven});
    EXPECT_EQ(events.sent.size(), 2U);
    run(seconds{3});
    EXPECT_EQ(events.sent.size(), 3U);
}

// ---- Jupiter fails: the order goes directly at once ----

TEST_F(PathTest, SellsDirectlyWhateverIsWrongWithJupiter) {
    const auto status = [](int code) { return [code] { return http_answer(code); }; };
    const std::function<void()> troubles[] = {
        [&] { quote = status(429); },
        [&] { quote = status(503); },
        [&] { quote = status(400); },
        [&] { quote = [this] { return quote_of(1, 1, kSold, kToken, kSol); }; },  // Too little.
        [&] { quote = [this] { return quote_of(9, 9); }; },  // For another order.
        [&] { swap = status(429); },
        [&] { swap = [this] { return swap_of(compile(entry())); }; },  // The signer refuses it.
        [&] { jupiter_server.reset(); },
    };
    accounts.book.set_blind(dex::id_of(accounts.book.pool(first_pool)));  // So that it is asked.
    const auto good_quote = quote;
    const auto good_swap = swap;
    std::uint64_t id = 0;
    for (const auto& trouble : troubles) {
        SCOPED_TRACE(++id);
        quote = good_quote;
        swap = good_swap;
        trouble();
        submit(sale(id));
        run(seconds{3});
        ASSERT_EQ(events.sent.size(), id) << (events.reports.empty() ? "" : only().error);
        EXPECT_TRUE(events.asked_jupiter.back());
        expect_sent(id, 0);
        EXPECT_EQ(paths().fallbacks, id);
    }
    EXPECT_TRUE(events.reports.empty());
    EXPECT_EQ(events.signatures.size(), id) << "each order is signed once";
}

// An entry that waited for Jupiter is looked at again, also on the other path.
TEST_F(PathTest, BuysNothingDirectlyThatHasBecomeTooLateMeanwhile) {
    fail_directly(9);
    events.reports.clear();
    quote = [] { return http_answer(400); };
    events.denial = Denial{DenialReason::DataStale, "old"};
    submit(entry_intent(1));
    run(seconds{1});
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_NE(only().error.find("not signed, DATA_STALE"), std::string::npos) << only().error;
    events.denial.reset();
    submit(entry_intent(2));
    run(seconds{1});
    EXPECT_EQ(events.sent.size(), 2U);
    EXPECT_EQ(events.rechecked, (std::vector{IntentId{1}, IntentId{2}}));
}

TEST_F(PathTest, SaysWhatWasWrongOnBothWays) {
    quote = [] { return http_answer(429); };
    OrderIntent intent = sale();
    intent.receive_min = TokenAmount{kU64Max};
    submit(intent);
    run(seconds{1});
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(only().outcome, Outcome::Rejected);
    EXPECT_NE(only().error.find("Jupiter quote: HTTP 429"), std::string::npos) << only().error;
    EXPECT_NE(only().error.find("; then not through pool"), std::string::npos) << only().error;
    EXPECT_TRUE(only().signature.is_zero()) << "the market has refused nothing";
    expect_nothing_sent();
}

// ---- The chain refuses: the next attempt takes the other way ----

TEST_F(PathTest, AsksJupiterAfterADirectAttemptWasRefusedAndGoesDirectlyAfterThat) {
    fail_directly(1);
    submit(sale(2));
    run(milliseconds{50});
    expect_sent(1, 1);
    EXPECT_EQ(jupiter_requests.size(), 2U);
    submit(sale(3));  // What becomes of the second is not known yet.
    run(milliseconds{50});
    expect_sent(1, 2);
    // Refused there too: directly again.
    events.reports.clear();
    refuse_in_preflight();
    submit(sale(4));
    run(seconds{1});
    expect_sent(1, 3);
    answers.clear();
    submit(sale(5));
    run(milliseconds{50});
    expect_sent(2, 3);
}

TEST_F(PathTest, RemembersARevertOfTheTokenAndOfNoOther) {
    statuses = kConfirmed;
    transaction = reverted_entry();
    submit(sale(1));
    run(seconds{1});
    ASSERT_EQ(only().outcome, Outcome::Reverted);
    statuses = "null";
    OrderIntent other = sale(2);
    other.mint_in = key_of(91);
    other.pool = accounts.add({.number = 3, .mint_b = key_of(91)},
                              {100 * kLamportsPerSol, 1'000'000'000'000});
    submit(other);
    expect_sent(2, 0);
    submit(sale(3));
    run(milliseconds{50});
    expect_sent(2, 1);
}

// Its timeout is two seconds: five slots of a falling price.
TEST_F(PathTest, DoesNotWaitForAJupiterThatDidNotAnswerUntilTenSecondsLater) {
    fail_directly(1);
    jupiter_server.reset();
    submit(sale(2));
    run(seconds{3});
    EXPECT_EQ(paths().fallbacks, 1U);
    expect_sent(2, 0);
    EXPECT_FALSE(jupiter->is_answering());
    refuse_in_preflight();
    submit(sale(3));
    run(seconds{1});
    ASSERT_EQ(events.reports.back().intent_id, IntentId{3});
    answers.clear();
    submit(sale(4));
    EXPECT_EQ(events.sent.size(), 4U) << "within the call";
    run(seconds{10});
    EXPECT_TRUE(jupiter->is_answering());
}

}  // namespace
}  // namespace sniperforge::execute::test
