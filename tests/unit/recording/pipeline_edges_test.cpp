// SPDX-License-Identifier: MIT
// What decides is in the recording: with it the same is decided again, and without it another
// thing.
#include <gtest/gtest.h>

#include <string>

#include "sniperforge/recording/replay.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/token_account.hpp"
#include "unit/recording/scripted_run.hpp"

namespace sniperforge::recording {
namespace {

using test::kPriced;

const dex::test::TestPool kLaunch{
    .number = 7, .mint_b = dex::test::key_of(90), .creator = dex::test::key_of(91)};

class PipelineEdges : public test::ScriptedRun {
 protected:
    void open_books() { pipeline->start({Lamports{10 * kLamportsPerSol}, {}}, Hash{}); }
    [[nodiscard]] std::size_t count(std::string_view part) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            journal.bodies,
            [&](const std::string& body) { return body.find(part) != std::string::npos; }));
    }
    // A new token, with all that its verdict needs.
    void launch() {
        settings.sniper.is_enabled = true;
        settings.safety.unknown_allowed = {"lp"};
        pipeline->settings_changed();
        open_market();
        for (const auto& account :
             {kLaunch.account(), dex::test::config_account(kLaunch.config),
              kLaunch.account_a(50 * kLamportsPerSol), kLaunch.account_b(700'000'000)}) {
            tell(account.at(6));
        }
        const auto mint = solana::encode_mint({.mint_authority = {},
                                               .supply = TokenAmount{1'000'000'000},
                                               .decimals = 6,
                                               .freeze_authority = {}});
        tell(AccountUpdate{Slot{6}, kLaunch.mint_b, solana::kTokenProgram, Lamports{1}, mint});
        const Pubkey his = solana::associated_token_address(kLaunch.creator, kLaunch.mint_b,
                                                            solana::kTokenProgram);
        tell(dex::test::TestPool::vault(his, kLaunch.mint_b, 0).at(6));
        pipeline->on_holders(kLaunch.mint_b,
                             HolderReading{Slot{6}, TokenAmount{1'000'000'000}, {}, {}});
    }
    // As it was; and not without the calls of that kind.
    void expect_to_rest_on(Kind kind) {
        close();
        const auto result = replay(path);
        ASSERT_TRUE(result) << result.error().text;
        EXPECT_EQ(result->problem, "");
        EXPECT_TRUE(result->is_equal());
        EXPECT_EQ(result->answers_missing, 0U);
        EXPECT_EQ(result->sha256_replayed, journal.digest.text());
        const auto without = replay_changed([&](Frame& frame) {
            if (frame.kind == kind) {
                frame.kind = Kind::EndCheck;
            }
        });
        EXPECT_TRUE(without.difference);
    }
};

// The pool has 100,000 USD of SOL.
TEST_F(PipelineEdges, SettingsThatWereReloadedHoldFromThereOn) {
    open_books();
    open_market();
    settings.risk.liquidity_min = MicroUsd{1'000'000 * kMicroUsdPerUsd};
    pipeline->settings_changed();
    enter();
    EXPECT_EQ(count("LIQUIDITY_TOO_LOW"), 1U);
    expect_to_rest_on(Kind::SettingsChanged);
}

TEST_F(PipelineEdges, SettingsThatThisVersionDoesNotKnowEndTheReplayWhereTheyWereReloaded) {
    open_books();
    pipeline->settings_changed();
    pipeline->take_in({.wallet = Lamports{5}});
    close();
    auto reader = Reader::open(path);
    ASSERT_TRUE(reader);
    ReplayResult result;
    FrameReader frames{**reader, result};
    Player player{settings, result};
    while (auto next = frames.next()) {
        auto& frame = std::get<Frame>(*next);
        if (frame.kind == Kind::SettingsChanged) {
            ArchiveWriter parts{kAsItIs};
            parts(std::string{"risk: {no_such_key: 1}"});
            frame.args.assign(parts.bytes().begin(), parts.bytes().end());
        }
        player.play(frame);
    }
    EXPECT_NE(player.problem().find("the settings that were reloaded"), std::string::npos);
    EXPECT_NE(player.problem().find("no_such_key"), std::string::npos) << player.problem();
    EXPECT_EQ(result.decisions, journal.bodies.size() - 1);
}

TEST_F(PipelineEdges, AnEnforcedLadderDeniesWhatItsRungDoesNot) {
    open_books();
    open_market();
    pipeline->enforce_ladder();
    enter();
    EXPECT_EQ(desk.signed_count, 0U);
    expect_to_rest_on(Kind::EnforceLadder);
}

TEST_F(PipelineEdges, ARungThatWasBegunIsBegunAgain) {
    open_books();
    open_market();
    pipeline->enforce_ladder();
    pipeline->begin_rung({0, MicroUsd{50 * kMicroUsdPerUsd}, {}, {}, {}, "the first one"});
    enter();
    EXPECT_EQ(desk.signed_count, 1U);
    expect_to_rest_on(Kind::BeginRung);
}

TEST_F(PipelineEdges, WhatAPersonOrderedIsOrderedAgain) {
    open_books();
    open_market();
    EXPECT_TRUE(pipeline->obey({.verb = engine::OperatorVerb::Pause, .reason = "why"}).is_changed);
    enter();
    EXPECT_EQ(desk.signed_count, 0U);
    EXPECT_EQ(count("ENGINE_HALTED"), 1U);
    expect_to_rest_on(Kind::Obey);
}

TEST_F(PipelineEdges, ThePauseOfAnEarlierRunIsInItsHistory) {
    engine::History history;
    history.genesis.bytes[0] = 1;
    history.portfolio.start({Lamports{10 * kLamportsPerSol}, {}}, reactor.wall_now());
    history.held.note({.cause = StateCause::PauseRequested, .stands = true, .by = "pause"},
                      reactor.wall_now());
    const Hash genesis = history.genesis;
    pipeline->resume(std::move(history), genesis);
    open_market();
    pipeline->reconciled();
    enter();
    EXPECT_EQ(desk.signed_count, 0U);
    EXPECT_EQ(count("ENGINE_HALTED"), 1U);
    expect_to_rest_on(Kind::Reconciled);
}

TEST_F(PipelineEdges, WhatStoodBeforeBooksThatBeginAnewIsHeldAgain) {
    open_books();
    engine::HeldCauses held;
    held.note({.cause = StateCause::PauseRequested, .stands = true, .by = "pause", .reason = "why"},
              reactor.wall_now());
    pipeline->hold_again(held, false);
    open_market();
    enter();
    EXPECT_EQ(desk.signed_count, 0U);
    EXPECT_EQ(count("ENGINE_HALTED"), 1U);
    expect_to_rest_on(Kind::HoldAgain);
}

// A token whose creator emptied one in an earlier run.
TEST_F(PipelineEdges, WhatEarlierRunsSawOfCreatorsIsKnownAgain) {
    open_books();
    detect::CreatorRecord creator{.creator = kLaunch.creator};
    creator.past = {.launches = 1, .emptied = 1};
    pipeline->know_creators({Hash{}, {creator}});
    launch();
    EXPECT_EQ(count(R"("code":"CREATOR_PULLS","outcome":"failed","value":1)"), 1U);
    expect_to_rest_on(Kind::KnowCreators);
}

// A token that nothing else speaks against, and that a node could not sell.
TEST_F(PipelineEdges, WhatANodeSaidToARoundTripIsSaidAgain) {
    open_books();
    test::NoRoundTrips round_trips;
    pipeline->connect_round_trips(round_trips);
    launch();
    EXPECT_EQ(round_trips.asked, 1U);
    RoundTripReading frozen{.unread = {}, .slot = Slot{6}};
    frozen.error = R"({"InstructionError":[7,{"Custom":17}]})";
    frozen.is_of_sale = true;
    frozen.programs_failed = {solana::kTokenProgram};
    pipeline->on_round_trip(kLaunch.mint_b, frozen);
    EXPECT_EQ(count(R"("code":"SIMULATED_ROUND_TRIP","outcome":"failed")"), 1U);
    EXPECT_EQ(count(R"("problem":"the sale failed: spl_token AccountFrozen")"), 1U);
    expect_to_rest_on(Kind::RoundTrip);
}

TEST_F(PipelineEdges, AResumeIsPreparedAndLetGoOfAgain) {
    open_books();
    open_market();
    (void)pipeline->obey({.verb = engine::OperatorVerb::Pause});
    ASSERT_TRUE(pipeline->prepare_resume({.verb = engine::OperatorVerb::Resume}));
    enter();
    EXPECT_EQ(count("ENGINE_HALTED"), 1U);
    EXPECT_TRUE(pipeline->let_go().is_changed);
    enter();
    EXPECT_EQ(desk.signed_count, 1U);
    expect_to_rest_on(Kind::PrepareResume);
}

TEST_F(PipelineEdges, ThatAResumeIsInForceIsToldAgain) {
    open_books();
    open_market();
    (void)pipeline->obey({.verb = engine::OperatorVerb::Pause});
    ASSERT_TRUE(pipeline->prepare_resume({.verb = engine::OperatorVerb::Resume}));
    EXPECT_TRUE(pipeline->let_go().is_changed);
    enter();
    EXPECT_EQ(desk.signed_count, 1U);
    expect_to_rest_on(Kind::LetGo);
}

TEST_F(PipelineEdges, AKeyThatIsLostIsLostAgain) {
    open_books();
    open_market();
    pipeline->lose_key();
    enter();
    EXPECT_EQ(desk.signed_count, 0U);
    expect_to_rest_on(Kind::LoseKey);
}

TEST_F(PipelineEdges, OfWhichRecordTheBooksAreIsToldAgain) {
    engine::History history;
    history.genesis.bytes[0] = 1;
    history.portfolio.start({Lamports{10 * kLamportsPerSol}, {}}, reactor.wall_now());
    history.written_last = reactor.wall_now();
    const Hash genesis = history.genesis;
    pipeline->note_past(history.past().value());
    pipeline->resume(std::move(history), genesis);
    open_market();
    enter();
    EXPECT_EQ(count("with no fill; the last record is of"), 1U);
    expect_to_rest_on(Kind::NotePast);
}

TEST_F(PipelineEdges, TheRungOfAnEarlierRunIsInItsHistory) {
    engine::History history;
    history.genesis.bytes[0] = 1;
    history.portfolio.start({Lamports{10 * kLamportsPerSol}, {}}, reactor.wall_now());
    history.rung = engine::Rung{{0, MicroUsd{50 * kMicroUsdPerUsd}, {}, {}, {}, "the first one"},
                                reactor.wall_now()};
    const Hash genesis = history.genesis;
    pipeline->enforce_ladder();
    pipeline->resume(std::move(history), genesis);
    open_market();
    pipeline->reconciled();
    enter();
    EXPECT_EQ(desk.signed_count, 1U);
    expect_to_rest_on(Kind::Reconciled);
}

// Nothing on paper was sent: the desk goes on with it, where a real one's order has ended.
TEST_F(PipelineEdges, WhetherAnythingIsSignedIsAnswered) {
    engine::History history;
    history.genesis.bytes[0] = 1;
    history.portfolio.start({Lamports{kLamportsPerSol}, {}}, reactor.wall_now());
    OrderIntent intent;
    intent.intent_id = IntentId{4};
    history.portfolio.order_submitted(intent);
    history.orders_unsigned = {intent};
    const Hash genesis = history.genesis;
    desk.is_on_paper = true;
    pipeline->resume(std::move(history), genesis);
    EXPECT_EQ(count("before it was signed"), 0U);
    close();
    const auto result = replay(path);
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_TRUE(result->is_equal());
    const auto as_real = replay_changed([](Frame& frame) {
        for (auto& answer : frame.numbers[static_cast<std::size_t>(Kind::IsSigning)].values) {
            answer = 1;
        }
    });
    ASSERT_TRUE(as_real.difference);
    EXPECT_NE(as_real.difference->replayed->body.find("before it was signed"), std::string::npos);
}

// What is held is worth less behind swaps of ours that the pool does not know of, and is sold.
TEST_F(PipelineEdges, SwapsOfOursThatThePoolLacksAreAnswered) {
    open_books();
    open_market();
    enter();
    tell(kPriced.account_b(101'000'000'000).at(6));
    EXPECT_EQ(count(R"("kind":"exit")"), 0U);
    desk.swaps = {{PoolIndex{0}, Direction::BToA, TokenAmount{1'000'000'000'000}}};
    tell(SlotUpdate{Slot{20}, Slot{19}, Slot{1}});
    tell(kPriced.account_b(101'000'000'001).at(20));
    EXPECT_GT(count(R"("kind":"exit")"), 0U);
    close();
    const auto result = replay(path);
    ASSERT_TRUE(result) << result.error().text;
    EXPECT_TRUE(result->is_equal());
    EXPECT_EQ(result->answers_missing, 0U);
    const auto unaware = replay_changed([](Frame& frame) {
        for (auto& swaps : frame.swaps.values) {
            swaps.clear();
        }
    });
    ASSERT_TRUE(unaware.difference);
    // What the position would sell for, which the exit follows from.
    EXPECT_NE(unaware.difference->recorded->body.find(R"("event":"marked")"), std::string::npos);
}

}  // namespace
}  // namespace sniperforge::recording
