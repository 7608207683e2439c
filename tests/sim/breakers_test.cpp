// SPDX-License-Identifier: MIT
// The whole daemon while Jupiter is wrong for half a minute: entries stop, everything else goes on,
// and one order finds out that it is well again.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "sim/daemon_run.hpp"
#include "sniperforge/core/decimal.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge {
namespace {

constexpr auto kQuoteDivergence = static_cast<std::size_t>(FailureClass::QuoteDivergence);
constexpr auto kQuoteService = static_cast<std::size_t>(FailureClass::QuoteService);

// Of a quote that spends SOL, both amounts a tenth lower.
std::string with_less(std::string answer) {
    if (answer.find(fmt::format(R"("inputMint":"{}")", solana::kWrappedSolMint.to_string())) ==
        std::string::npos) {
        return answer;
    }
    for (const std::string_view member : {R"("outAmount":")", R"("otherAmountThreshold":")"}) {
        const auto at = answer.find(member);
        if (at == std::string::npos) {
            return answer;
        }
        const auto begin = at + member.size();
        const auto end = answer.find('"', begin);
        const auto amount = parse_decimal(answer.substr(begin, end - begin), 0);
        SF_ASSERT(amount.has_value());
        answer.replace(begin, end - begin, std::to_string(*amount / 10 * 9));
    }
    return answer;
}

// What the journal says, in its order.
struct BreakerStory {
    std::string_view breaker;
    std::map<std::uint64_t, std::string> kinds;  // Of intents, by id.
    bool is_open = false;
    std::size_t opened = 0, closed = 0;
    std::size_t probes = 0;                             // Entries approved while it was open.
    std::size_t exits_landed = 0, cycles_approved = 0;  // While it was open.
    std::size_t entries_landed_after = 0;

    void read(const journal::Record& record) {
        simdjson::dom::parser parser;
        simdjson::dom::element root;
        if (parser.parse(record.body).get(root) != simdjson::SUCCESS) {
            return;
        }
        switch (record.kind) {
            case journal::RecordKind::Intent:
                kinds[std::uint64_t{root["intent"]}] = std::string_view{root["kind"]};
                break;
            case journal::RecordKind::Approval: {
                const std::string& kind = kinds[std::uint64_t{root["intent"]}];
                probes += is_open && kind == "entry" ? 1 : 0;
                cycles_approved += is_open && kind == "cycle" ? 1 : 0;
                break;
            }
            case journal::RecordKind::Report: {
                const std::string& kind = kinds[std::uint64_t{root["intent"]}];
                const bool is_landed = std::string_view{root["outcome"]} == "landed";
                exits_landed += is_open && is_landed && kind == "exit" ? 1 : 0;
                entries_landed_after += closed > 0 && is_landed && kind == "entry" ? 1 : 0;
                break;
            }
            case journal::RecordKind::Note:
                if (const auto text = root["text"]; text.error() == simdjson::SUCCESS) {
                    note(std::string_view{text});
                }
                break;
            default:
                break;
        }
    }
    void note(std::string_view text) {
        if (!text.starts_with(fmt::format("breaker {} ", breaker))) {
            return;
        }
        is_open = text.find("closed again") == std::string_view::npos;
        ++(is_open ? opened : closed);
    }
};

TEST(Breakers, StopEntriesWhileQuotesDivergeAndLetOneOrderFindOutThatTheyAgreeAgain) {
    const sim::Chain* chain = nullptr;
    Slot first;
    BreakerStory story;
    story.breaker = "quote_divergence";
    test::RunOptions options{.seed = 7, .duration = std::chrono::seconds{110}};
    options.settings.execution.path = "jupiter";
    // So that there is something to sell while it is open: what is bought in the first seconds is
    // kept for so long, whatever it is worth.
    options.settings.exits.time_limit = std::chrono::seconds{40};
    options.settings.exits.take_profit = options.settings.exits.trailing_arm = BasisPoints{50'000};
    options.settings.exits.stop_loss = BasisPoints{9'500};
    options.on_start = [&](const sim::Chain& started, const Pubkey&) {
        chain = &started;
        first = started.slot();
    };
    options.on_quote = [&](const std::string&, std::string answer) {
        const std::uint64_t slots = chain->slot().since(first);  // Of 0.4 s.
        return slots >= 28 && slots < 120 ? with_less(std::move(answer)) : answer;
    };
    options.on_record = [&](const journal::Record& record) { story.read(record); };
    const auto result = test::run(options);
    test::expect_true_books(result);
    EXPECT_GE(result.report.breaker_trips[kQuoteDivergence], 1U);
    EXPECT_GT(result.report.denials[static_cast<std::size_t>(DenialReason::BreakerOpen)], 0U);
    EXPECT_GE(story.opened, 1U);
    EXPECT_EQ(story.probes, story.opened) << "one for each time that it was open";
    EXPECT_GT(story.exits_landed, 0U);
    EXPECT_GT(story.cycles_approved, 0U);
    EXPECT_GE(story.closed, 1U);
    EXPECT_FALSE(story.is_open);
    EXPECT_GT(story.entries_landed_after, 1U);
    EXPECT_TRUE(result.report.breakers.empty());
}

TEST(Breakers, LeaveCyclesAloneWhileJupiterIsAway) {
    BreakerStory story;
    story.breaker = "quote_service";
    test::RunOptions options{.seed = 7};
    options.settings.execution.path = "jupiter";
    options.on_quote = [](const std::string&, const std::string&) { return "<html>"; };
    options.on_record = [&](const journal::Record& record) { story.read(record); };
    const auto result = test::run(options);
    test::expect_true_books(result);
    EXPECT_GE(result.report.breaker_trips[kQuoteService], 1U);
    EXPECT_TRUE(story.is_open);
    EXPECT_GT(story.cycles_approved, 0U);
    EXPECT_GT(result.report.fills[static_cast<std::size_t>(StrategyId::Arbitrage)], 0U);
    EXPECT_EQ(result.report.positions_opened, 0U);
    EXPECT_GT(result.report.denials[static_cast<std::size_t>(DenialReason::BreakerOpen)], 0U);
    ASSERT_EQ(result.report.breakers.size(), 1U);
    EXPECT_EQ(result.report.breakers[0].hold.failure, FailureClass::QuoteService);
}

// The same market without the fault: nothing opens for nothing.
TEST(Breakers, StayClosedInAMarketAsItIs) {
    for (const std::uint64_t seed : {1U, 2U, 7U}) {
        const auto result = test::run({.seed = seed});
        ASSERT_EQ(result.error, "");
        for (const std::size_t failure :
             {kQuoteDivergence, static_cast<std::size_t>(FailureClass::Rpc),
              static_cast<std::size_t>(FailureClass::Expiry), kQuoteService,
              static_cast<std::size_t>(FailureClass::BalanceMismatch)}) {
            EXPECT_EQ(result.report.breaker_trips[failure], 0U)
                << "seed " << seed << ": " << to_string(static_cast<FailureClass>(failure));
        }
    }
}

}  // namespace
}  // namespace sniperforge
