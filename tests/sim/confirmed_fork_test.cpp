// SPDX-License-Identifier: MIT
// Optimistic confirmation fails: confirmed blocks with our fills in them are dropped. A fill that
// vanishes is no fill: it is reversed, its position is undone, nothing is bought from then on until
// the ledger equals the finalized chain, and then trading goes on.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <string>
#include <vector>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;
using test::run;
using test::RunOptions;

// What the journal tells of the reversed fills and of what was bought around them, in its order.
struct Story {
    struct Reversed {
        std::uint64_t intent = 0;
        std::size_t at = 0;  // The record's number.
    };
    std::map<std::uint64_t, std::string> kinds;  // Of intents: entry, exit, cycle.
    std::vector<Reversed> reversed;
    std::vector<std::size_t> purchases;  // Approvals of entries and cycles.
    std::vector<std::size_t> resumptions;
    std::map<std::uint64_t, std::vector<std::string>> outcomes;  // Of each intent, in their order.
    std::size_t positions_reversed = 0;
    std::vector<std::size_t> halted;         // Denials because nothing may be bought.
    std::size_t purchases_landed_after = 0;  // After the last resumption.

    void read(const journal::Record& record) {
        simdjson::dom::element body;
        ASSERT_EQ(parser.parse(record.body).get(body), simdjson::SUCCESS) << record.body;
        std::uint64_t intent = 0;
        if (body["intent"].get(intent) != simdjson::SUCCESS) {
            intent = 0;  // A record of no intent.
        }
        const std::size_t at = count++;
        const auto text = [&](std::string_view key) {
            return std::string{body[key].get_string().value()};
        };
        switch (record.kind) {
            case journal::RecordKind::Intent:
                kinds[intent] = text("kind");
                break;
            case journal::RecordKind::Denial:
                if (text("reason") == to_string(DenialReason::EngineHalted)) {
                    halted.push_back(at);
                }
                break;
            case journal::RecordKind::Approval:
                if (kinds[intent] != "exit") {
                    purchases.push_back(at);
                }
                break;
            case journal::RecordKind::Report:
                outcomes[intent].push_back(text("outcome"));
                if (!resumptions.empty() && kinds[intent] != "exit" &&
                    text("outcome") == "landed") {
                    ++purchases_landed_after;
                }
                break;
            case journal::RecordKind::Position:
                if (text("event") == "closed" && text("reason") == "reversed") {
                    ++positions_reversed;
                }
                break;
            case journal::RecordKind::LedgerEntry:
                if (text("event") == "reversed") {
                    reversed.push_back({intent, at});
                    purchases_landed_after = 0;
                }
                break;
            case journal::RecordKind::Note:
                if (record.body.starts_with(R"({"text":)") &&
                    text("text").ends_with("entries resume")) {
                    resumptions.push_back(at);
                    purchases_landed_after = 0;
                }
                break;
            default:
                break;
        }
    }

    simdjson::dom::parser parser;
    std::size_t count = 0;
};

[[nodiscard]] RunOptions with_confirmed_fork(Story& story, std::uint64_t seed, bool is_requeued) {
    sim::FaultEvent event;
    event.at = seconds{25};
    event.fork = sim::ForkOptions{.slots = 20, .is_requeued = is_requeued, .is_confirmed = true};
    RunOptions options{.seed = seed, .duration = seconds{240}};
    options.faults = {event};
    options.are_reads_at_commitment = true;
    options.on_record = [&story](const journal::Record& record) { story.read(record); };
    return options;
}

TEST(ConfirmedFork, AFillThatVanishesIsUndoneAndEntriesResumeOnceTheLedgerEqualsTheChain) {
    Story story;
    const auto result = run(with_confirmed_fork(story, 7, false));
    test::expect_true_books(result);
    ASSERT_FALSE(story.reversed.empty()) << "no fill was in the dropped blocks";
    EXPECT_EQ(result.report.orders.reversed, story.reversed.size());
    std::size_t entries = 0;
    for (const auto& reversed : story.reversed) {
        // First it was a fill, of a swap that went through or of one that failed and paid its fee;
        // then it was none.
        const auto& outcomes = story.outcomes.at(reversed.intent);
        ASSERT_EQ(outcomes.size(), 2U) << reversed.intent;
        EXPECT_EQ(outcomes[1], "expired") << reversed.intent;
        entries += story.kinds.at(reversed.intent) == "entry" && outcomes[0] == "landed" ? 1 : 0;
    }
    EXPECT_GT(entries, 0U);
    EXPECT_GT(story.positions_reversed, 0U);
    // Nothing is bought from the first doubt on until the books are true again.
    ASSERT_EQ(story.resumptions.size(), 1U);
    const std::size_t resumed_at = story.resumptions.front();
    EXPECT_GT(resumed_at, story.reversed.back().at);
    ASSERT_FALSE(story.halted.empty());
    const std::size_t halted_at = story.halted.front();
    EXPECT_LT(halted_at, story.reversed.front().at);
    EXPECT_LT(story.halted.back(), resumed_at);
    for (const std::size_t purchase : story.purchases) {
        EXPECT_TRUE(purchase < halted_at || purchase > resumed_at) << purchase;
    }
    EXPECT_GT(story.purchases_landed_after, 0U);
}

// The same transactions run again on the other branch, in other slots and at other prices. Those
// whose blockhash survived are booked as they landed there, the others never happened.
TEST(ConfirmedFork, AFillThatMovesToAnotherBlockIsBookedAsItLandedThere) {
    std::size_t moved = 0;
    for (const std::uint64_t seed : {3U, 7U}) {
        SCOPED_TRACE(seed);
        Story story;
        const auto result = run(with_confirmed_fork(story, seed, true));
        test::expect_true_books(result);
        for (const auto& reversed : story.reversed) {
            const auto& outcomes = story.outcomes.at(reversed.intent);
            ASSERT_EQ(outcomes.size(), 2U) << reversed.intent;
            moved += outcomes[1] != "expired" ? 1 : 0;
        }
        ASSERT_FALSE(story.resumptions.empty());
        EXPECT_GT(story.purchases_landed_after, 0U);
    }
    EXPECT_GT(moved, 0U);
}

}  // namespace
}  // namespace sniperforge
