// SPDX-License-Identifier: MIT
// What is read of the venues' newest transactions, and what recorded ones are recognised as.
#include "sniperforge/feed/transaction_reader.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <set>

#include "sniperforge/dex/recognise.hpp"
#include "sniperforge/dex/venue.hpp"
#include "support/data.hpp"
#include "unit/rpc/fake_node.hpp"

namespace sniperforge::feed {
namespace {

namespace fake = sniperforge::test;

class TransactionReaderTest : public ::testing::Test, public TransactionEvents {
 protected:
    TransactionReaderTest() {
        settings.venues = {"pump"};
        node.answer = [this](const fake::RpcRequest& request) { return answer(request); };
    }
    static Signature signature(std::uint8_t number) {
        Signature made;
        made.bytes.fill(number);
        return made;
    }
    // The node's list, newest first; negative: it failed.
    void list(const std::vector<int>& of_slots) {
        listed.clear();
        for (const int slot : of_slots) {
            listed += fmt::format(
                R"({}{{"blockTime":null,"confirmationStatus":"confirmed","err":{},"memo":null,"signature":"{}","slot":{}}})",
                listed.empty() ? "" : ",",
                slot < 0 ? R"({"InstructionError":[0,"Custom"]})" : "null",
                signature(static_cast<std::uint8_t>(std::abs(slot))).to_string(), std::abs(slot));
        }
    }
    net::HttpResponse answer(const fake::RpcRequest& request) {
        if (request.method == "getSignaturesForAddress") {
            return is_failing ? fake::error_of(request, -32600, "no")
                              : fake::result_of(request, "[" + listed + "]");
        }
        const auto asked = Signature::parse(fake::first_text(request.params)).value();
        const bool is_late = asked == signature(late) && std::exchange(late, 0) != 0;
        const bool is_null = is_unknown || is_late || asked == signature(unserved);
        return fake::result_of(request, is_null ? "null" : transaction(asked.bytes[0]));
    }
    static std::string transaction(unsigned slot) {
        return fmt::format(
            R"({{"meta":{{"err":null,"fee":5000,"innerInstructions":[],"postBalances":[1],"preBalances":[2]}},"slot":{},)"
            R"("transaction":{{"message":{{"accountKeys":["{}"]}},"signatures":["x"]}}}})",
            slot, fake::key_of(1).to_string());
    }
    void on_transaction(const ChainTransaction& read) override {
        samples += read.is_sample ? 1 : 0;
        slots.push_back(read.slot.value);
        EXPECT_EQ(read.signature, signature(static_cast<std::uint8_t>(read.slot.value)));
    }
    void on_round(VenueId venue, bool is_complete) override {
        rounds.emplace_back(venue, is_complete);
    }
    void run(Duration time) {
        const MonoTime end = reactor.now() + time;
        while (reactor.now() < end) {
            fake::run_for(reactor, std::chrono::milliseconds{100});
            reader->on_tick(reactor.now());
        }
    }
    void start() {
        reader = std::make_unique<TransactionReader>(reactor, rpc, settings, *this);
        reader->start();
        run(std::chrono::seconds{1});
    }
    [[nodiscard]] static std::vector<std::uint64_t> taken(std::vector<std::uint64_t>& from) {
        return std::exchange(from, {});
    }

    net::VirtualReactor reactor;
    fake::FakeNode node{reactor, 1000};
    rpc::RpcClient rpc{reactor, {node.endpoint()}};
    config::FeedSettings settings;
    std::unique_ptr<TransactionReader> reader;
    std::string listed;
    bool is_failing = false, is_unknown = false;
    std::uint8_t unserved = 0;  // Of this slot's, the node lists it and does not serve it.
    std::uint8_t late = 0;      // The same, when it is asked for the first time.
    std::vector<std::uint64_t> slots;
    std::size_t samples = 0;
    std::vector<std::pair<VenueId, bool>> rounds;
};

using Slots = std::vector<std::uint64_t>;

TEST_F(TransactionReaderTest, ReadsTheNewestOfAProgramOldestFirstAndLeavesFailedOnesOut) {
    settings.shape_check_transactions = 1;
    list({19, -18, 17, 16});
    start();
    EXPECT_EQ(taken(slots), (Slots{17, 19})) << "twice as many in the first round";
    EXPECT_EQ(samples, 2U);
    ASSERT_EQ(rounds.size(), 1U);
    EXPECT_EQ(rounds[0], (std::pair{VenueId::PumpCurve, true}));
    EXPECT_EQ(node.calls_of("getSignaturesForAddress"), 1U);
    EXPECT_NE(node.requests[0].params.find(dex::program_of(VenueId::PumpCurve).to_string()),
              std::string::npos);
    EXPECT_NE(node.requests[0].params.find(R"("limit":8,"commitment":"confirmed")"),
              std::string::npos)
        << node.requests[0].params;
}

TEST_F(TransactionReaderTest, ReadsAgainAfterTheIntervalOnlyWhatIsNewer) {
    settings.shape_check_interval = std::chrono::seconds{60};
    list({12, 11});
    start();
    EXPECT_EQ(taken(slots), (Slots{11, 12}));
    list({14, 13, 12, 11});
    run(std::chrono::seconds{58});
    EXPECT_TRUE(slots.empty());
    run(std::chrono::seconds{2});
    EXPECT_EQ(taken(slots), (Slots{13, 14}));
    EXPECT_EQ(rounds.size(), 2U);
    EXPECT_EQ(reader->statistics().transactions, 4U);
}

// A program that was quiet may wake up: the first swap of it is not awaited for a whole interval.
TEST_F(TransactionReaderTest, LooksAgainSoonAndThenLessOftenWhereThereWasNothingToRead) {
    list({});
    start();
    EXPECT_EQ(rounds.size(), 1U);
    run(std::chrono::seconds{5});
    EXPECT_EQ(rounds.size(), 2U) << "after 5 s";
    run(std::chrono::seconds{8});
    EXPECT_EQ(rounds.size(), 2U);
    run(std::chrono::seconds{2});
    EXPECT_EQ(rounds.size(), 3U) << "after 10 s more";
    list({12});
    run(std::chrono::seconds{21});
    EXPECT_EQ(slots, Slots{12});
    run(std::chrono::seconds{200});
    EXPECT_EQ(rounds.size(), 4U) << "from then on by the interval";
}

TEST_F(TransactionReaderTest, TriesAFirstRoundThatFailedAgainSoon) {
    is_failing = true;
    list({12});
    start();
    ASSERT_EQ(rounds.size(), 1U);
    EXPECT_FALSE(rounds[0].second);
    is_failing = false;
    run(std::chrono::seconds{5});
    ASSERT_EQ(rounds.size(), 2U);
    EXPECT_TRUE(rounds[1].second);
    EXPECT_EQ(slots, Slots{12});
    EXPECT_EQ(reader->statistics().failures, 1U);
}

// A node may list by an index that is newer than the ledger it serves: it has shown nothing.
TEST_F(TransactionReaderTest, ARoundWhoseTransactionsAreListedAndNotServedIsNotComplete) {
    is_unknown = true;
    list({12, 11});
    start();
    ASSERT_EQ(rounds.size(), 1U);
    EXPECT_FALSE(rounds[0].second);
    EXPECT_EQ(reader->statistics().rounds, 0U);
    EXPECT_EQ(reader->statistics().failures, 2U);
    is_unknown = false;
    run(std::chrono::seconds{5});
    ASSERT_EQ(rounds.size(), 2U) << "tried again as after any failure";
    EXPECT_TRUE(rounds[1].second);
    EXPECT_EQ(slots, (Slots{11, 12}));
}

// The one that is not served may be the only swap.
TEST_F(TransactionReaderTest, OneThatIsNotServedLeavesTheRoundIncompleteAndTheOthersAreRead) {
    unserved = 11;
    list({12, 11});
    start();
    ASSERT_EQ(rounds.size(), 1U);
    EXPECT_FALSE(rounds[0].second);
    EXPECT_EQ(slots, Slots{12});
}

// Behind a balancer the list may be a moment ahead of what is served.
TEST_F(TransactionReaderTest, OneThatIsServedWhenItIsAskedForAgainIsReadBehindTheOthers) {
    late = 11;
    list({12, 11});
    start();
    ASSERT_EQ(rounds.size(), 1U);
    EXPECT_TRUE(rounds[0].second);
    EXPECT_EQ(slots, (Slots{12, 11}));
    EXPECT_EQ(node.calls_of("getTransaction"), 3U);
}

// A plan that is used up refuses; asking at that pace on would not let it recover.
TEST_F(TransactionReaderTest, AsksANodeThatKeepsFailingOnceAMinuteAtLast) {
    is_failing = true;
    list({12});
    start();
    run(std::chrono::seconds{600});
    EXPECT_GE(rounds.size(), 10U);
    EXPECT_LE(rounds.size(), 14U);
    is_failing = false;
    run(std::chrono::seconds{70});
    EXPECT_TRUE(rounds.back().second);
    EXPECT_EQ(slots, Slots{12});
}

// Quiet rounds have let the pause grow to the interval of five minutes before the first failure.
TEST_F(TransactionReaderTest, WaitsAMinuteAtMostAfterAFailureHoweverLongItWasQuiet) {
    list({});
    start();
    run(std::chrono::seconds{900});
    is_failing = true;
    list({12});
    while (rounds.back().second) {
        run(std::chrono::seconds{1});
    }
    const std::size_t before = rounds.size();
    run(std::chrono::seconds{59});
    EXPECT_EQ(rounds.size(), before);
    run(std::chrono::seconds{2});
    EXPECT_EQ(rounds.size(), before + 1);
}

TEST_F(TransactionReaderTest, LooksAtEveryVenueThatIsConfiguredAndAtNoneWithoutAnInterval) {
    settings = {};
    list({});
    start();
    std::set<VenueId> seen;
    for (const auto& [venue, is_complete] : rounds) {
        seen.insert(venue);
        EXPECT_TRUE(is_complete) << "there is nothing to read of a quiet program";
    }
    EXPECT_EQ(seen.size(), kVenueCount);
    EXPECT_TRUE(reader->is_checking());
    rounds.clear();
    settings.shape_check_interval = Duration{0};
    start();
    EXPECT_TRUE(rounds.empty());
    EXPECT_FALSE(reader->is_checking());
}

TEST_F(TransactionReaderTest, ReadsTheNewestTransactionOfAnAccountAndWaitsUntilThereIsOne) {
    settings.shape_check_interval = Duration{0};
    list({});
    start();
    reader->look_up(fake::key_of(77));
    run(std::chrono::seconds{1});
    EXPECT_TRUE(slots.empty());
    list({30});
    run(std::chrono::seconds{2});
    EXPECT_EQ(taken(slots), Slots{30});
    EXPECT_EQ(samples, 0U) << "whoever launched it chose that it is read";
    EXPECT_EQ(reader->statistics().lookups, 1U);
    is_unknown = true;
    reader->look_up(fake::key_of(78));
    run(std::chrono::seconds{20});
    EXPECT_EQ(reader->statistics().lookups_lost, 1U) << "four attempts";
    for (std::size_t i = 0; i <= TransactionReader::kLookupsMax; ++i) {
        reader->look_up(fake::key_of(100 + i));
    }
    EXPECT_EQ(reader->statistics().lookups_lost, 2U) << "one more than may wait";
}

// Heard of at processed, read once it is confirmed: one call of getTransaction, and no list.
TEST_F(TransactionReaderTest, ReadsATransactionThatIsNamedWithOneCall) {
    settings.shape_check_interval = Duration{0};
    start();
    reader->look_up(signature(40));
    run(std::chrono::milliseconds{900});
    EXPECT_EQ(node.requests.size(), 0U) << "no node serves it before it is confirmed";
    run(std::chrono::milliseconds{300});
    EXPECT_EQ(taken(slots), Slots{40});
    EXPECT_EQ(samples, 0U);
    EXPECT_EQ(node.calls_of("getTransaction"), 1U);
    EXPECT_EQ(node.calls_of("getSignaturesForAddress"), 0U);
    EXPECT_EQ(reader->statistics().lookups, 1U);
    // One that the chain drops is asked for four times.
    unserved = 41;
    reader->look_up(signature(41));
    run(std::chrono::seconds{30});
    EXPECT_EQ(node.calls_of("getTransaction"), 5U);
    EXPECT_EQ(reader->statistics().lookups_lost, 1U);
    late = 42;
    reader->look_up(signature(42));
    run(std::chrono::seconds{5});
    EXPECT_EQ(taken(slots), Slots{42}) << "served when it is asked for again";
    for (std::size_t i = 0; i <= TransactionReader::kLookupsMax; ++i) {
        reader->look_up(signature(static_cast<std::uint8_t>(i)));
    }
    EXPECT_EQ(reader->statistics().lookups_lost, 2U) << "one more than may wait";
    EXPECT_NE(to_json(reader->statistics()).find(R"("lookups":2,"lookups_lost":2)"),
              std::string::npos)
        << to_json(reader->statistics());
}

// What was not answered was not asked: no launch is lost because a plan is used up for a while.
TEST_F(TransactionReaderTest, KeepsLookupsWhileTheNodeRefusesThemForTwoMinutesAtMost) {
    settings.shape_check_interval = Duration{0};
    settings.lookups_per_minute = 6'000;
    start();
    bool is_refusing = true;
    node.answer = [&](const fake::RpcRequest& request) {
        return is_refusing ? fake::error_of(request, -32005, "rate limited") : answer(request);
    };
    for (std::uint8_t i = 40; i < 50; ++i) {
        reader->look_up(signature(i));
    }
    run(std::chrono::seconds{60});
    EXPECT_EQ(reader->statistics().lookups_lost, 0U);
    EXPECT_GT(reader->statistics().failures, 0U);
    is_refusing = false;
    run(std::chrono::seconds{30});
    EXPECT_EQ(taken(slots).size(), 10U);
    is_refusing = true;
    reader->look_up(signature(60));
    run(std::chrono::seconds{119});
    EXPECT_EQ(reader->statistics().lookups_lost, 0U);
    run(std::chrono::seconds{3});
    EXPECT_EQ(reader->statistics().lookups_lost, 1U) << "it is no news any more";
}

// Who sends many launches does not have us spend the calls that orders need.
TEST_F(TransactionReaderTest, LooksUpNoMoreInAMinuteThanTheSettingsSay) {
    settings.shape_check_interval = Duration{0};
    settings.lookups_per_minute = 5;
    start();
    for (std::uint8_t i = 40; i < 60; ++i) {
        reader->look_up(signature(i));
    }
    run(std::chrono::seconds{60});
    EXPECT_EQ(taken(slots).size(), 5U);
    run(std::chrono::seconds{2});
    EXPECT_EQ(taken(slots), (Slots{45, 46, 47, 48, 49})) << "in the order that they came";
    run(std::chrono::seconds{62});
    EXPECT_EQ(reader->statistics().lookups_lost, 10U) << "ten were read within two minutes";
}

// Of two venues one is always due, and look-ups wait, too: each kind has every second turn.
TEST_F(TransactionReaderTest, TakesRoundsAndLookupsByTurns) {
    settings.venues = {"pump", "pumpswap"};
    settings.shape_check_interval = std::chrono::milliseconds{1};
    settings.shape_check_transactions = 1;
    node.delay = std::chrono::milliseconds{50};  // Of each call: a round is one, so is a look-up.
    list({19});
    start();
    rounds.clear();
    slots.clear();
    for (std::uint8_t i = 100; i < 120; ++i) {
        reader->look_up(signature(i));
    }
    run(std::chrono::seconds{3});
    EXPECT_GE(slots.size(), 18U) << "of forty turns once they were due";
    EXPECT_GE(rounds.size(), 36U) << "the other turns, and twenty before";
}

// ---- Recorded on mainnet ----

TEST_F(TransactionReaderTest, RecognisesEveryRecordedTransactionWithoutAMismatch) {
    SF_REQUIRE_DATA(data);
    using Names = std::vector<std::string>;
    const std::map<std::string, Names> wanted{
        {"get_transaction_json_encoding", {}},
        {"get_transaction_json_parsed_encoding", {}},
        {"multidex_1", {"raydium_clmm swap_v2"}},
        {"multidex_4", {}},
        {"pump_buy_2025", {"pump buy", "pump sell"}},
        {"pump_buy_2026", {"pump buy_v2"}},
        {"pump_create_buy_2026", {"pump create_v2", "pump ?", "pump buy_exact_sol_in"}},
        {"pump_create_old", {"pump create", "pump buy"}},
        {"raydium_v4_swap", {"raydium_amm_v4 swap_base_in"}}};
    std::size_t recognised = 0;
    for (const auto& file : std::filesystem::directory_iterator{data / "fixtures/transactions"}) {
        const std::string name = file.path().stem().string();
        SCOPED_TRACE(name);
        if (name == "get_transaction_base64_encoding") {
            continue;  // Not what we ask for: a refusal, as rpc's tests say.
        }
        ASSERT_TRUE(wanted.contains(name)) << "a recording that no expectation is written for";
        const fake::JsonFile fixture{file.path()};
        simdjson::dom::element result = fixture.root()["response"];
        if (simdjson::dom::element inner; result["result"].get(inner) == simdjson::SUCCESS) {
            result = inner;
        }
        node.answer = [text = simdjson::to_string(result)](const fake::RpcRequest& request) {
            return fake::result_of(request, text);
        };
        std::optional<ChainTransaction> read;
        rpc.get_transaction(signature(1), Commitment::Confirmed, [&](auto got) {
            ASSERT_TRUE(got) << got.error().text();
            read = rpc::to_chain_transaction(std::move(**got), signature(1));
        });
        fake::run_for(reactor, std::chrono::milliseconds{50});
        ASSERT_TRUE(read);
        const dex::Recognised found = dex::recognise(*read);
        Names names;
        for (const dex::VenueCall& call : found.calls) {
            names.push_back(fmt::format("{} {}", to_string(call.venue),
                                        call.shape == nullptr ? "?" : call.shape->name));
            EXPECT_FALSE(call.mismatch) << dex::to_text(*call.mismatch);
        }
        EXPECT_EQ(names, wanted.at(name));
        const bool is_creation = name.find("create") != std::string::npos;
        ASSERT_EQ(found.creations.size(), is_creation ? 1U : 0U);
        if (is_creation) {
            EXPECT_EQ(found.creations[0].pool, dex::pump_curve_address(found.creations[0].mint_a));
        }
        // Not those that buy and sell as much, or make the curve that they buy from: what the whole
        // transaction moved goes another way.
        const std::set<std::string> plain{"multidex_1", "pump_buy_2026", "raydium_v4_swap"};
        for (const dex::VenueCall& call : found.calls) {
            EXPECT_EQ(call.is_like_swap, plain.contains(name));
        }
        ++recognised;
    }
    EXPECT_EQ(recognised, wanted.size());
}

}  // namespace
}  // namespace sniperforge::feed
