// SPDX-License-Identifier: MIT
// What is left of a run when it is cut, at any byte of its files, and what is made of it.
#include "sniperforge/engine/history.hpp"

#include "engine/signed_record.hpp"
#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

TEST_F(HistoryTest, HasNoPastInADirectoryWithoutFiles) {
    const History history = read();
    EXPECT_FALSE(history.has_past());
    EXPECT_FALSE(history.are_orders_lost);
}

TEST_F(HistoryTest, KeepsTheBooksAgain) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        trade(*recorder, entry(1));
        recorder->record(landed(entry(1)), kOpening);
        recorder->record(PositionPlaced{PositionId{1}, kHeldPool}, kOpening);
        recorder->record(PositionPeak{PositionId{1}, Lamports{300'000'000}}, kOpening);
        SignedOrder refused = entry(2);
        recorder->record(refused.intent, kOpening);
        recorder->record(IntentDenied{IntentId{2}, StrategyId::Sniper, {}}, kOpening);
    }
    const History history = read();
    EXPECT_TRUE(history.has_ledger());
    EXPECT_EQ(history.wallet, kWallet);
    EXPECT_EQ(history.genesis, kGenesis);
    EXPECT_EQ(history.intent_last, IntentId{2});
    EXPECT_EQ(history.slot_last, Slot{55});
    EXPECT_EQ(history.portfolio.ledger().wallet(), Lamports{kFunds.raw() - 100'009'000});
    ASSERT_EQ(history.portfolio.positions().size(), 1U);
    const PositionView& view = history.portfolio.positions()[0];
    EXPECT_EQ(view.mint, kToken);
    EXPECT_EQ(view.strategy, StrategyId::Sniper);
    EXPECT_EQ(view.amount, TokenAmount{1'000});
    EXPECT_EQ(view.cost, Lamports{100'009'000});
    EXPECT_EQ(view.value_peak, Lamports{300'000'000});
    EXPECT_EQ(view.pool, kPoolUnknown);
    // Opened a second before now, on a clock that began later.
    EXPECT_EQ(view.opened_at, (MonoTime{1'000 - kLater.count()}));
    EXPECT_EQ(history.pools.at(kToken), kHeldPool);
    EXPECT_TRUE(history.orders_open.empty());
    EXPECT_TRUE(history.orders_unsigned.empty());
    ASSERT_EQ(history.fills_provisional.size(), 1U);
    EXPECT_EQ(history.fills_provisional[0].last_valid_height, BlockHeight{201});
    EXPECT_TRUE(history.signed_before.empty());
}

// A restart is no new day: the caps of execution hold for all that the day has paid.
TEST_F(HistoryTest, CountsThePriorityFeesAndTipsOfTheUtcDayAndOfNoOther) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        const WallTime yesterday{kOpening.ns - 1};
        for (const std::uint64_t id : {1U, 2U, 3U}) {
            trade(*recorder, entry(id));
            ExecutionReport report = landed(entry(id));
            report.outcome = id == 3 ? Outcome::Reverted : Outcome::Landed;
            report.fill.priority_fee = Lamports{100 * id};
            report.fill.tip = Lamports{id == 2 ? 7U : 0U};
            recorder->record(report, id == 1 ? yesterday : kOpening);
        }
    }
    const History history = read();
    EXPECT_EQ(history.fees.paid(kOpening + kLater), Lamports{200 + 7 + 300});
}

// Nor a new hour for the signer: what it has signed counts, whatever became of it.
TEST_F(HistoryTest, KnowsWhatWasSignedInTheLastHourOrOnThisUtcDay) {
    const WallTime an_hour_ago{kOpening.ns + kLater.count() -
                               Duration{std::chrono::minutes{61}}.count()};
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        const auto sign = [&](std::uint64_t id, WallTime at) {
            recorder->record(entry(id).intent, at);
            recorder->record(IntentApproved{IntentId{id}}, at);
            ASSERT_TRUE(recorder->record_signed(entry(id).intent, entry(id).signed_as, at));
        };
        sign(1, an_hour_ago);
        sign(2, an_hour_ago + std::chrono::nanoseconds{1});
        sign(3, kOpening);
        ExecutionReport expired = landed(entry(3));
        expired.outcome = Outcome::Expired;
        expired.fill = {};
        recorder->record(expired, kOpening);
    }
    const History history = read();
    ASSERT_EQ(history.signed_lately.size(), 2U);
    EXPECT_EQ(history.signed_lately[0].intent.intent_id, IntentId{2});
    EXPECT_EQ(history.signed_lately[1].intent.spend_max, entry(3).intent.spend_max);
    EXPECT_EQ(history.signed_lately[1].at, kOpening);
}

// Only the pools of the moment knew them: a replay has them from the journal or not at all.
TEST_F(HistoryTest, KeepsThePoolsFeesOfAFillAsTheyWereKnown) {
    ExecutionReport ours = landed(entry(1));
    ours.fill.venue_fees = VenueFees{Lamports{2'500}, Lamports{3}};
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        trade(*recorder, entry(1));
        recorder->record(ours, kOpening);
        trade(*recorder, entry(2));
        recorder->record(landed(entry(2)), kOpening);
    }
    const History history = read();
    const auto fills = history.portfolio.fills_provisional();
    ASSERT_EQ(fills.size(), 2U);
    EXPECT_EQ(fills[0].fill.venue_fees, ours.fill.venue_fees);
    EXPECT_EQ(fills[1].fill.venue_fees, std::nullopt);
}

// Otherwise each restart would take profit of what was left for the trailing stop.
TEST_F(HistoryTest, RemembersHowMuchWasBoughtOfWhatAPositionHasSold) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        trade(*recorder, entry(1));
        recorder->record(landed(entry(1)), kOpening);
        SignedOrder sale = entry(2);
        sale.intent.kind = OrderKind::Exit;
        sale.intent.exit_reason = ExitReason::TakeProfit;
        sale.intent.position_id = PositionId{1};
        std::swap(sale.intent.mint_in, sale.intent.mint_out);
        sale.intent.amount_in = TokenAmount{400};
        trade(*recorder, sale);
        ExecutionReport sold = landed(sale);
        sold.fill.wallet = LamportsDelta{60'000'000};
        sold.fill.tokens = {{kToken, TokenDelta{-400}}};
        recorder->record(sold, kOpening);
    }
    const History history = read();
    ASSERT_EQ(history.portfolio.positions().size(), 1U);
    EXPECT_EQ(history.portfolio.positions()[0].amount, TokenAmount{600});
    EXPECT_EQ(history.portfolio.positions()[0].bought, TokenAmount{1'000});
}

TEST_F(HistoryTest, KnowsWhatWasSignedAndWhatWasOnlyApproved) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        trade(*recorder, entry(1));
        recorder->record(entry(2).intent, kOpening);
        recorder->record(IntentApproved{IntentId{2}}, kOpening);
        recorder->record(entry(3).intent, kOpening);
    }
    const History history = read();
    ASSERT_EQ(history.orders_open.size(), 1U);
    EXPECT_EQ(history.orders_open[0].intent.intent_id, IntentId{1});
    EXPECT_EQ(history.orders_open[0].signed_as.signature, signed_with(1));
    ASSERT_EQ(history.orders_unsigned.size(), 1U);
    EXPECT_EQ(history.orders_unsigned[0].intent_id, IntentId{2});
    EXPECT_EQ(history.intent_last, IntentId{3});
}

TEST_F(HistoryTest, TakesAnUnknownOutcomeForNone) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        trade(*recorder, entry(1));
        ExecutionReport report = landed(entry(1));
        report.outcome = Outcome::Unknown;
        report.fill = {};
        recorder->record(report, kOpening);
    }
    EXPECT_EQ(read().orders_open.size(), 1U);
}

// The journal is a group commit behind the ring.
TEST_F(HistoryTest, TakesFromTheRingWhatTheJournalLacksAndWritesItThereOnce) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        recorder->record(entry(1).intent, kOpening);
        recorder->record(IntentApproved{IntentId{1}}, kOpening);
        EXPECT_TRUE(recorder->flush());
        ASSERT_TRUE(recorder->record_signed(entry(1).intent, entry(1).signed_as, kOpening));
        trade(*recorder, entry(2));
        // As the files are now: what came after the flush is in the ring alone.
        fs::copy(directory, directory.string() + ".cut");
    }
    fs::remove_all(directory);
    fs::rename(directory.string() + ".cut", directory);
    History history = read();
    ASSERT_EQ(history.orders_open.size(), 2U);
    EXPECT_EQ(history.orders_open[1].intent.mint_out, kToken);
    EXPECT_EQ(history.orders_open[1].intent.spend_max, Lamports{105'000'000});
    ASSERT_EQ(history.signed_before.size(), 2U);
    EXPECT_TRUE(history.signed_before[0].is_intent_known);
    EXPECT_TRUE(history.signed_before[0].is_approval_known);
    EXPECT_FALSE(history.signed_before[1].is_intent_known);
    EXPECT_FALSE(history.signed_before[1].is_approval_known);
    (void)open(std::move(history.signed_before), "run-2")->flush();
    history = read();
    EXPECT_EQ(history.orders_open.size(), 2U);
    EXPECT_TRUE(history.signed_before.empty());
}

// Cycles are signed at once, entries wait for Jupiter: a later intent may be signed first.
TEST_F(HistoryTest, FollowsWhatWasSignedInAnotherOrderThanItWasDecided) {
    for (const bool is_first_journalled : {false, true}) {
        fs::remove_all(directory);
        fs::create_directories(directory);
        {
            auto recorder = open();
            recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
            for (const std::uint64_t id : {1, 2}) {
                recorder->record(entry(id).intent, kOpening);
                recorder->record(IntentApproved{IntentId{id}}, kOpening);
            }
            EXPECT_TRUE(recorder->flush());
            ASSERT_TRUE(recorder->record_signed(entry(2).intent, entry(2).signed_as, kOpening));
            if (is_first_journalled) {
                EXPECT_TRUE(recorder->flush());
            }
            ASSERT_TRUE(recorder->record_signed(entry(1).intent, entry(1).signed_as, kOpening));
            fs::copy(directory, directory.string() + ".cut");
        }
        fs::remove_all(directory);
        fs::rename(directory.string() + ".cut", directory);
        const History history = read();
        EXPECT_EQ(history.orders_open.size(), 2U) << is_first_journalled;
        EXPECT_TRUE(history.orders_unsigned.empty());
    }
}

// Until the books were held against the chain, however many starts that takes.
TEST_F(HistoryTest, DoubtsTheBooksAfterAPowerCutUntilTheyWereAdopted) {
    {
        open()->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    }
    ASSERT_TRUE(read("second boot").are_orders_lost);
    {
        auto recorder = open({}, "run-2", "second boot");
        EXPECT_TRUE(recorder->record(RunStopped{}, kOpening));
    }
    EXPECT_TRUE(read("second boot").are_orders_lost);
    {
        auto recorder = open({}, "run-3", "second boot");
        EXPECT_TRUE(recorder->record(LedgerAdopted{{kFunds, {}}}, kOpening));
    }
    EXPECT_FALSE(read("second boot").are_orders_lost);
}

TEST_F(HistoryTest, ClosesAtAnAdoptionWhatTheJournalLacksTheEndOf) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        trade(*recorder, entry(1));
        trade(*recorder, entry(2));
        recorder->record(landed(entry(1)), kOpening);
        recorder->record(LedgerAdopted{{kFunds, {{kToken, TokenAmount{1'000}}}}}, kOpening);
    }
    const History history = read();
    EXPECT_TRUE(history.orders_open.empty());
    EXPECT_TRUE(history.fills_provisional.empty());
    EXPECT_EQ(history.portfolio.ledger().wallet(), kFunds);
    EXPECT_EQ(history.portfolio.positions().size(), 1U);
}

// What was bought by an order of an earlier run is sold where that one would have sold it.
TEST_F(HistoryTest, KnowsThePoolOfAnEntryThatMayStillLand) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        SignedOrder order = entry(1);
        order.intent.pool_id = kHeldPool;
        trade(*recorder, order);
    }
    EXPECT_EQ(read().pools.at(kToken), kHeldPool);
    fs::remove(directory / "journal-000001.sfj");
    EXPECT_EQ(read().pools.at(kToken), kHeldPool);
}

TEST_F(HistoryTest, RefusesAnEventThatItDoesNotKnow) {
    auto writer = journal::JournalWriter::open((directory / "journal.sfj").string());
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->append(journal::RecordKind::LedgerEntry, 0,
                                  R"({"event":"merged","intent":1,"signature":"","slot":1})"));
    ASSERT_TRUE((*writer)->sync());
    const auto history = read_history(directory.string(), {{}, kOpening}, "boot", {});
    ASSERT_FALSE(history);
    EXPECT_NE(history.error().text.find("has no usable 'event'"), std::string::npos);
}

// Where the kernel does not say which start of the machine this is.
TEST_F(HistoryTest, TakesAMachineThatHasNoBootIdForAnotherStart) {
    {
        open({}, "run", "")->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    }
    EXPECT_TRUE(read("").are_orders_lost);
}

TEST_F(HistoryTest, TellsAPowerCutFromAKillAndBothFromAnEnd) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    }
    EXPECT_FALSE(read("boot").are_orders_lost);
    EXPECT_FALSE(read("boot").is_stopped);
    EXPECT_TRUE(read("another boot").are_orders_lost);
    open({}, "run-2")->record(RunStopped{}, kOpening);
    EXPECT_TRUE(read("another boot").is_stopped);
    EXPECT_FALSE(read("another boot").are_orders_lost);
}

// At any byte: what is left is read, and every approved order is in exactly one place.
TEST_F(HistoryTest, ReadsAJournalThatWasCutAtAnyByte) {
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        for (std::uint64_t id = 1; id <= 3; ++id) {
            trade(*recorder, entry(id));
        }
        recorder->record(landed(entry(1)), kOpening);
        recorder->record(OrderFinalized{IntentId{1}, signed_with(1), Slot{55}}, kOpening);
        recorder->record(landed(entry(2)), kOpening);
    }
    fs::remove(directory / "intents.ring");
    const fs::path journal = directory / "journal-000001.sfj";
    std::uint64_t records = read().records;
    EXPECT_EQ(records, 14U);
    for (auto size = fs::file_size(journal); size-- > 256;) {
        fs::resize_file(journal, size);
        const History history = read();
        EXPECT_LE(history.records, records);
        EXPECT_GE(history.records + 1, records);
        records = history.records;
        const std::size_t places = history.orders_open.size() + history.orders_unsigned.size() +
                                   history.fills_provisional.size();
        // Approved by the 4th, 7th and 10th record; the first is final with the 13th.
        const std::size_t expected = (records >= 4 ? 1U : 0U) + (records >= 7 ? 1U : 0U) +
                                     (records >= 10 ? 1U : 0U) - (records >= 13 ? 1U : 0U);
        EXPECT_EQ(places, expected) << records;
        EXPECT_EQ(history.portfolio.orders_in_flight().size(),
                  history.orders_open.size() + history.orders_unsigned.size());
    }
    EXPECT_EQ(records, 0U);
}

TEST_F(HistoryTest, RefusesARecordOfAnotherVersion) {
    auto writer = journal::JournalWriter::open((directory / "journal.sfj").string());
    ASSERT_TRUE(writer);
    ASSERT_TRUE((*writer)->append(journal::RecordKind::Intent, 0, R"({"intent":1})"));
    ASSERT_TRUE((*writer)->sync());
    const auto history = read_history(directory.string(), {{}, kOpening}, "boot", {});
    ASSERT_FALSE(history);
    EXPECT_NE(history.error().text.find("has no usable 'strategy'"), std::string::npos)
        << history.error().text;
}

TEST(SignedRecord, ComesBackAsItWasWritten) {
    SignedOrder order = entry(77);
    order.intent.kind = OrderKind::Exit;
    order.intent.exit_reason = kExitReasonLast;
    order.intent.position_id = PositionId{5};
    order.intent.pool_id = kHeldPool;
    order.intent.leg_count = 3;
    const SignedRecord record = encode_signed(order.intent, order.signed_as);
    const Bytes body{record.view().begin(), record.view().end()};
    EXPECT_EQ(body.size(), kSignedRecordBytes);
    const auto read = decode_signed(body);
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->signed_as.signature, order.signed_as.signature);
    EXPECT_EQ(read->signed_as.last_valid_height, order.signed_as.last_valid_height);
    const OrderIntent& intent = read->intent;
    EXPECT_EQ(intent.intent_id, IntentId{77});
    EXPECT_EQ(intent.strategy, StrategyId::Sniper);
    EXPECT_EQ(intent.kind, OrderKind::Exit);
    EXPECT_EQ(intent.exit_reason, kExitReasonLast);
    EXPECT_EQ(intent.position_id, PositionId{5});
    EXPECT_EQ(intent.mint_in, order.intent.mint_in);
    EXPECT_EQ(intent.mint_out, kToken);
    EXPECT_EQ(intent.amount_in, order.intent.amount_in);
    EXPECT_EQ(intent.receive_min, order.intent.receive_min);
    EXPECT_EQ(intent.spend_max, order.intent.spend_max);
    EXPECT_EQ(intent.cost_expected, order.intent.cost_expected);
    EXPECT_EQ(intent.decided_at, order.intent.decided_at);
    EXPECT_EQ(intent.pool_id, kHeldPool);
    EXPECT_EQ(intent.leg_count, 3);
    EXPECT_FALSE(read->signed_as.lease);
    const SignedRecord again = encode_signed(read->intent, read->signed_as);
    EXPECT_TRUE(std::ranges::equal(again.view(), body));
    EXPECT_FALSE(decode_signed(BytesView{body}.first(body.size() - 1)));
    auto strange = body;
    strange[81] = 200;
    EXPECT_FALSE(decode_signed(strange));
}

// The lease is behind what every record has, so that one without it stays as it was.
TEST(SignedRecord, KeepsTheNonceThatItsOrderIsOn) {
    SignedOrder order = entry(77);
    order.signed_as.last_valid_height = kNeverByHeight;
    order.signed_as.lease = NonceLease{key_of(30), Hash::from(Bytes(32, 9)), Slot{~0ULL}};
    const SignedRecord record = encode_signed(order.intent, order.signed_as);
    EXPECT_EQ(record.size, kLeasedRecordBytes);
    const auto read = decode_signed(record.view());
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->signed_as.lease, order.signed_as.lease);
    EXPECT_EQ(read->signed_as.last_valid_height, kNeverByHeight);
    EXPECT_FALSE(decode_signed(record.view().first(kLeasedRecordBytes - 1)));
}

// Behind what every record has.
TEST(SignedRecord, KeepsWhatShareItsCycleOffered) {
    SignedOrder order = entry(77);
    order.intent.kind = OrderKind::Cycle;
    order.intent.bid = {90, Lamports{5}};
    const SignedRecord record = encode_signed(order.intent, order.signed_as);
    EXPECT_EQ(record.size, kSignedRecordBytes + kBidBytes);
    const auto read = decode_signed(record.view());
    ASSERT_TRUE(read) << read.error().text;
    EXPECT_EQ(read->intent.bid.percent, 90);
    EXPECT_EQ(read->intent.part, EntryPart{});
    const auto older = decode_signed(record.view().first(kSignedRecordBytes));
    ASSERT_TRUE(older);
    EXPECT_EQ(older->intent.bid.percent, 0);
}

// Behind either, so that what both layouts were stays.
TEST(SignedRecord, KeepsWhichPartOfAnEntryItsOrderBuys) {
    for (const bool is_leased : {false, true}) {
        SignedOrder order = entry(77);
        if (is_leased) {
            order.signed_as.lease = NonceLease{key_of(30), Hash::from(Bytes(32, 9)), Slot{44}};
        }
        order.intent.part = {0xfedcba9876543210, 2, 3};
        const SignedRecord record = encode_signed(order.intent, order.signed_as);
        const std::size_t size = is_leased ? kLeasedRecordBytes : kSignedRecordBytes;
        EXPECT_EQ(record.size, size + kEntryPartBytes);
        const auto read = decode_signed(record.view());
        ASSERT_TRUE(read) << read.error().text;
        EXPECT_EQ(read->intent.part, order.intent.part);
        EXPECT_EQ(read->signed_as.lease, order.signed_as.lease);
        EXPECT_FALSE(decode_signed(record.view().first(record.size - 1)));
        const auto before = decode_signed(record.view().first(size));
        ASSERT_TRUE(before) << before.error().text;
        EXPECT_EQ(before->intent.part, EntryPart{});
    }
}

// Journal and ring alike: an order on a nonce, and a fill of one, come back with what ends them.
TEST_F(HistoryTest, AnOrderOnANonceComesBackWithItsLease) {
    SignedOrder order = entry(1);
    order.signed_as.last_valid_height = kNeverByHeight;
    order.signed_as.lease = NonceLease{key_of(30), Hash::from(Bytes(32, 9)), Slot{44}};
    {
        auto recorder = open();
        recorder->record(LedgerOpened{kGenesis, {}}, kOpening);
        recorder->record(order.intent, kOpening);
        recorder->record(IntentApproved{order.intent.intent_id}, kOpening);
        ASSERT_TRUE(recorder->record_signed(order.intent, order.signed_as, kOpening));
    }
    const auto read = [&] { return read_history(directory.string(), {{}, kOpening}, "boot", {}); };
    auto history = read();
    ASSERT_TRUE(history) << history.error().text;
    ASSERT_EQ(history->orders_open.size(), 1U);
    EXPECT_EQ(history->orders_open[0].signed_as.lease, order.signed_as.lease);
    EXPECT_EQ(history->orders_open[0].signed_as.last_valid_height, kNeverByHeight);
    {
        auto recorder = open({}, "next run");
        recorder->record(landed(order), kOpening);
    }
    history = read();
    ASSERT_TRUE(history) << history.error().text;
    ASSERT_EQ(history->fills_provisional.size(), 1U);
    EXPECT_EQ(history->fills_provisional[0].lease, order.signed_as.lease);
    for (const auto& file : fs::directory_iterator{directory}) {
        if (file.path().filename() != "intents.ring") {
            fs::remove(file.path());
        }
    }
    history = read();
    ASSERT_TRUE(history) << history.error().text;
    ASSERT_EQ(history->orders_open.size(), 1U);
    EXPECT_EQ(history->orders_open[0].signed_as.lease, order.signed_as.lease);
}

}  // namespace
}  // namespace sniperforge::engine
