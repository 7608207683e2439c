// SPDX-License-Identifier: MIT
#include "sniperforge/recording/market.hpp"

#include "unit/recording/scripted_run.hpp"

namespace sniperforge::recording {
namespace {

// What it was told, in one word each.
struct Told final : MarketListener {
    void on_time(MonoTime mono, WallTime wall) override {
        EXPECT_GE(mono, last);
        last = mono;
        last_wall = wall;
    }
    void on_update(const ChainUpdate& update, Trace& trace) override {
        words.push_back("update " + std::to_string(update.index()));
        traced = trace.received;
    }
    void on_transaction(const ChainTransaction&) override { words.emplace_back("transaction"); }
    void on_round(VenueId, bool) override { words.emplace_back("round"); }
    void on_funder(const Pubkey&, const std::optional<Pubkey>& funder) override {
        words.emplace_back(funder ? "funder" : "no funder");
    }
    void on_holders(const Pubkey&, const std::optional<HolderReading>&) override {
        words.emplace_back("holders");
    }
    void on_metadata(const Pubkey&, const std::optional<solana::MetaplexMetadata>&) override {
        words.emplace_back("metadata");
    }
    void on_round_trip(const Pubkey&, const RoundTripReading& reading) override {
        words.emplace_back("round trip " + reading.error);
    }
    void on_tick(MonoTime) override { words.emplace_back("tick"); }
    void on_creators(const engine::CreatorBook& known) override {
        words.push_back("creators " + std::to_string(known.creators.size()));
    }
    void on_live() override { words.emplace_back("live"); }
    void on_offer(const execute::Offer& told) override { offer = told; }
    void on_rent(Lamports told) override { rent = told; }

    std::vector<std::string> words;
    MonoTime last, traced;
    WallTime last_wall;
    std::optional<execute::Offer> offer;
    std::optional<Lamports> rent;
};

class MarketTest : public test::ScriptedRun {
 protected:
    [[nodiscard]] Told told() const {
        Told told;
        auto market = MarketReader::open(path);
        SF_ASSERT(market.has_value());
        while ((*market)->tell_next(told)) {
        }
        EXPECT_EQ((*market)->problem(), "");
        return told;
    }
};

// Two orders of a person, their signatures and fills are in the recording.
TEST_F(MarketTest, TellsWhatTheRunWasToldOfTheChainAndNothingOfItsOrders) {
    buy_twice();
    SignatureUpdate own;
    own.signature = Signature::from(Bytes(64, 1));
    tell(own);
    pipeline->on_funder(dex::test::key_of(5), dex::test::key_of(6));
    close();
    const Told all = told();
    const std::vector<std::string> expected{"update 0", "update 0", "update 0", "update 0",
                                            "update 5", "live",     "update 1", "update 0",
                                            "tick",     "funder"};
    EXPECT_EQ(all.words, expected);
    EXPECT_EQ(all.offer, (execute::Offer{ComputeUnitPrice{1'000}}));
    EXPECT_EQ(all.rent, test::kOwnRent);
    const auto survey = survey_market(path);
    ASSERT_TRUE(survey) << survey.error().text;
    EXPECT_EQ(survey->commands, 2U);
    EXPECT_EQ(survey->updates, 7U) << "without the outcome of a signature";
    EXPECT_EQ(survey->look_ups, 1U);
    EXPECT_EQ(survey->events(), 9U);
    EXPECT_EQ((std::pair{survey->slot_first, survey->slot_last}), (std::pair{Slot{6}, Slot{6}}));
    EXPECT_TRUE(survey->is_live && survey->has_offers);
    EXPECT_EQ(survey->cut, "");
    EXPECT_EQ(survey->ended, reactor.wall_now());
}

// A watchdog that finds the feed silent says so from inside the tick.
struct SilentFeed final : test::Unheard {
    void on_tick(MonoTime) override {
        Trace trace;
        events->on_chain_update(FeedLost{"a", "silent"}, trace);
    }
    feed::FeedEvents* events = nullptr;
};

TEST_F(MarketTest, WhatCameFromInsideACallIsToldBehindIt) {
    SilentFeed silent;
    silent.events = pipeline.get();
    pipeline->connect(silent, desk);
    pipeline->start({Lamports{10 * kLamportsPerSol}, {}}, Hash{});
    pipeline->on_tick(reactor.now());
    close();
    EXPECT_EQ(told().words, (std::vector<std::string>{"tick", "update 4"}));
}

TEST_F(MarketTest, OfAFileThatWasCutTheMarketEndsThereAndOfADamagedOneThereIsNone) {
    buy_twice();
    close();
    const std::string whole = content();
    EXPECT_TRUE(is_recording(path));
    put(whole.substr(0, whole.size() - 1));
    const auto cut = survey_market(path);
    ASSERT_TRUE(cut) << cut.error().text;
    EXPECT_NE(cut->cut.find("torn at offset"), std::string::npos) << cut->cut;
    EXPECT_EQ(cut->updates, 7U) << "only the last block is torn, which has the totals";

    std::string flipped = whole;
    flipped[whole.size() / 2] = static_cast<char>(flipped[whole.size() / 2] ^ 1);
    put(flipped);
    const auto damaged = survey_market(path);
    ASSERT_FALSE(damaged);
    EXPECT_TRUE(damaged.error().text.starts_with(path)) << damaged.error().text;
    EXPECT_NE(damaged.error().text.find("damaged"), std::string::npos) << damaged.error().text;
}

TEST_F(MarketTest, AFileIsARecordingByItsFirstBytes) {
    put("SFRECOR");
    EXPECT_FALSE(is_recording(path));
    put("SFRECORD");
    EXPECT_TRUE(is_recording(path));
    EXPECT_FALSE(survey_market(path)) << "and none that can be read";
    EXPECT_FALSE(is_recording(path + ".none"));
}

}  // namespace
}  // namespace sniperforge::recording
