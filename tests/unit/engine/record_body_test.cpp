// SPDX-License-Identifier: MIT
// The journal bodies: valid JSON whatever a stranger's text holds, the same bytes for the same
// decision, and no receive times in them.
#include <gtest/gtest.h>
#include <simdjson.h>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "support/keys.hpp"

namespace sniperforge::engine {
namespace {

using sniperforge::test::key_of;

// Everything that breaks a JSON text, and bytes that are no text at all.
const std::string kHostile = std::string{"\",\"outcome\":\"landed\"}\n\\\t\x01\x7f"} +
                             std::string(1, '\0') + "\xff\xc3(" + "\xf0\x9f\x92\xa9</script>";

[[nodiscard]] OrderIntent cycle_intent() {
    OrderIntent intent;
    intent.intent_id = IntentId{7};
    intent.kind = OrderKind::Cycle;
    intent.mint_in = solana::kWrappedSolMint;
    intent.mint_out = solana::kWrappedSolMint;
    intent.amount_in = TokenAmount{kU64Max};
    intent.leg_count = 2;
    intent.legs[0] = {PoolIndex{1}, Direction::AToB, TokenAmount{5}, TokenAmount{6}};
    intent.legs[1] = {PoolIndex{2}, Direction::BToA, TokenAmount{6}, TokenAmount{8}};
    intent.decided_at = Slot{99};
    return intent;
}

[[nodiscard]] ExecutionReport report() {
    ExecutionReport report;
    report.intent_id = IntentId{7};
    report.outcome = Outcome::Reverted;
    report.signature = Signature::from(Bytes(64, 3));
    report.slot = Slot{5};
    report.error = kHostile;
    report.fill.wallet = LamportsDelta{-9'000};
    report.fill.base_fee = Lamports{5'000};
    report.fill.tokens = {{key_of(1), TokenDelta{-4}}, {key_of(2), TokenDelta{9}}};
    return report;
}

[[nodiscard]] std::vector<RecorderItem> one_of_each() {
    return {
        RunNote{kHostile},
        SettingsChanged{"ab", {{kHostile, kHostile, kHostile, true, true}}},
        TokenVerdict{Slot{4}, {key_of(1), std::nullopt}},
        TokenVerdict{Slot{4}, {key_of(1), detect::SafetyFinding{}}},
        cycle_intent(),
        OrderIntent{},
        IntentDenied{IntentId{3}, StrategyId::Sniper, {DenialReason::FeedBlind, kHostile}},
        IntentApproved{IntentId{3}},
        IntentApproved{IntentId{3}, SizeFacts{}},
        PathChoice{},
        OrderSigned{IntentId{3}, Signature::from(Bytes(64, 3)), BlockHeight{8}},
        OrderSigned{IntentId{3}, Signature::from(Bytes(64, 3)), kNeverByHeight,
                    NonceLease{key_of(4), Hash::from(Bytes(32, 5)), Slot{6}}},
        report(),
        ExecutionReport{},
        OrderFinalized{IntentId{3}, Signature::from(Bytes(64, 3)), Slot{8}},
        OrderReversed{IntentId{3}, Signature::from(Bytes(64, 3)), Slot{8}},
        PositionOpened{PositionId{1}, StrategyId::Sniper, key_of(1), TokenAmount{5}, Lamports{6}},
        PositionChanged{PositionId{1}, TokenAmount{5}, Lamports{6}},
        PositionClosed{PositionId{1}, StrategyId::Sniper, key_of(1), LamportsDelta{-6},
                       ExitReason::StopLoss},
        PositionPlaced{PositionId{1}, key_of(2)},
        PositionPeak{PositionId{1}, Lamports{7}},
        PositionMarked{PositionId{1}, Lamports{kU64Max}},
        DayBegun{20'454, LamportsDelta{-7}},
        LedgerOpened{Hash{}, {Lamports{5}, {{key_of(1), TokenAmount{kU64Max}}}}},
        LedgerAdopted{},
        BooksDoubted{{{"wallet", 5, kU64Max}}},
        ShortfallAccepted{{{"wallet", 5, 4}}},
        GiftTaken{{Lamports{5}, {{key_of(1), TokenAmount{6}}}}},
        PositionAdopted{key_of(1), TokenAmount{7}},
        RecoveryBegun{},
        RecoveryEnded{},
        CauseChanged{.cause = StateCause::PauseRequested,
                     .stands = true,
                     .by = kHostile,
                     .reason = kHostile},
        CauseChanged{.cause = StateCause::DrawdownReached,
                     .drawdown = Lamports{kU64Max},
                     .drawdown_max = MicroUsd{kU64Max}},
        CauseChanged{.cause = StateCause::FlattenRequested, .is_outside_sold = true},
        RungBegun{1, MicroUsd{100'000'000}, Lamports{kU64Max}, Lamports{5}, LamportsDelta{-7},
                  kHostile},
        RunStarted{kHostile, kHostile, kHostile, key_of(3)},
        RunStopped{2},
        WithdrawalSigned{Signature::from(Bytes(64, 3)), BlockHeight{8}, key_of(1), {}, {}},
        WithdrawalSigned{
            Signature::from(Bytes(64, 4)), BlockHeight{8}, key_of(1), {}, {}, UpkeptAccount::Nonce},
        WithdrawalSigned{Signature::from(Bytes(64, 4)),
                         BlockHeight{8},
                         key_of(1),
                         {},
                         {},
                         UpkeptAccount::LookupTable,
                         Lamports{kU64Max}},
        WithdrawalSettled{Signature::from(Bytes(64, 3)), Outcome::Landed, Slot{8}, report().fill}};
}

TEST(RecordBody, IsOneJsonObjectForEveryItemAndEveryText) {
    simdjson::dom::parser parser;
    for (const RecorderItem& item : one_of_each()) {
        const std::string body = body_of(item);
        simdjson::dom::object object;
        EXPECT_EQ(parser.parse(body).get(object), simdjson::SUCCESS) << body;
        EXPECT_EQ(body.find('\n'), std::string::npos);
    }
}

TEST(RecordBody, KeepsAStrangersTextInsideItsMember) {
    simdjson::dom::parser parser;
    const std::string body = body_of(report());
    const simdjson::dom::element root = parser.parse(body);
    EXPECT_EQ(std::string_view{root["outcome"]}, "reverted");
    const std::string_view error = root["error"];
    EXPECT_TRUE(error.starts_with("\",\"outcome\":\"landed\"}\n\\"));
    EXPECT_EQ(simdjson::dom::object{root}.size(), 12U);
}

// Who reads why an entry was so large sees what was asked, and what nobody knew.
TEST(RecordBody, TellsWhatTheSizeOfAnEntryRestsOnAndWhatWasNotKnown) {
    SizeFacts size{
        .wanted = Lamports{400}, .volatility = {}, .volatility_cap = {}, .kelly_cap = {}};
    EXPECT_EQ(body_of(IntentApproved{IntentId{3}, size}),
              R"({"intent":3,"size":{"wanted":400,"volatility_millionths":null,)"
              R"("volatility_cap":null,"results":0,"kelly_cap":null}})");
    size.volatility = 50'000;
    size.volatility_cap = Lamports{300};
    size.results = 120;
    size.kelly_cap = Lamports{200};
    EXPECT_EQ(body_of(IntentApproved{IntentId{3}, size}),
              R"({"intent":3,"size":{"wanted":400,"volatility_millionths":50000,)"
              R"("volatility_cap":300,"results":120,"kelly_cap":200}})");
    EXPECT_EQ(body_of(IntentApproved{IntentId{3}}), R"({"intent":3})");
}

// Of paths that the settings do not allow nothing is told; measured times make it no decision.
TEST(RecordBody, TellsWhatEachPathOfAnOrderWasReckonedToCost) {
    PathChoice choice{.intent_id = IntentId{3},
                      .chosen = OrderPath::JupiterV2Build,
                      .notional = Lamports{1'000},
                      .slot_price = Lamports{7}};
    choice.costs[0] = {.path = OrderPath::Direct,
                       .standing = PathStanding::Refused,
                       .fees = Lamports{9},
                       .total = LamportsDelta{10}};
    choice.costs[3] = {.path = OrderPath::JupiterV2Build,
                       .standing = PathStanding::Open,
                       .price = LamportsDelta{-5},
                       .fees = Lamports{9},
                       .latency_us = 11,
                       .delay_millislots = 2'000,
                       .delay = Lamports{14},
                       .failing_permille = 50,
                       .total = LamportsDelta{-1}};
    EXPECT_EQ(body_of(choice),
              R"({"event":"path_chosen","intent":3,"chosen":"v2_build","taken":"direct",)"
              R"("notional":1000,"slot_price":7,"paths":[)"
              R"({"path":"direct","standing":"refused","price":0,"fees":9,"latency_us":0,)"
              R"("delay_millislots":0,"delay":0,"failing_permille":0,"total":10},)"
              R"({"path":"v2_build","standing":"open","price":-5,"fees":9,"latency_us":11,)"
              R"("delay_millislots":2000,"delay":14,"failing_permille":50,"total":-1}]})");
    EXPECT_FALSE(journal::is_decision(kind_of(choice)));
}

TEST(RecordBody, TellsWhoPaidForTheCreatorOfAnEntryOrThatNobodyKnows) {
    EXPECT_EQ(body_of(IntentApproved{IntentId{3}, {}, FunderFacts{FunderStanding::Pending, {}}}),
              R"({"intent":3,"funder":{"standing":"pending","key":null}})");
    EXPECT_EQ(
        body_of(IntentApproved{IntentId{3}, {}, FunderFacts{FunderStanding::Known, key_of(1)}}),
        R"({"intent":3,"funder":{"standing":"known","key":")" + key_of(1).to_string() + R"("}})");
}

TEST(RecordBody, WritesReportsToTheByte) {
    ExecutionReport plain = report();
    plain.error = "x";
    EXPECT_EQ(body_of(plain),
              R"({"intent":7,"outcome":"reverted","signature":")" + plain.signature.to_string() +
                  R"(","slot":5,"error":"x","wallet":-9000,"base_fee":5000,"priority_fee":0,)"
                  R"("tip":0,"rent_paid":0,"rent_refunded":0,"tokens":[{"mint":")" +
                  key_of(1).to_string() + R"(","amount":-4},{"mint":")" + key_of(2).to_string() +
                  R"(","amount":9}]})");
}

// Nothing where they are not known: zero is a fee, too.
TEST(RecordBody, WritesThePoolsFeesOfAFillWhereTheyAreKnown) {
    ExecutionReport fill = report();
    EXPECT_EQ(body_of(fill).find("amm_fee"), std::string::npos);
    fill.fill.venue_fees = VenueFees{Lamports{2'500}, Lamports{3}};
    EXPECT_NE(body_of(fill).find(R"("rent_refunded":0,"amm_fee":2500,"transfer_fee":3,"tokens")"),
              std::string::npos)
        << body_of(fill);
    fill.fill.venue_fees = VenueFees{};
    EXPECT_NE(body_of(fill).find(R"("amm_fee":0,"transfer_fee":0,)"), std::string::npos);
}

// Seldom there: zero is not written, and the records of other fills are what they always were.
TEST(RecordBody, WritesRentsOfOthersAndWhatNothingExplainsWhereThereIsAny) {
    ExecutionReport fill = report();
    fill.fill.rent_of_others = Lamports{890'880};
    EXPECT_NE(body_of(fill).find(R"("rent_refunded":0,"rent_of_others":890880,"tokens")"),
              std::string::npos)
        << body_of(fill);
    fill.fill.unexplained = LamportsDelta{-7};
    EXPECT_NE(body_of(fill).find(R"("rent_of_others":890880,"unexplained":-7,"tokens")"),
              std::string::npos)
        << body_of(fill);
}

TEST(RecordBody, WritesWhatBecameOfALedgerEntryToTheByte) {
    const Signature signature = Signature::from(Bytes(64, 3));
    const std::string rest =
        R"(,"intent":7,"signature":")" + signature.to_string() + R"(","slot":12})";
    EXPECT_EQ(body_of(OrderFinalized{IntentId{7}, signature, Slot{12}}),
              R"({"event":"finalized")" + rest);
    EXPECT_EQ(body_of(OrderReversed{IntentId{7}, signature, Slot{12}}),
              R"({"event":"reversed")" + rest);
}

// Of the orders only a sweep needs it: the others' programs are those of their pools.
TEST(RecordBody, NamesTheTokenProgramOfASweepAlone) {
    OrderIntent sweep;
    sweep.kind = OrderKind::Sweep;
    sweep.strategy = StrategyId::Housekeeping;
    sweep.token_program = solana::kToken2022Program;
    const std::string body = body_of(sweep);
    EXPECT_NE(body.find(R"("strategy":"housekeeping","kind":"sweep",)"), std::string::npos) << body;
    EXPECT_TRUE(body.ends_with(R"("slots_valid":0,"token_program":")" +
                               solana::kToken2022Program.to_string() + "\"}"))
        << body;
    EXPECT_EQ(body_of(cycle_intent()).find("token_program"), std::string::npos);
}

// What a later process goes on by; of what is bought at once nothing.
TEST(RecordBody, SaysWhichPartOfAnEntryAnOrderIsToBuy) {
    OrderIntent intent;
    intent.kind = OrderKind::Entry;
    EXPECT_EQ(body_of(intent).find("part"), std::string::npos);
    intent.part = {0x0edcba9876543210, 2, 3};
    EXPECT_TRUE(body_of(intent).ends_with(
        R"("slots_valid":0,"recipe":"0edcba9876543210","part":2,"parts":3})"))
        << body_of(intent);
}

TEST(RecordBody, SaysWhatACycleOffersAboveTheLeast) {
    OrderIntent intent = cycle_intent();
    EXPECT_EQ(body_of(intent).find("bid"), std::string::npos);
    intent.bid = {25, Lamports{1'234}};
    EXPECT_TRUE(body_of(intent).ends_with(R"(,"bid_percent":25,"bid":1234})")) << body_of(intent);
}

TEST(RecordBody, NamesTheFailureAndTheVenueThatFailedOnlyWhereThereIsOne) {
    EXPECT_EQ(body_of(report()).find("failure"), std::string::npos);
    ExecutionReport failed = report();
    failed.failure = FailureClass::ProgramError;
    EXPECT_NE(body_of(failed).find(R"("failure":"program_error","failed_venue":null,"wallet")"),
              std::string::npos)
        << body_of(failed);
    failed.failed_venue = VenueId::PumpSwap;
    EXPECT_NE(body_of(failed).find(R"("failed_venue":"pumpswap",)"), std::string::npos);
    EXPECT_EQ(body_of(failed).find("program_error\":"), std::string::npos);
    failed.program_error = "pumpswap DisabledSell";
    failed.action = FailureAction::QuarantineToken;
    EXPECT_NE(body_of(failed).find(
                  R"("program_error":"pumpswap DisabledSell","action":"quarantine_token",)"),
              std::string::npos)
        << body_of(failed);
    OrderIntent intent = cycle_intent();
    EXPECT_NE(body_of(intent).find(R"("venues":[],)"), std::string::npos);
    intent.venues.add(VenueId::OrcaWhirlpool);
    intent.venues.add(VenueId::RaydiumCpmm);
    EXPECT_NE(body_of(intent).find(R"("venues":["raydium_cpmm","orca_whirlpool"],)"),
              std::string::npos);
}

TEST(RecordBody, LeavesTheSignatureOfAnUnsignedOrderEmpty) {
    EXPECT_NE(body_of(ExecutionReport{}).find(R"("signature":"",)"), std::string::npos);
}

TEST(RecordBody, SaysWhatASettingWasAndIsAndWhetherThatIsLooser) {
    const SettingsChanged change{"c0ffee",
                                 {{"risk.trade_max_usd", R"("100")", R"("50")", true, false},
                                  {"exits.stop_loss_bps", "800", "900", true, true}}};
    EXPECT_EQ(body_of(change),
              R"({"event":"settings_changed","config_sha256":"c0ffee","changes":[)"
              R"({"key":"risk.trade_max_usd","before":"\"100\"","after":"\"50\"",)"
              R"("is_looser":false},)"
              R"({"key":"exits.stop_loss_bps","before":"800","after":"900","is_looser":true}]})");
}

TEST(RecordBody, SaysWhyATokenIsNotBoughtAndNothingElseOfOneThatIsSafe) {
    const TokenVerdict safe{Slot{4}, {key_of(1), std::nullopt}};
    const std::string begin = R"({"event":"token_judged","mint":")" + key_of(1).to_string();
    EXPECT_EQ(body_of(safe), begin + R"(","slot":4,"is_safe":true})");
    TokenVerdict refused = safe;
    refused.note.refused = detect::SafetyFinding{.code = SafetyCode::HoldersTop10,
                                                 .outcome = detect::SafetyOutcome::Failed,
                                                 .value = 7'001,
                                                 .limit = 7'000,
                                                 .slot = Slot{3},
                                                 .age = 1,
                                                 .is_refusing = true};
    EXPECT_EQ(body_of(refused),
              begin + R"(","slot":4,"is_safe":false,"code":"HOLDERS_TOP10","outcome":"failed",)"
                      R"("value":7001,"limit":7000,"read_in_slot":3})");
}

// Both parts apart, with the accounts that show them, whether it is safe or not.
TEST(RecordBody, SaysWhatBecameOfTheLpTokensWhereItIsKnown) {
    detect::SafetyFinding lp{.code = SafetyCode::LpBurnt, .slot = Slot{3}, .age = 1};
    lp.lp = detect::LpEvidence{.burnt = BasisPoints{1'000},
                               .burnt_mint = key_of(2),
                               .locked = BasisPoints{8'000},
                               .locker = detect::LpLocker::RaydiumBurnAndEarn,
                               .locked_account = key_of(3)};
    const std::string begin = R"({"event":"token_judged","mint":")" + key_of(1).to_string();
    const std::string parts = R"("lp":{"burnt_bps":1000,"burnt_mint":")" + key_of(2).to_string() +
                              R"(","locked_bps":8000,"locker":"raydium_burn_and_earn",)" +
                              R"("locked_account":")" + key_of(3).to_string() +
                              R"(","read_in_slot":3,"age_slots":1})";
    EXPECT_EQ(body_of(TokenVerdict{Slot{4}, {key_of(1), std::nullopt, lp}}),
              begin + R"(","slot":4,"is_safe":true,)" + parts + "}");
    lp.lp->burnt_mint = Pubkey{};
    const std::string refused = body_of(TokenVerdict{Slot{4}, {key_of(1), lp, lp}});
    EXPECT_NE(refused.find(R"("code":"LP_BURNT")"), std::string::npos);
    EXPECT_NE(refused.find(R"("burnt_mint":null)"), std::string::npos);
}

// Counts and slots; when that was by our clock is no decision.
TEST(RecordBody, SaysWhatACreatorDidBeforeWhoseTokenIsRefusedForIt) {
    detect::SafetyFinding pulls{.code = SafetyCode::CreatorPulls,
                                .outcome = detect::SafetyOutcome::Failed,
                                .value = 2,
                                .slot = Slot{9},
                                .is_refusing = true};
    pulls.creator = detect::CreatorPast{.launches = 3,
                                        .emptied = 1,
                                        .dumped = 1,
                                        .first = {Slot{5}, WallTime{1}},
                                        .last = {Slot{8}, WallTime{2}},
                                        .ended_within_seconds = 7};
    EXPECT_EQ(body_of(TokenVerdict{Slot{9}, {key_of(1), pulls}}),
              R"({"event":"token_judged","mint":")" + key_of(1).to_string() +
                  R"(","slot":9,"is_safe":false,"code":"CREATOR_PULLS","outcome":"failed",)"
                  R"("value":2,"limit":0,"read_in_slot":9,"creator":{"launches":3,"emptied":1,)"
                  R"("dumped":1,"first_slot":5,"last_slot":8}})");
}

TEST(RecordBody, WritesTheLegsOfACycleAndNoneOfAnEntry) {
    EXPECT_NE(body_of(cycle_intent())
                  .find(R"("legs":[{"pool":1,"direction":"a_to_b","amount_in":5,"amount_out":6},)"
                        R"({"pool":2,"direction":"b_to_a","amount_in":6,"amount_out":8}])"),
              std::string::npos);
    EXPECT_NE(body_of(OrderIntent{}).find(R"("legs":[])"), std::string::npos);
    EXPECT_NE(body_of(cycle_intent()).find(R"("amount_in":18446744073709551615)"),
              std::string::npos);
}

// Equal decisions must give equal journals, however long the network took.
TEST(RecordBody, HoldsNoTimes) {
    ExecutionReport slow = report();
    slow.decided_at = MonoTime{1};
    slow.sent_at = MonoTime{2};
    slow.settled_at = MonoTime{3};
    EXPECT_EQ(body_of(slow), body_of(report()));
}

}  // namespace
}  // namespace sniperforge::engine
