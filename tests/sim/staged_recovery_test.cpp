// SPDX-License-Identifier: MIT
// Entries in parts over the end of a process: killed or stopped, the next one buys the parts that
// are left, each once, and the books equal the chain.
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "sim/lives.hpp"

namespace sniperforge {
namespace {

using test::Lives;

constexpr std::uint32_t kSlotsBetween = 20;  // 8 s.

// Nothing is sold, and what is not known of a token keeps nobody from buying it.
void buy_in_parts(app::DaemonOptions& daemon, std::uint32_t slots_between) {
    config::Settings& settings = daemon.settings;
    test::hold_everything(settings);
    settings.momentum.is_enabled = false;
    settings.safety.unknown_allowed = {"round_trip", "lp", "holders", "creator", "bundle"};
    config::SniperRecipe recipe;
    recipe.name = "parts";
    recipe.amount = Lamports{300'000'000};
    recipe.stages = {{.percent = 50, .gain_min = {}},
                     {.percent = 50, .gain_min = BasisPoints{1}, .after_slots_min = slots_between}};
    settings.sniper.recipes = {recipe};
}

// Of all lives' journal: which orders were to buy a part, how often each was approved and landed.
struct Part {
    std::string mint;
    int number = 0, approved = 0, landed = 0;
};
[[nodiscard]] std::map<std::uint64_t, Part> parts_of(const std::string& journal) {
    const auto number_behind = [](const std::string& body, const std::string& key) {
        const auto at = body.find(key);
        return at == std::string::npos ? 0 : std::stoull(body.substr(at + key.size()));
    };
    std::map<std::uint64_t, Part> parts;
    const auto read = journal::read_journal(journal, [&](const journal::Record& record) {
        const std::string body{record.body};
        const std::uint64_t intent = number_behind(body, R"("intent":)");
        const auto known = parts.find(intent);
        if (record.kind == journal::RecordKind::Intent && body.find(R"("part":)") != body.npos) {
            const auto mint = body.find(R"("mint_out":")") + 12;
            parts[intent] = {body.substr(mint, body.find('"', mint) - mint),
                             static_cast<int>(number_behind(body, R"("part":)"))};
        } else if (record.kind == journal::RecordKind::Approval && known != parts.end()) {
            ++known->second.approved;
        } else if (record.kind == journal::RecordKind::Report && known != parts.end() &&
                   body.find(R"("outcome":"landed")") != body.npos) {
            ++known->second.landed;
        }
    });
    SF_ASSERT(read && read->problem.empty());
    return parts;
}

// How often each part of each token's entry was bought.
[[nodiscard]] std::map<std::pair<std::string, int>, int> bought_in(const std::string& journal) {
    std::map<std::pair<std::string, int>, int> bought;
    for (const auto& [intent, part] : parts_of(journal)) {
        EXPECT_LE(part.approved, 1);
        bought[{part.mint, part.number}] += part.landed;
    }
    return bought;
}

// Also of a process that follows the orders of those before it.
void expect_books_of_the_chain(const app::DaemonResult& result) {
    ASSERT_EQ(result.error, "");
    EXPECT_EQ(result.report.mismatch_lamports, 0U);
    EXPECT_EQ(result.report.mismatch_tokens, 0U);
    EXPECT_EQ(result.report.orders_in_flight, 0U);
    EXPECT_EQ(result.report.orders.unknown, 0U);
}

enum class End : std::uint8_t { Killed, Stopped };

class StagedRecovery : public ::testing::TestWithParam<std::pair<std::uint64_t, End>> {};

TEST_P(StagedRecovery, WhatIsLeftOfAnEntryIsBoughtByTheNextProcessAndEachPartOnce) {
    const auto [seed, end] = GetParam();
    Lives lives{seed};
    lives.on_options = [](app::DaemonOptions& daemon) { buy_in_parts(daemon, kSlotsBetween); };
    if (end == End::Killed) {
        lives.live_and_die(std::chrono::seconds{20});
    } else {
        ASSERT_EQ(lives.live(std::chrono::seconds{20}).error, "");
    }
    const auto left = lives.history().parts;
    expect_books_of_the_chain(lives.live(std::chrono::seconds{90}));
    const auto bought = bought_in(lives.journal());
    for (const auto& [part, times] : bought) {
        EXPECT_LE(times, 1) << part.first << " part " << part.second;
    }
    std::size_t gone_on = 0;
    for (const auto& [mint, last] : left) {
        const auto next = bought.find({mint.to_string(), 2});
        const bool is_bought = next != bought.end() && next->second == 1;
        gone_on += last.part.number == 1 && is_bought ? 1 : 0;
    }
    EXPECT_GT(gone_on, 0U);
}

INSTANTIATE_TEST_SUITE_P(Seeds, StagedRecovery,
                         ::testing::Values(std::pair{15U, End::Killed},
                                           std::pair{15U, End::Stopped},
                                           std::pair{5U, End::Stopped}));

// Between the parts, and while they are on their way.
TEST(StagedRecoveryOften, BuysNoPartTwiceHoweverOftenItIsKilled) {
    Lives lives{42};
    lives.on_options = [](app::DaemonOptions& daemon) { buy_in_parts(daemon, 1); };
    for (int kill = 0; kill < 6; ++kill) {
        lives.live_and_die(std::chrono::milliseconds{3'000 + lives.rng().below(12'000)});
    }
    expect_books_of_the_chain(lives.live(std::chrono::seconds{110}));
    std::size_t second = 0;
    for (const auto& [part, times] : bought_in(lives.journal())) {
        EXPECT_LE(times, 1) << part.first << " part " << part.second;
        second += part.second == 2 ? static_cast<std::size_t>(times) : 0;
    }
    EXPECT_GT(second, 0U);
}

}  // namespace
}  // namespace sniperforge
