// SPDX-License-Identifier: MIT
// Files that lack orders by themselves: damage with records behind it, and a journal that is older
// than all that the ring still has.
#include <fmt/format.h>

#include <fstream>

#include "sniperforge/journal/intent_ring.hpp"
#include "unit/engine/history_support.hpp"

namespace sniperforge::engine {
namespace {

using namespace history_test;

class HistoryGapTest : public HistoryTest {
 protected:
    [[nodiscard]] fs::path segment() const { return directory / "journal-000001.sfj"; }
    [[nodiscard]] static SignedOrder decided(std::uint64_t id, Slot slot) {
        SignedOrder order = entry(id);
        order.intent.decided_at = slot;
        Bytes bytes(64, 1);
        write_le(std::span{bytes}, 0, id);
        order.signed_as.signature = Signature::from(bytes);
        return order;
    }
    // Opens the books in slot 40; ends by itself.
    void write(std::uint64_t first, std::uint64_t last, bool is_opening) {
        auto recorder = open({}, fmt::format("run-{}", first));
        if (is_opening) {
            portfolio::ChainBalances balances{kFunds, {}};
            balances.slots.oldest = balances.slots.newest = Slot{40};
            recorder->record(LedgerOpened{kGenesis, balances}, kOpening);
        }
        for (std::uint64_t id = first; id <= last; ++id) {
            trade(*recorder, decided(id, Slot{1'000 * id}));
        }
        recorder->record(RunStopped{}, kOpening);
        ASSERT_TRUE(recorder->flush());
    }
    // The record that has these words, and how many bytes there are.
    void damage(std::string_view words) const {
        std::ifstream file{segment(), std::ios::binary};
        std::string bytes{std::istreambuf_iterator<char>{file}, {}};
        const auto at = bytes.find(words);
        ASSERT_NE(at, std::string::npos) << words;
        bytes[at] = static_cast<char>(0xff);
        std::ofstream{segment(), std::ios::binary} << bytes;
    }
    void expect_gap(const History& history, Slot known) const {
        EXPECT_TRUE(history.is_gap_found);
        EXPECT_TRUE(history.are_orders_lost) << "whatever the machine did";
        EXPECT_TRUE(history.doubt) << "more than the books is no gift";
        EXPECT_EQ(history.slot_known, known);
        EXPECT_TRUE(history.signed_before.empty()) << "the chain tells them in their order";
        EXPECT_FALSE(history.breakers.not_closed(kOpening).empty());
    }
};

// One bad byte: 2 of 5 orders are behind it. That the ring has the last ones says nothing.
TEST_F(HistoryGapTest, DamageWithRecordsBehindItIsSearchedFromThereOnWhateverTheRingHas) {
    write(1, 5, true);
    damage("{\"intent\":4,");
    const History history = read();
    expect_gap(history, Slot{2'700});
    EXPECT_EQ(history.orders_open.size(), 3U);
    EXPECT_EQ(history.intent_last, IntentId{5}) << "no id is given twice";
    EXPECT_FALSE(history.signatures.contains(decided(5, {}).signed_as.signature));
}

TEST_F(HistoryGapTest, ATornEndIsNoGap) {
    write(1, 5, true);
    fs::resize_file(segment(), fs::file_size(segment()) - 1);
    History history = read();
    EXPECT_FALSE(history.is_gap_found);
    EXPECT_FALSE(history.are_orders_lost);
    EXPECT_EQ(history.orders_open.size(), 5U);
    std::ofstream{segment(), std::ios::app | std::ios::binary} << std::string(500, '\0');
    EXPECT_FALSE(read().is_gap_found) << "nothing sound stands behind it";
}

// A start cuts the damage off. That it was there stands in the journal, over kills, until the books
// were held against the chain.
TEST_F(HistoryGapTest, IsRememberedOverRestartsUntilTheBooksAreAdopted) {
    write(1, 5, true);
    damage("{\"intent\":4,");
    for (int run = 0; run < 3; ++run) {
        History history = read();
        EXPECT_EQ(history.is_gap_found, run == 0) << run;
        EXPECT_TRUE(history.are_orders_lost) << run;
        ASSERT_TRUE(history.doubt) << run;
        EXPECT_EQ(history.slot_known, Slot{2'700}) << run;
        analytics::RunInfo info;
        info.run_id = fmt::format("after-{}", run);
        auto recorder = Recorder::open({.state_dir = directory.string(),
                                        .run = {info.run_id, "build", "boot", kWallet},
                                        .signed_before = std::move(history.signed_before),
                                        .gap = history.gap(),
                                        .is_threaded = false,
                                        .settings = {}},
                                       info);
        ASSERT_TRUE(recorder) << recorder.error().text;
        // Exits go on: what is signed now is followed.
        trade(**recorder, decided(10 + run, Slot{90'000}));
        if (run == 2) {
            portfolio::ChainBalances balances{kFunds, {}};
            balances.slots.oldest = balances.slots.newest = Slot{95'000};
            (*recorder)->record(LedgerAdopted{balances}, kOpening);
        }
    }
    EXPECT_TRUE(fs::exists(directory / "intents.ring.gap-1"));
    EXPECT_FALSE(fs::exists(directory / "intents.ring.gap-2"));
    const History history = read();
    EXPECT_FALSE(history.are_orders_lost);
    EXPECT_FALSE(history.doubt);
    EXPECT_EQ(history.slot_known, Slot{95'000});
}

// The ring keeps the last 1,024: as long as the journal knows the oldest of them nothing is
// between.
TEST_F(HistoryGapTest, AnOlderJournalBesideARingThatDoesNotReachBackToItLacksOrders) {
    write(1, 2, true);
    const auto older = fs::path{directory.string() + ".older"};
    fs::copy_file(segment(), older, fs::copy_options::overwrite_existing);
    const auto put_back = [&] {
        fs::copy_file(segment(), older.string() + ".newest", fs::copy_options::overwrite_existing);
        fs::copy_file(older, segment(), fs::copy_options::overwrite_existing);
    };
    const auto go_on = [&] { fs::rename(older.string() + ".newest", segment()); };
    write(3, journal::kRingSlotsDefault + 1, false);  // Slot 2 of the ring is of order 2.
    EXPECT_FALSE(read().is_gap_found);
    put_back();
    History history = read();
    EXPECT_FALSE(history.is_gap_found) << "order 2 is in both";
    EXPECT_EQ(history.orders_open.size(), journal::kRingSlotsDefault + 1);
    EXPECT_EQ(history.slot_known, Slot{1'700}) << "of what the journal lacks nothing is known";
    go_on();
    write(journal::kRingSlotsDefault + 2, journal::kRingSlotsDefault + 3, false);
    EXPECT_FALSE(read().is_gap_found);
    put_back();
    history = read();
    expect_gap(history, Slot{1'700});
    EXPECT_EQ(history.intent_last, IntentId{journal::kRingSlotsDefault + 3});
    fs::remove(older);
    fs::remove(older.string() + ".newest");
}

// Takes nothing more, as one that is full or hangs; what it was given before is there.
class StallingDisk final : public journal::Disk {
 public:
    std::size_t take(std::uint64_t, std::size_t bytes) override { return bytes; }
    bool sync() override { return true; }
    bool is_stalled() const override { return is_stalling; }
    bool is_stalling = false;
};

// A kill while the journal waits for its disk and the ring is as full as it gets: nothing is
// missing between the two.
TEST_F(HistoryGapTest, ARingThatIsFullOfWhatTheJournalLacksIsNoGap) {
    constexpr std::uint64_t kBefore = 10;
    write(1, kBefore, true);
    StallingDisk disk;
    analytics::RunInfo info;
    info.run_id = "stalled";
    auto recorder = Recorder::open({.state_dir = directory.string(),
                                    .run = {"stalled", "build", "boot", kWallet},
                                    .is_threaded = false,
                                    .settings = {},
                                    .ring_capacity = 8 * journal::kRingSlotsDefault,
                                    .disk = &disk},
                                   info)
                        .value();
    disk.is_stalling = true;
    std::uint64_t last = kBefore;
    for (bool is_taken = true; is_taken; last += is_taken ? 1 : 0) {
        const SignedOrder order = decided(last + 1, Slot{1'000 * (last + 1)});
        recorder->record(order.intent, kOpening);
        recorder->record(IntentApproved{order.intent.intent_id}, kOpening);
        is_taken = recorder->record_signed(order.intent, order.signed_as, kOpening);
    }
    EXPECT_GT(last, journal::kRingSlotsDefault);
    const History history = read();
    EXPECT_FALSE(history.is_gap_found);
    EXPECT_EQ(history.orders_open.size(), last);
    disk.is_stalling = false;
}

// A kill tears one slot at most, and not one that the journal lacks where the run ended by itself.
TEST_F(HistoryGapTest, TwoDamagedSlotsOfTheRingAreAGapUnlessTheJournalHasAll) {
    const auto tear = [&](std::uint64_t slot) {
        std::fstream ring{directory / "intents.ring",
                          std::ios::in | std::ios::out | std::ios::binary};
        ring.seekp(static_cast<std::streamoff>(4'096 + slot * journal::kRingSlotBytes + 20));
        ring << '\xff';
    };
    write(1, 5, true);
    tear(1);
    tear(2);
    EXPECT_FALSE(read().is_gap_found) << "it ended by itself";
    {
        auto recorder = open({}, "cut");
        trade(*recorder, decided(6, Slot{6'000}));
    }
    EXPECT_EQ(read().slots_damaged, 2U);
    EXPECT_TRUE(read().is_gap_found);
}

}  // namespace
}  // namespace sniperforge::engine
