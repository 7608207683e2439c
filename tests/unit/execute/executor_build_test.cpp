// SPDX-License-Identifier: MIT
// From an approved order to a signed transaction, and every refusal on the way.
#include "unit/execute/executor_support.hpp"

namespace sniperforge::execute::test {
namespace {

// ---- Ready ----

TEST_F(ExecutorTest, TakesNoOrderBeforeItKnowsABlockhashAndTheRent) {
    EXPECT_TRUE(executor->is_ready());
    EXPECT_EQ(executor->token_account_rent(), kRent);
    answers["getMinimumBalanceForRentExemption"] = [](const RpcRequest& request) {
        return error_of(request, -32'005, "behind");
    };
    make_executor();
    EXPECT_FALSE(executor->is_ready());
    submit(entry_intent());
    expect_rejected("no blockhash or rent");
    executor->start();
    run(seconds{1});
    EXPECT_FALSE(executor->is_ready());
    answers.clear();
    run(seconds{3});  // Asked again with the next blockhash.
    EXPECT_TRUE(executor->is_ready());
}

TEST_F(ExecutorTest, KeepsTheBlockhashThatExpiresLast) {
    answers["getLatestBlockhash"] = [](const RpcRequest& request) {
        return result_of(
            request,
            fmt::format(
                R"({{"context":{{"slot":1}},"value":{{"blockhash":"{}","lastValidBlockHeight":150}}}})",
                key_of(56).to_string()));
    };
    run(seconds{5});
    submit(cycle_intent());
    ASSERT_EQ(events.signatures.size(), 1U);
    EXPECT_EQ(events.signatures[0].last_valid_height, BlockHeight{kLastValidHeight});
}

// ---- Refusals before anything is sent ----

TEST_F(ExecutorTest, RefusesAQuoteBelowTheFloorOfTheOrderAndTakesOneAtIt) {
    quote = [this] { return quote_of(10'000, kTokensMin - 1); };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("Jupiter guarantees 9499 base units, the order's floor is 9500");
    EXPECT_EQ(jupiter_requests.size(), 1U);  // No transaction was asked for.
    expect_nothing_sent();
}

TEST_F(ExecutorTest, RefusesAQuoteForAnotherOrder) {
    const std::function<net::HttpResponse()> quotes[] = {
        [this] { return quote_of(10'000, kTokensMin, kAmount + 1); },
        [this] { return quote_of(10'000, kTokensMin, kAmount - 1); },
        [this] { return quote_of(10'000, kTokensMin, kAmount, kToken, kToken); },
        [this] { return quote_of(10'000, kTokensMin, kAmount, kSol, key_of(8)); },
    };
    std::uint64_t id = 0;
    for (const auto& wrong : quotes) {
        quote = wrong;
        submit(entry_intent(++id));
        run(milliseconds{50});
        ASSERT_EQ(events.reports.size(), id);
        EXPECT_NE(events.reports.back().error.find("for another order"), std::string::npos);
    }
    expect_nothing_sent();
}

TEST_F(ExecutorTest, ReportsWhatJupiterSaysWhenItRefuses) {
    quote = [] {
        return net::HttpResponse{
            .status = 400, .headers = {}, .body = R"({"errorCode":"TOKEN_NOT_TRADABLE"})"};
    };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected(R"(Jupiter quote: HTTP 400: {"errorCode":"TOKEN_NOT_TRADABLE"})");
    expect_nothing_sent();
}

TEST_F(ExecutorTest, GivesUpOnAJupiterThatDoesNotAnswerInTime) {
    jupiter_server.reset();
    submit(entry_intent());
    run(seconds{3});
    expect_rejected("Jupiter quote");
    expect_nothing_sent();
}

TEST_F(ExecutorTest, RefusesATransactionThatJupitersOwnSimulationFails) {
    swap = [this] {
        auto response = swap_of(compile(entry()));
        response.body.insert(1, R"("simulationError":{"error":"slippage"},)");
        return response;
    };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("its own simulation fails");
    expect_nothing_sent();
}

TEST_F(ExecutorTest, SignsAndSendsNothingOfAHostileTransaction) {
    swap = [this] {
        Instructions instructions = entry();
        instructions.push_back(solana::system_transfer({wallet(), key_of(666), Lamports{1}}));
        return swap_of(compile(instructions));
    };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("signing refused: instruction 8: 1 lamports go to");
    EXPECT_TRUE(only().signature.is_zero());
    EXPECT_TRUE(events.signatures.empty());
    EXPECT_EQ(executor->statistics().policy_refused, 1U);
    expect_nothing_sent();
}

TEST_F(ExecutorTest, HoldsTheTransactionAgainstTheOrderAndNotAgainstTheQuote) {
    swap = [this] {
        Instructions instructions = entry();
        auto route = entry_route();
        route.quoted_out = 9'999;  // The quote promised 10,000.
        instructions[6] = route.instruction();
        return swap_of(compile(instructions));
    };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("guarantees 9499 < 9500");
    expect_nothing_sent();
}

TEST_F(ExecutorTest, SendsNothingThatCouldNotBeWrittenDown) {
    events.is_recording = false;
    submit(entry_intent());
    run(seconds{5});
    expect_rejected("the journal did not take the signature");
    EXPECT_EQ(events.signatures.size(), 1U);
    expect_nothing_sent();
}

TEST_F(ExecutorTest, TakesTheLastAllowedOrderAndNotOneMore) {
    settings.orders_in_flight_max = 2;
    make_executor();
    executor->start();
    run(milliseconds{10});
    submit(cycle_intent(1));
    submit(cycle_intent(2));
    EXPECT_TRUE(events.reports.empty());
    submit(cycle_intent(3));
    EXPECT_EQ(only().intent_id, IntentId{3});
    EXPECT_NE(only().error.find("orders_in_flight_max 2"), std::string::npos);
    EXPECT_EQ(executor->in_flight(), 2U);
}

TEST_F(ExecutorTest, LetsExitsOutWhenTheOrdersAreAsManyAsAllowed) {
    settings.orders_in_flight_max = 1;
    make_executor();
    executor->start();
    run(milliseconds{10});
    submit(cycle_intent(1));
    quote = [this] { return quote_of(100'000'000, 90'000'000, 10'000, kToken, kSol); };
    swap = [this] { return swap_of(compile(exit())); };
    submit(exit_intent(2));
    run(milliseconds{100});
    EXPECT_TRUE(events.reports.empty()) << only().error;
    EXPECT_EQ(events.sent.size(), 2U);
}

TEST_F(ExecutorTest, CountsNoOrderThatIsUnknownAgainstTheAllowedOnes) {
    settings.orders_in_flight_max = 1;
    make_executor();
    executor->start();
    run(milliseconds{10});
    statuses = kConfirmed;  // And the transaction is never served.
    submit(cycle_intent(1));
    run(seconds{60});
    ASSERT_EQ(only().outcome, Outcome::Unknown);
    statuses = "null";
    submit(cycle_intent(2));
    EXPECT_EQ(events.reports.size(), 1U) << events.reports.back().error;
    submit(cycle_intent(3));  // The second of those that may still be told.
    EXPECT_EQ(events.reports.back().intent_id, IntentId{3});
    EXPECT_EQ(events.reports.back().outcome, Outcome::Rejected);
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{11});
    EXPECT_EQ(executor->statistics().landed, 2U);
}

// Two equal orders on one blockhash are one transaction: the chain executes it once.
TEST_F(ExecutorTest, RefusesTheVeryTransactionOfAnEarlierOrder) {
    submit(cycle_intent(1));
    OrderIntent twin = cycle_intent(1);
    twin.intent_id = IntentId{2};
    submit(twin);
    EXPECT_EQ(only().intent_id, IntentId{2});
    EXPECT_EQ(only().outcome, Outcome::Rejected);
    EXPECT_NE(only().error.find("this very transaction"), std::string::npos);
    EXPECT_EQ(events.signatures.size(), 1U);
    statuses = kConfirmed;
    transaction = landed_entry();
    run(seconds{2});
    ASSERT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(events.reports[1].intent_id, IntentId{1});
    EXPECT_EQ(events.reports[1].outcome, Outcome::Landed);
    // Also when the first has settled: its landing would be taken for that of the twin.
    twin.intent_id = IntentId{3};
    submit(twin);
    ASSERT_EQ(events.reports.size(), 3U);
    EXPECT_EQ(events.reports[2].outcome, Outcome::Rejected);
    // On another blockhash it is another transaction.
    blockhash = Hash::from(key_of(57).bytes);
    run(seconds{3});
    twin.intent_id = IntentId{4};
    submit(twin);
    EXPECT_EQ(events.reports.size(), 3U);
    EXPECT_EQ(executor->in_flight(), 1U);
}

TEST_F(ExecutorTest, TakesANewOrderFromInsideAReport) {
    events.is_recording = false;
    events.then = [this] { submit(cycle_intent(2)); };
    submit(cycle_intent(1));
    EXPECT_EQ(events.reports.size(), 2U);
    EXPECT_EQ(executor->in_flight(), 0U);
}

// ---- The last look before signing ----

TEST_F(ExecutorTest, SignsNothingWhoseTimeRanOutWhileJupiterWasAsked) {
    events.denial = Denial{DenialReason::DataStale, "data of slot 5 is 9 slots old"};
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("not signed, DATA_STALE: data of slot 5 is 9 slots old");
    EXPECT_EQ(events.rechecked, std::vector<IntentId>{IntentId{1}});
    EXPECT_TRUE(events.signatures.empty());
    EXPECT_TRUE(only().signature.is_zero());
    EXPECT_EQ(executor->statistics().too_late, 1U);
    EXPECT_EQ(executor->statistics().policy_refused, 0U);
    expect_nothing_sent();
}

TEST_F(ExecutorTest, LooksAtAnEntryOnceAndSignsItWhenItsTimeHasNotRunOut) {
    send(entry_intent());
    EXPECT_EQ(events.rechecked, std::vector<IntentId>{IntentId{1}});
    EXPECT_EQ(executor->statistics().too_late, 0U);
}

TEST_F(ExecutorTest, AsksNobodyWhetherAnExitIsTooLate) {
    events.denial = Denial{DenialReason::DataStale, "old"};
    quote = [this] { return quote_of(100'000'000, 90'000'000, 10'000, kToken, kSol); };
    swap = [this] { return swap_of(compile(exit())); };
    submit(exit_intent());
    run(milliseconds{50});
    EXPECT_TRUE(events.reports.empty()) << only().error;
    EXPECT_TRUE(events.rechecked.empty());
    EXPECT_EQ(sends().size(), 1U);
}

// It was approved within the same call: nothing can have changed, and it is in a hurry.
TEST_F(ExecutorTest, DoesNotLookTwiceAtACycle) {
    submit(cycle_intent());
    EXPECT_TRUE(events.rechecked.empty());
    EXPECT_EQ(events.sent.size(), 1U);
}

// ---- Lookup tables ----

class ExecutorTableTest : public ExecutorTest {
 protected:
    ExecutorTableTest() {
        swap = [this] {
            const solana::AddressLookupTable tables[] = {{key_of(200), addresses()}};
            const auto message = solana::compile_message(wallet(), entry(), blockhash, tables);
            EXPECT_TRUE(message);
            return swap_of(*message);
        };
    }
    [[nodiscard]] std::vector<Pubkey> addresses() { return {key_of(71), own(kToken), key_of(72)}; }
    void serve_table(const std::vector<Pubkey>& held,
                     const Pubkey& owner = solana::kAddressLookupTableProgram) {
        solana::LookupTableAccount table;
        table.addresses = held;
        answers["getMultipleAccounts"] = [data = solana::encode_lookup_table(table),
                                          owner](const RpcRequest& request) {
            return result_of(request, fmt::format(R"({{"context":{{"slot":9}},"value":[{}]}})",
                                                  test::account_json(1'000'000, data, owner)));
        };
    }
};

TEST_F(ExecutorTableTest, ReadsLookupTablesFromOurNode) {
    serve_table(addresses());
    submit(entry_intent());
    run(milliseconds{50});
    ASSERT_TRUE(events.reports.empty()) << only().error;
    EXPECT_EQ(sends().size(), 1U);
    EXPECT_EQ(node.calls_of("getMultipleAccounts"), 1U);
}

TEST_F(ExecutorTableTest, RefusesWhenTheTableReallyHoldsAStrangersAccount) {
    auto turned = addresses();
    turned[1] = key_of(666);
    serve_table(turned);
    submit(entry_intent());
    run(seconds{1});
    ASSERT_EQ(events.reports.size(), 1U);
    EXPECT_EQ(executor->statistics().policy_refused, 1U);
    expect_nothing_sent();
}

TEST_F(ExecutorTableTest, RefusesATableThatIsNotOne) {
    serve_table(addresses(), key_of(9));
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("is not a lookup table");
    expect_nothing_sent();
}

TEST_F(ExecutorTableTest, RefusesATableThatDoesNotExist) {
    answers["getMultipleAccounts"] = [](const RpcRequest& request) {
        return result_of(request, R"({"context":{"slot":9},"value":[null]})");
    };
    submit(entry_intent());
    run(seconds{1});
    expect_rejected("is not a lookup table");
    expect_nothing_sent();
}

// ---- Cycles and the tables of the configuration ----

class CycleTableTest : public ExecutorTest {
 protected:
    void serve(const Pubkey& key, Slot deactivation = solana::kNeverDeactivated,
               Slot extended = Slot{1}) {
        solana::LookupTableAccount table;
        table.addresses = {dex::id_of(accounts.book.pool(second_pool))};
        table.deactivation_slot = deactivation;
        table.last_extended_slot = extended;
        answers["getMultipleAccounts"] =
            [data = solana::encode_lookup_table(table)](const RpcRequest& request) {
                return result_of(
                    request, fmt::format(R"({{"context":{{"slot":9}},"value":[{}]}})",
                                         test::account_json(1'000'000, data,
                                                            solana::kAddressLookupTableProgram)));
            };
        settings.lookup_tables = {key};
        make_executor();
        executor->start();
        run(milliseconds{50});
    }
    // Of the cycle that is sent now.
    [[nodiscard]] std::size_t tables_used() {
        const std::size_t earlier = sends().size();
        submit(cycle_intent(++number));
        run(milliseconds{50});
        EXPECT_GT(sends().size(), earlier);
        const Bytes wire = wire_of(sends().at(earlier));
        const auto parsed = solana::parse_transaction(wire);
        EXPECT_TRUE(parsed);
        return parsed ? parsed->message.address_table_lookups.size() : 0;
    }
    std::uint64_t number = 0;
};

TEST_F(CycleTableTest, CompilesCyclesAgainstATableReadAtTheStart) {
    serve(key_of(210));
    EXPECT_EQ(tables_used(), 1U);
    EXPECT_EQ(node.calls_of("getMultipleAccounts"), 1U);
}

TEST_F(CycleTableTest, UsesNoTableThatIsBeingDeactivatedAndNoAddressOfThisSlot) {
    serve(key_of(210), Slot{8});
    EXPECT_EQ(tables_used(), 0U);
    serve(key_of(210), solana::kNeverDeactivated, Slot{9});
    EXPECT_EQ(tables_used(), 0U);
}

TEST_F(CycleTableTest, ReadsTablesEveryMinuteAndTrustsNoneOfThreeMinutesAgo) {
    serve(key_of(210));
    run(seconds{59});
    EXPECT_EQ(node.calls_of("getMultipleAccounts"), 1U);
    run(seconds{2});
    EXPECT_EQ(node.calls_of("getMultipleAccounts"), 2U);
    answers["getMultipleAccounts"] = [](const RpcRequest& request) {
        return error_of(request, -32'005, "behind");
    };
    run(seconds{178});
    EXPECT_EQ(tables_used(), 1U);
    run(seconds{4});
    EXPECT_EQ(tables_used(), 0U);
}

TEST_F(CycleTableTest, TellsOfACycleThatTheSignerRefuses) {
    OrderIntent intent = cycle_intent();
    intent.spend_max = intent.spend_max - kRent;
    submit(intent);
    EXPECT_NE(only().error.find("signing refused"), std::string::npos) << only().error;
    EXPECT_EQ(events.unbuildable, std::vector<IntentId>{IntentId{1}});
    EXPECT_EQ(executor->statistics().policy_refused, 1U);
    EXPECT_EQ(executor->statistics().unbuildable, 0U);
    expect_nothing_sent();
}

TEST_F(CycleTableTest, TellsOfACycleThatFitsNoTransactionAndCountsIt) {
    // Three CPMM pools of different configs whose tokens are of Token-2022 are a few bytes too
    // many.
    const auto pool = [&](std::uint64_t id, const Pubkey& a, const Pubkey& b) {
        const dex::test::TestPool made{.venue = VenueId::RaydiumCpmm,
                                       .number = id,
                                       .mint_a = a,
                                       .mint_b = b,
                                       .config = key_of(100 + id),
                                       .program_b = solana::kToken2022Program};
        auto account = made.account();
        constexpr std::size_t kObservationAt = 296;
        dex::test::put_key(account.data, kObservationAt, key_of(200 + id));
        accounts.apply(account, 1);
        return *accounts.book.find(made.id());
    };
    const Pubkey tokens[] = {key_of(91), key_of(92)};
    OrderIntent intent = cycle_intent(2);
    intent.leg_count = 3;
    intent.spend_max += kRent;
    intent.legs[0] = {pool(11, kSol, tokens[0]), Direction::AToB, TokenAmount{1}, TokenAmount{5}};
    intent.legs[1] = {pool(12, tokens[0], tokens[1]), Direction::AToB, TokenAmount{5},
                      TokenAmount{6}};
    intent.legs[2] = {pool(13, kSol, tokens[1]), Direction::BToA, TokenAmount{6}, TokenAmount{7}};
    submit(intent, {.is_token_account_emptied = false, .are_between_emptied = {true, true}});
    EXPECT_NE(only().error.find("building a cycle of 3 legs with 0 lookup tables"),
              std::string::npos)
        << only().error;
    EXPECT_EQ(events.unbuildable, std::vector<IntentId>{IntentId{2}});
    EXPECT_EQ(executor->statistics().unbuildable, 1U);
    expect_nothing_sent();
}

}  // namespace
}  // namespace sniperforge::execute::test
