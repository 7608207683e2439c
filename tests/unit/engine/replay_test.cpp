// SPDX-License-Identifier: MIT
// A checkpoint is all of it: books that go on from one are the books that were kept from the
// beginning, to the last byte of their state.
#include "engine/replay.hpp"

#include "sniperforge/core/base64.hpp"
#include "unit/engine/books_story.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

struct Books {
    History history;
    Replay replay;
    explicit Books(const Now& now = kWallTimes) : replay{history, now} {}
};

[[nodiscard]] Result<void> give(Replay& replay, const std::vector<std::string>& bodies) {
    journal::Record record;
    record.kind = journal::RecordKind::Checkpoint;
    for (const std::string& body : bodies) {
        record.body = body;
        if (auto taken = replay.take_part(record); !taken) {
            return taken;
        }
    }
    return {};
}

[[nodiscard]] const std::optional<NonceLease>& lease_of(const SignedOrder& order) {
    return order.signed_as.lease;
}
[[nodiscard]] const std::optional<NonceLease>& lease_of(const History::Fill& fill) {
    return fill.lease;
}

// An order that has lost its lease is over at no height and by no nonce. Says how many have one.
template <typename Order>
[[nodiscard]] std::size_t expect_same_leases(const std::vector<Order>& goes_on,
                                             const std::vector<Order>& whole) {
    EXPECT_EQ(goes_on.size(), whole.size());
    std::size_t leases = 0;
    for (std::size_t i = 0; i < std::min(goes_on.size(), whole.size()); ++i) {
        EXPECT_EQ(lease_of(goes_on[i]), lease_of(whole[i]));
        leases += lease_of(whole[i]) ? 1 : 0;
    }
    return leases;
}

// A plain struct's list of parts that lacks a member does not compile. A class of which this
// fails has got a member, or lost one: put it into its archive(), raise kStateLayout where a
// version with the old list was released, and only then change the number here.
TEST(Replay, KnowsTheSizeOfAllThatACheckpointLists) {
#if defined(__x86_64__) && defined(__GLIBCXX__) && !defined(_GLIBCXX_DEBUG)
    EXPECT_EQ(sizeof(portfolio::Portfolio), 1'552U);
    EXPECT_EQ(sizeof(portfolio::Ledger), 480U);
    EXPECT_EQ(sizeof(portfolio::TrackRecord), 160U);
    EXPECT_EQ(sizeof(portfolio::PortfolioCounters), 112U);
    EXPECT_EQ(sizeof(risk::CircuitBreakers), 488U);
    EXPECT_EQ(sizeof(execute::FeeBudget), 32U);
    EXPECT_EQ(sizeof(History), 2'944U);  // creators are in a file of their own: not listed.
    // slot_journal_ is of whoever reads a ring, observer_ of whoever listens: not listed.
    EXPECT_EQ(sizeof(Replay), 592U);
#else
    GTEST_SKIP() << "the sizes are of libstdc++ on x86-64";
#endif
}

TEST(Replay, GoesOnFromACheckpointAsIfItHadReadEverything) {
    std::size_t positions = 0, provisional = 0, in_flight = 0, withdrawals = 0, doubts = 0;
    std::size_t tables = 0, missing = 0, orders_leased = 0, fills_leased = 0, further_parts = 0;
    std::array<std::uint64_t, std::variant_size_v<RecorderItem>> kinds{};
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        Story story{seed};
        Books whole;
        auto parts = std::make_unique<Books>();
        for (const auto& [item, at] : story.told) {
            whole.replay.apply(item, at);
            parts->replay.apply(item, at);
        }
        story.listener = [&](const RecorderItem& item, WallTime at) {
            whole.replay.apply(item, at);
            parts->replay.apply(item, at);
        };
        Rng rng{seed};
        for (int step = 0; step < 300; ++step) {
            story.step();
            if (rng.below(25) == 0) {
                const auto bodies = parts->replay.checkpoint(story.at());
                parts = std::make_unique<Books>();
                ASSERT_TRUE(give(parts->replay, bodies));
            }
        }
        const History& history = whole.history;
        positions += history.portfolio.positions().size();
        provisional += history.portfolio.fills_provisional().size();
        in_flight += history.portfolio.orders_in_flight().size();
        withdrawals += history.withdrawals_open.size();
        doubts += history.doubt ? 1 : 0;
        tables += history.lookup_tables.size();
        further_parts += static_cast<std::size_t>(std::ranges::count_if(
            history.parts, [](const auto& each) { return each.second.part.number > 1; }));
        missing += static_cast<std::size_t>(std::ranges::count_if(
            history.portfolio.positions(),
            [](const PositionView& view) { return !view.missing.is_zero(); }));
        for (std::size_t i = 0; i < kinds.size(); ++i) {
            kinds[i] += story.kinds[i];
        }
        const std::string reads = whole.replay.checkpoint(story.at()).front();
        const std::string goes_on = parts->replay.checkpoint(story.at()).front();
        const auto differ = std::ranges::mismatch(goes_on, reads);
        ASSERT_TRUE(goes_on == reads) << seed << ": from " << differ.in1 - goes_on.begin();
        whole.replay.finish("boot");
        parts->replay.finish("boot");
        expect_same(parts->history, history);
        EXPECT_EQ(parts->history.signatures, history.signatures);
        orders_leased += expect_same_leases(parts->history.orders_open, history.orders_open);
        fills_leased +=
            expect_same_leases(parts->history.fills_provisional, history.fills_provisional);
    }
    // An item that is added to the recorder's is told here, too: every alternative was.
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        EXPECT_GT(kinds[i], 5U) << "no story tells alternative " << i << " of RecorderItem";
    }
    // The stories were about something.
    EXPECT_GT(positions, 30U);
    EXPECT_GT(provisional, 30U);
    EXPECT_GT(in_flight, 30U);
    EXPECT_GT(withdrawals, 30U);
    EXPECT_GT(doubts, 5U);
    EXPECT_GT(tables, 30U);
    EXPECT_GT(further_parts, 10U);
    EXPECT_GT(missing, 2U);
    EXPECT_GT(orders_leased, 5U);
    EXPECT_GT(fills_leased, 5U);
}

// A monotonic time means nothing to another process.
TEST(Replay, GivesAPositionItsAgeByTheClockOfWhoeverReads) {
    Books writes;
    const SignedOrder order = entry(1);
    writes.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    writes.replay.apply(order.intent, kOpening);
    writes.replay.apply(IntentApproved{IntentId{1}}, kOpening);
    writes.replay.apply(history_test::landed(order), kOpening);
    Books reads{{MonoTime{1'000}, kOpening + kLater}};
    ASSERT_TRUE(give(reads.replay, writes.replay.checkpoint(kOpening)));
    ASSERT_EQ(reads.history.portfolio.positions().size(), 1U);
    EXPECT_EQ(reads.history.portfolio.positions()[0].opened_at, (MonoTime{1'000 - kLater.count()}));
}

// What was booked from the wallet's history was paid when it landed, and no ring has its id.
TEST(Replay, LeavesTheSignersBudgetAndTheRingToWhatWasSignedHere) {
    Books books{{MonoTime{1'000}, kOpening + kLater}};
    const auto sign = [&](SignedOrder order, WallTime at) {
        books.replay.apply(order.intent, at);
        books.replay.apply(IntentApproved{order.intent.intent_id}, at);
        books.replay.apply(order.signed_as, at);
    };
    books.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    sign(entry(1), kOpening);
    const WallTime then{kOpening.ns - 2 * Duration{std::chrono::hours{24}}.count()};
    books.replay.apply(RecoveryBegun{}, kOpening);
    for (std::uint64_t id = 2; id < 2 + 9 * std::uint64_t{1'024}; ++id) {
        SignedOrder order = entry(id);
        order.signed_as.last_valid_height = {};
        sign(order, id == 2 ? kOpening : then);
        ExecutionReport report = history_test::landed(order);
        report.outcome = Outcome::Rejected;
        report.fill = {};
        books.replay.apply(report, then);
    }
    books.replay.apply(RecoveryEnded{}, kOpening);
    Books other{{MonoTime{1'000}, kOpening + kLater}};
    ASSERT_TRUE(give(other.replay, books.replay.checkpoint(kOpening)));
    for (Books* each : {&books, &other}) {
        each->replay.add_ahead(entry(1));
        each->replay.finish("boot");
        EXPECT_TRUE(each->history.signed_before.empty()) << "the journal has it";
        EXPECT_FALSE(each->history.is_clock_doubted);
        ASSERT_EQ(each->history.signed_lately.size(), 2U);
        EXPECT_EQ(each->history.signed_lately[0].at, kOpening);
        EXPECT_EQ(each->history.signed_lately[1].intent.intent_id, IntentId{2});
    }
}

// The start that finds it cut says first that records are missing, and only then that it begins.
TEST(Replay, KeepsACauseThatStandsWhereARecoveryWasCut) {
    Books books;
    books.replay.apply(RunStarted{"run", "build", "boot", kWallet}, kOpening);
    books.replay.apply(RecoveryBegun{}, kOpening);
    books.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    books.replay.apply(
        CauseChanged{.cause = StateCause::RecordsMissing, .stands = true, .reason = "cut"},
        kOpening);
    books.replay.apply(RunStarted{"next", "build", "boot", kWallet}, kOpening);
    books.replay.finish("boot");
    EXPECT_TRUE(books.history.is_rebuilding_cut);
    EXPECT_NE(books.history.held.find(StateCause::RecordsMissing), nullptr);
}

// Orders of before may be in flight that no file knows, until the books are adopted.
TEST(Replay, KeepsTheDoubtOfRebuiltBooksAndTheSlotThatTheyAreOfOverKills) {
    const std::vector doubted{portfolio::BalanceMismatch{kToken.to_string(), 0, 1'000}};
    portfolio::ChainBalances chain{kFunds, {}};
    chain.slots.oldest = chain.slots.newest = Slot{500};
    enum class Cut { BeforeItsEnd, BehindIt, Adopted };
    for (const Cut cut : {Cut::BeforeItsEnd, Cut::BehindIt, Cut::Adopted}) {
        Books books;
        books.replay.apply(RunStarted{"run", "build", "boot", kWallet}, kOpening);
        books.replay.apply(RecoveryBegun{}, kOpening);
        books.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
        books.replay.apply(LedgerAdopted{chain}, kOpening);
        books.replay.apply(BooksDoubted{doubted}, kOpening);
        if (cut != Cut::BeforeItsEnd) {
            books.replay.apply(RecoveryEnded{}, kOpening);
            // Exits of the run decide, and say nothing of what was in flight before.
            OrderIntent later = entry(1).intent;
            later.decided_at = Slot{5'000};
            books.replay.apply(later, kOpening);
            books.replay.apply(IntentDenied{later.intent_id, {}, {}}, kOpening);
        }
        if (cut == Cut::Adopted) {
            books.replay.apply(LedgerAdopted{chain}, kOpening);
        }
        books.replay.finish("boot");
        const History& history = books.history;
        EXPECT_EQ(history.has_ledger(), cut != Cut::BeforeItsEnd) << "or it is rebuilt again";
        EXPECT_EQ(history.is_rebuilding_cut, cut == Cut::BeforeItsEnd);
        EXPECT_EQ(history.are_orders_lost, cut == Cut::BehindIt);
        ASSERT_EQ(history.doubt.has_value(), cut == Cut::BehindIt);
        if (cut == Cut::BehindIt) {
            EXPECT_EQ(history.doubt->mismatches, doubted);
            EXPECT_EQ(history.slot_known, Slot{500});
        }
    }
}

// Before layout 3 a position had, in place of what was bought, how often profit was taken: four
// bytes instead of eight, at its end.
TEST(Replay, ReadsPositionsOfACheckpointOfTheLayoutBefore) {
    for (const std::uint32_t profits_taken : {0U, 1U}) {
        PositionView view;
        view.position_id = PositionId{7};
        view.amount = TokenAmount{5'000};
        view.bought = TokenAmount{9'000};
        ArchiveWriter writer{Duration{0}};
        writer(view);
        Bytes bytes = writer.bytes();
        bytes.resize(bytes.size() - 2 * sizeof(std::uint64_t));  // What it cost, too.
        for (unsigned i = 0; i < sizeof(profits_taken); ++i) {
            bytes.push_back(static_cast<std::uint8_t>(profits_taken >> (8 * i)));
        }
        PositionView read;
        ArchiveReader older{bytes, Duration{0}, 2};
        older(read);
        EXPECT_TRUE(older.is_complete());
        EXPECT_EQ(read.amount, view.amount);
        EXPECT_EQ(read.bought, TokenAmount{profits_taken == 0 ? 5'000U : 500'000U});
    }
}

// At the end of a portfolio are, since layout 4, the ages of purchases that a fork took back and,
// since layout 5, the results on a rung of the ladder: here none, and what they begin with. Since
// layout 6 the day before them has a doubt, and what is not of it is behind them.
TEST(Replay, ReadsPortfoliosOfTheLayoutsBefore) {
    Books books;
    books.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    ArchiveWriter writer{Duration{0}};
    writer(books.history.portfolio);
    constexpr std::size_t kCount = 8, kSettled = 8 + 8 + 8;  // A list, a count, a sum.
    constexpr std::size_t kDoubt = 8, kBefore = 8;
    for (const auto& [layout, missing] :
         {std::pair{3U, kCount + kSettled}, {4U, kSettled}, {5U, std::size_t{0}}, {6U, 0}}) {
        Bytes bytes = writer.bytes();
        if (layout < 6) {
            bytes.resize(bytes.size() - kBefore);
            const auto end = bytes.end() - static_cast<long>(kCount + kSettled);
            bytes.erase(end - static_cast<long>(kDoubt), end);
        }
        bytes.resize(bytes.size() - missing);
        for (const std::uint64_t taken_for : {3U, 4U, 5U, 6U}) {
            Books read;
            ArchiveReader reader{bytes, Duration{0}, taken_for};
            reader(read.history.portfolio);
            EXPECT_EQ(reader.is_complete(), taken_for == layout) << layout << " as " << taken_for;
        }
    }
}

constexpr std::size_t kEmptyList = 8;

// Layout 7 adds what a person asked for, and a drawdown, behind all that there was: before it there
// is nothing of them, and whoever goes on from there has none.
TEST(Replay, ReadsACheckpointOfTheLayoutBeforeHeldCauses) {
    Books books;
    books.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    ArchiveWriter writer{Duration{0}};
    books.replay.archive(writer, books.replay);
    Bytes older = writer.bytes();
    Bytes newer = writer.bytes();
    // Of entries in parts, since layout 9, and of cycles, since 10.
    newer.resize(newer.size() - 2 * kEmptyList);
    older.resize(older.size() - 3 * kEmptyList);
    for (const auto& [bytes, layout] : {std::pair{older, 6U}, {newer, 7U}}) {
        Books read;
        read.history.held.note({.cause = StateCause::PauseRequested, .stands = true}, kOpening);
        for (const std::uint64_t taken_for : {6U, 7U}) {
            ArchiveReader reader{bytes, Duration{0}, taken_for};
            read.replay.archive(reader, read.replay);
            EXPECT_EQ(reader.is_complete(), taken_for == layout) << layout << " as " << taken_for;
        }
        EXPECT_TRUE(read.history.held.all().empty());
    }
}

// Layout 9 adds which part of an entry an order was to buy, at the end of each intent, and the
// parts that were ordered last behind all that there was.
TEST(Replay, ReadsACheckpointOfTheLayoutBeforeEntryParts) {
    OrderIntent intent = entry(1).intent;
    intent.part = {0xfedcba9876543210, 2, 3};
    ArchiveWriter writer{Duration{0}};
    writer(intent);
    Bytes newer = writer.bytes();
    newer.resize(newer.size() - sizeof(std::uint64_t) - 1);  // Of bids, since layout 11.
    Bytes older = newer;
    older.resize(older.size() - sizeof(std::uint64_t) - 2);
    for (const auto& [bytes, layout] : {std::pair{older, 8U}, {newer, 9U}}) {
        for (const std::uint64_t taken_for : {8U, 9U}) {
            OrderIntent read = intent;
            ArchiveReader reader{bytes, Duration{0}, taken_for};
            reader(read);
            EXPECT_EQ(reader.is_complete(), taken_for == layout) << layout << " as " << taken_for;
            if (taken_for == layout) {
                EXPECT_EQ(read.part, layout == 9 ? intent.part : EntryPart{});
            }
        }
    }
    Books books;
    books.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    ArchiveWriter whole{Duration{0}};
    books.replay.archive(whole, books.replay);
    Bytes before = whole.bytes();
    before.resize(before.size() - 2 * kEmptyList);
    Books read;
    read.history.parts[kToken] = {};
    ArchiveReader reader{before, Duration{0}, 8};
    read.replay.archive(reader, read.replay);
    EXPECT_TRUE(reader.is_complete());
    EXPECT_TRUE(read.history.parts.empty());
}

[[nodiscard]] ExecutionReport cycle_of(const SignedOrder& order, Outcome outcome) {
    ExecutionReport report = history_test::landed(order);
    report.outcome = outcome;
    report.fill = {};
    report.fill.base_fee = Lamports{5'000};
    return report;
}

void settle_cycle(Replay& replay, std::uint64_t id, Outcome outcome, OrderKind kind,
                  std::uint8_t bid_percent = 0) {
    SignedOrder order = entry(id);
    order.intent.kind = kind;
    order.intent.bid = {bid_percent, Lamports{bid_percent}};
    order.intent.mint_out = solana::kWrappedSolMint;
    replay.apply(order.intent, kOpening);
    replay.apply(IntentApproved{order.intent.intent_id}, kOpening);
    replay.apply(order.signed_as, kOpening);
    replay.apply(cycle_of(order, outcome), kOpening);
    replay.apply(OrderFinalized{order.intent.intent_id, order.signed_as.signature, Slot{55}},
                 kOpening);
}

// What arbitrage learnt of its odds is of every run, by what was offered; other orders say nothing
// of them.
TEST(Replay, KnowsHowTheNewestCyclesEndedAndNoMoreThanItsBound) {
    Books books;
    books.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    settle_cycle(books.replay, 1, Outcome::Reverted, OrderKind::Cycle);
    settle_cycle(books.replay, 2, Outcome::Landed, OrderKind::Cycle, 25);
    settle_cycle(books.replay, 3, Outcome::Expired, OrderKind::Cycle);
    settle_cycle(books.replay, 4, Outcome::Reverted, OrderKind::Entry);
    const auto& ended = books.history.cycles_ended;
    EXPECT_EQ(ended, (std::deque<CycleEnd>{
                         {Outcome::Reverted, 0}, {Outcome::Landed, 25}, {Outcome::Expired, 0}}));
    std::uint64_t id = 4;
    while (ended.size() < History::kCyclesMax) {
        settle_cycle(books.replay, ++id, Outcome::Landed, OrderKind::Cycle);
    }
    EXPECT_EQ(ended.front().outcome, Outcome::Reverted) << "so many are kept";
    settle_cycle(books.replay, ++id, Outcome::Reverted, OrderKind::Cycle);
    EXPECT_EQ(ended.size(), History::kCyclesMax);
    EXPECT_EQ(ended.front(), (CycleEnd{Outcome::Landed, 25}));
    EXPECT_EQ(ended.back().outcome, Outcome::Reverted);
    // Days later, too: they are of no day.
    Books other{{MonoTime{1'000}, kOpening + 9 * std::chrono::hours{24}}};
    ASSERT_TRUE(give(other.replay, books.replay.checkpoint(kOpening)));
    other.replay.finish("boot");
    EXPECT_EQ(other.history.cycles_ended, ended);
    EXPECT_TRUE(other.history.reverted.empty());
}

// Layout 10 adds how cycles ended behind all that there was, layout 11 those that expired and what
// each had offered: before it those that landed or reverted, as the others that offered the least.
TEST(Replay, ReadsACheckpointOfTheLayoutsBeforeCyclesAndBids) {
    Books books;
    books.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    ArchiveWriter writer{Duration{0}};
    books.replay.archive(writer, books.replay);
    Bytes before = writer.bytes();
    before.resize(before.size() - kEmptyList);
    Bytes with_cycles = before;
    append(with_cycles, Bytes{2, 0, 0, 0, 0, 0, 0, 0, 1, 0});
    Bytes with_bids = before;
    append(with_bids, Bytes{2, 0, 0, 0, 0, 0, 0, 0, static_cast<std::uint8_t>(Outcome::Expired), 0,
                            static_cast<std::uint8_t>(Outcome::Landed), 50});
    const std::deque<CycleEnd> of_cycles{{Outcome::Reverted, 0}, {Outcome::Landed, 0}};
    const std::deque<CycleEnd> of_bids{{Outcome::Expired, 0}, {Outcome::Landed, 50}};
    for (const auto& [bytes, layout, ended] :
         {std::tuple{before, 9U, std::deque<CycleEnd>{}}, std::tuple{with_cycles, 10U, of_cycles},
          std::tuple{with_bids, 11U, of_bids}}) {
        for (const std::uint64_t taken_for : {9U, 10U, 11U}) {
            Books read;
            read.history.cycles_ended = {{Outcome::Landed, 90}};
            ArchiveReader reader{bytes, Duration{0}, taken_for};
            read.replay.archive(reader, read.replay);
            EXPECT_EQ(reader.is_complete(), taken_for == layout) << layout << " as " << taken_for;
            if (taken_for == layout) {
                EXPECT_EQ(read.history.cycles_ended, ended);
            }
        }
    }
}

// Of a checkpoint of before, those that reverted on its last days are all that is known.
TEST(Replay, TakesTheRevertsOfTheLastDaysWhereACheckpointHasNoCycles) {
    ExecutionReport reverted;
    reverted.kind = OrderKind::Cycle;
    reverted.outcome = Outcome::Reverted;
    ExecutionReport other = reverted;
    other.kind = OrderKind::Entry;
    Books books;
    books.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    ArchiveWriter whole{Duration{0}}, list{Duration{0}}, none{Duration{0}};
    books.replay.archive(whole, books.replay);
    books.history.reverted = {{reverted, kOpening}, {other, kOpening}};
    ArchiveWriter with{Duration{0}};
    books.replay.archive(with, books.replay);
    // As layout 9 had it: no share of a bid behind each report, and no list of cycles.
    none(ExecutionReport{});
    Bytes older = with.bytes();
    const std::size_t report_bytes = none.bytes().size();
    const std::size_t settled_bytes = (with.bytes().size() - whole.bytes().size()) / 2;
    std::size_t first = 0;
    while (with.bytes()[first] == whole.bytes()[first]) {
        ++first;  // The number of reverts, of eight bytes.
    }
    const auto at = [&](std::size_t i) {
        return older.begin() + static_cast<std::ptrdiff_t>(first + 8 + i);
    };
    older.erase(at(settled_bytes + report_bytes - 1));
    older.erase(at(report_bytes - 1));
    older.resize(older.size() - kEmptyList);
    Books read;
    ArchiveReader reader{older, Duration{0}, 9};
    read.replay.archive(reader, read.replay);
    EXPECT_TRUE(reader.is_complete());
    EXPECT_EQ(read.history.reverted.size(), 2U);
    EXPECT_EQ(read.history.cycles_ended, (std::deque<CycleEnd>{{Outcome::Reverted, 0}}));
}

// An order and its report have the bid behind what they had.
TEST(Replay, ReadsOrdersOfTheLayoutBeforeBids) {
    OrderIntent intent = entry(1).intent;
    intent.bid = {25, Lamports{7}};
    ExecutionReport report = report_on(intent);
    ArchiveWriter intents{Duration{0}}, reports{Duration{0}};
    intents(intent);
    reports(report);
    constexpr std::size_t kBid = 1 + sizeof(std::uint64_t);
    for (const bool has_bid : {true, false}) {
        const auto whole = [&](const Bytes& bytes, std::size_t more) {
            return BytesView{bytes}.first(bytes.size() - (has_bid ? 0 : more));
        };
        OrderIntent read = intent;
        ArchiveReader of_intent{whole(intents.bytes(), kBid), Duration{0}, has_bid ? 11U : 10U};
        of_intent(read);
        EXPECT_TRUE(of_intent.is_complete());
        EXPECT_EQ(read.bid, has_bid ? intent.bid : CycleBid{});
        ExecutionReport told;
        ArchiveReader of_report{whole(reports.bytes(), 1), Duration{0}, has_bid ? 11U : 10U};
        of_report(told);
        EXPECT_TRUE(of_report.is_complete());
        EXPECT_EQ(told.bid_percent, has_bid ? 25 : 0);
    }
}

// It may not have all that the records before it come to: whoever reads newer ones than this went
// on from what it has.
TEST(Replay, IsWhatACheckpointOfAnOlderLayoutSaysBehindIt) {
    Books writes, goes_on;
    writes.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    goes_on.replay.apply(LedgerOpened{kGenesis, {kFunds + Lamports{1}, {}}}, kOpening);
    const std::string newest = goes_on.replay.checkpoint(kOpening).front();
    EXPECT_FALSE(*writes.replay.equals({newest}, kOpening));
    ArchiveWriter writer{Duration{0}};
    goes_on.replay.archive(writer, goes_on.replay);
    std::string older = fmt::format(
        R"({{"layout":8,"part":1,"parts":1,"state":"{}"}})",
        base64_encode(BytesView{writer.bytes()}.first(writer.bytes().size() - 2 * kEmptyList)));
    EXPECT_TRUE(*writes.replay.equals({older}, kOpening));
    EXPECT_TRUE(*writes.replay.equals({newest}, kOpening));
    older.erase(older.find("\"state\":\"") + 9, 4);
    const auto cut = writes.replay.equals({older}, kOpening);
    EXPECT_FALSE(cut && *cut);
}

TEST(Replay, RefusesACheckpointThatIsNotWholeOrOfAnotherLayout) {
    Books writes;
    writes.replay.apply(LedgerOpened{kGenesis, {kFunds, {}}}, kOpening);
    const std::string body = writes.replay.checkpoint(kOpening).front();
    Books reads;
    std::string newer = body;
    newer.replace(newer.find("\"layout\":11"), 11, "\"layout\":12");
    const auto refused = give(reads.replay, {newer});
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("layout 12, this version reads 2 to 11"),
              std::string::npos);
    std::string older = body;
    older.replace(older.find("\"layout\":11"), 11, "\"layout\":1");
    EXPECT_FALSE(give(reads.replay, {older}));
    std::string shorter = body;
    shorter.erase(shorter.find("\"state\":\"") + 9, 4);
    EXPECT_FALSE(give(reads.replay, {shorter}));
    EXPECT_TRUE(give(reads.replay, {body}));
}

}  // namespace
}  // namespace sniperforge::engine
