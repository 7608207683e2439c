// SPDX-License-Identifier: MIT
#include "sniperforge/journal/intent_ring.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "sniperforge/core/bytes.hpp"

namespace sniperforge::journal {
namespace {

class Ring : public ::testing::Test {
 protected:
    void SetUp() override {
        path_ = std::filesystem::path{::testing::TempDir()} /
                (std::string{"ring_"} +
                 ::testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::remove(path_);
    }
    void TearDown() override { std::filesystem::remove(path_); }

    std::unique_ptr<IntentRing> open(std::uint32_t slots = 8) const {
        auto ring = IntentRing::open(path_, slots);
        EXPECT_TRUE(ring) << ring.error().text;
        return ring ? std::move(*ring) : nullptr;
    }
    void flip(std::uint64_t offset) const {
        std::fstream file{path_, std::ios::binary | std::ios::in | std::ios::out};
        file.seekg(static_cast<std::streamoff>(offset));
        const auto byte = static_cast<char>(file.get() ^ 0x10);
        file.seekp(static_cast<std::streamoff>(offset));
        file.put(byte);
    }

    std::filesystem::path path_;
};

TEST_F(Ring, GivesBackItsRecordsInOrderAfterReopening) {
    {
        const auto ring = open();
        EXPECT_TRUE(ring->recovered().records.empty());
        EXPECT_EQ(ring->append(RecordKind::Approval, bytes_of("a")), 1U);
        EXPECT_EQ(ring->append(RecordKind::Signed, bytes_of("")), 2U);
        EXPECT_EQ(std::filesystem::file_size(path_), 4'096U + 8U * 512U);
    }
    const auto ring = open();
    const auto& records = ring->recovered().records;
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].kind, RecordKind::Approval);
    EXPECT_EQ(records[0].sequence, 1U);
    EXPECT_EQ(records[0].body, "a");
    EXPECT_EQ(records[1].kind, RecordKind::Signed);
    EXPECT_EQ(records[1].body, "");
    EXPECT_EQ(ring->recovered().slots_damaged, 0U);
    EXPECT_EQ(ring->append(RecordKind::Approval, bytes_of("b")), 3U);
}

TEST_F(Ring, TakesABodyThatFillsASlotAndNotOneByteMore) {
    const auto ring = open();
    const std::string largest(kRingBodyBytesMax, 'x');
    EXPECT_TRUE(ring->append(RecordKind::Intent, bytes_of(largest)));
    EXPECT_TRUE(ring->append(RecordKind::Intent, bytes_of("next")));
    EXPECT_FALSE(ring->append(RecordKind::Intent, bytes_of(largest + "y")));
    const auto contents = read_intent_ring(path_);
    ASSERT_TRUE(contents);
    ASSERT_EQ(contents->records.size(), 2U);
    EXPECT_EQ(contents->records[0].body, largest);
    EXPECT_EQ(contents->records[1].body, "next");
}

TEST_F(Ring, RefusesWhenFullUntilARecordWasCopied) {
    const auto ring = open();
    for (int i = 0; i < 8; ++i) {
        ASSERT_TRUE(ring->append(RecordKind::Intent, bytes_of("x")));
    }
    const auto refused = ring->append(RecordKind::Intent, bytes_of("x"));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().text.find("is full: 8 records"), std::string::npos);
    ring->mark_copied(1);
    EXPECT_FALSE(ring->append(RecordKind::Intent, bytes_of("x")));
    ring->mark_copied(2);
    EXPECT_EQ(ring->append(RecordKind::Intent, bytes_of("y")), 9U);
    EXPECT_FALSE(ring->append(RecordKind::Intent, bytes_of("z")));
}

// Else nobody could tell whether records are missing between the journal and the ring.
TEST_F(Ring, BeginsWithARecordThatWasCopiedHoweverFullItIs) {
    const auto ring = open();
    std::uint64_t copied = 0;
    for (int round = 0; round < 30; ++round) {
        while (ring->append(RecordKind::Intent, bytes_of("x"))) {
        }
        const std::uint64_t oldest = read_intent_ring(path_)->records.front().sequence;
        EXPECT_TRUE(oldest == 1 || oldest <= copied) << oldest << " " << copied;
        // Torn while the next one is written, it would be the one behind it.
        EXPECT_TRUE(oldest == 1 || copied == oldest) << oldest << " " << copied;
        copied += 1 + round % 3;
        ring->mark_copied(copied);
    }
}

TEST_F(Ring, HoldsTheNewestRecordsAfterGoingRoundAndCountsThemAsNotCopied) {
    {
        const auto ring = open();
        for (std::uint64_t i = 1; i <= 21; ++i) {
            ASSERT_EQ(ring->append(RecordKind::Intent, bytes_of(fmt::format("body {}", i))), i);
            ring->mark_copied(i);
        }
    }
    const auto ring = open();
    const auto& records = ring->recovered().records;
    ASSERT_EQ(records.size(), 8U);
    for (std::size_t i = 0; i < 8; ++i) {
        EXPECT_EQ(records[i].sequence, 14 + i);
        EXPECT_EQ(records[i].body, fmt::format("body {}", 14 + i));
    }
    EXPECT_EQ(ring->sequence_last(), 21U);
    EXPECT_FALSE(ring->append(RecordKind::Intent, bytes_of("too early")));
    ring->mark_copied(21);
    EXPECT_EQ(ring->append(RecordKind::Intent, bytes_of("x")), 22U);
}

TEST_F(Ring, LeavesOutASlotWithAnyByteFlippedAndKeepsItsNeighbours) {
    {
        const auto ring = open();
        for (const auto* body : {"one", "two", "three"}) {
            ASSERT_TRUE(ring->append(RecordKind::Intent, bytes_of(body)));
        }
    }
    for (std::uint64_t offset = 4'096 + 512; offset < 4'096 + 512 + 16 + 3; ++offset) {
        flip(offset);
        const auto contents = read_intent_ring(path_);
        ASSERT_TRUE(contents);
        ASSERT_EQ(contents->records.size(), 2U) << offset;
        EXPECT_EQ(contents->records[0].body, "one");
        EXPECT_EQ(contents->records[1].body, "three");
        EXPECT_EQ(contents->slots_damaged, 1U);
        flip(offset);
    }
    flip(4'096 + 512 + 16 + 3);  // Behind the body: not part of the record.
    EXPECT_EQ(read_intent_ring(path_)->records.size(), 3U);
}

TEST_F(Ring, KeepsTheJournalsSequenceAndBelievesTheLowerOfItsTwoCopies) {
    {
        const auto ring = open();
        EXPECT_EQ(ring->recovered().journal_sequence, 0U);
        ring->note_journal(5);
        ring->note_journal(0x1234);
    }
    EXPECT_EQ(read_intent_ring(path_)->journal_sequence, 0x1234U);
    EXPECT_EQ(open()->recovered().journal_sequence, 0x1234U);
    flip(kRingJournalAt);  // 0x1234 -> 0x1224.
    EXPECT_EQ(read_intent_ring(path_)->journal_sequence, 0x1224U);
    flip(kRingJournalAt);
    flip(kRingJournalAt + 9);  // The complement's second byte: 0x12 -> 0x02.
    EXPECT_EQ(read_intent_ring(path_)->journal_sequence, 0x0234U);
    flip(kRingJournalAt + 9);
    flip(kRingJournalAt + 7);
    EXPECT_EQ(read_intent_ring(path_)->journal_sequence, 0x1234U) << "what was never so high";
}

TEST_F(Ring, RefusesADamagedHeaderAndAForeignFile) {
    (void)open();
    for (const std::uint64_t offset : {0U, 17U, 20U, 25U}) {
        flip(offset);
        const auto ring = IntentRing::open(path_, 8);
        ASSERT_FALSE(ring) << offset;
        EXPECT_NE(ring.error().text.find("move it away"), std::string::npos);
        flip(offset);
    }
    EXPECT_TRUE(IntentRing::open(path_, 8));
}

TEST_F(Ring, KeepsItsSizeWhenOpenedWithAnother) {
    (void)open(8);
    EXPECT_EQ(open(16)->slots(), 8U);
    EXPECT_FALSE(IntentRing::open(path_, 0));
    EXPECT_FALSE(IntentRing::open(path_, kRingSlotsMax + 1));
}

TEST_F(Ring, StartsAnewWhenItsCreationWasInterrupted) {
    {
        std::ofstream{path_};
    }
    EXPECT_TRUE(IntentRing::open(path_, 8));
    std::ofstream{path_, std::ios::trunc} << std::string(9'000, '\0');
    const auto ring = open();
    EXPECT_EQ(ring->slots(), 8U);
    EXPECT_TRUE(ring->append(RecordKind::Intent, bytes_of("x")));
}

TEST_F(Ring, AdmitsOneWriterAtATime) {
    const auto first = open();
    EXPECT_FALSE(IntentRing::open(path_, 8));
    EXPECT_TRUE(read_intent_ring(path_));
}

constexpr std::uint64_t kAppendsBeforeKill = 20'000;

// The child: appends until killed, telling its parent through the pipe what append() returned.
[[noreturn]] void append_until_killed(const std::string& path, int pipe_end) {
    auto ring = IntentRing::open(path, 64);
    if (!ring) {
        ::_exit(1);
    }
    for (std::uint64_t i = 1;; ++i) {
        const auto sequence =
            (*ring)->append(RecordKind::Intent, bytes_of(fmt::format("{}:{:>300}", i, i * i)));
        if (!sequence || *sequence != i) {
            ::_exit(1);
        }
        if (i > 32) {
            (*ring)->mark_copied(i - 32);
        }
        if (i % 1'000 == 0 && ::write(pipe_end, &i, sizeof i) != sizeof i) {
            ::_exit(1);
        }
    }
}

TEST_F(Ring, SurvivesKillMinusNineOfItsWriter) {
    int ends[2] = {-1, -1};
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
        append_until_killed(path_, ends[1]);
    }
    ::close(ends[1]);
    std::uint64_t told = 0;
    while (told < kAppendsBeforeKill && ::read(ends[0], &told, sizeof told) == sizeof told) {
    }
    ASSERT_EQ(::kill(child, SIGKILL), 0);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    ::close(ends[0]);
    ASSERT_GE(told, kAppendsBeforeKill);

    const auto ring = open();
    const auto& contents = ring->recovered();
    ASSERT_GE(contents.records.size(), 63U);  // The slot being written may be torn.
    EXPECT_EQ(contents.records.size() + contents.slots_damaged, 64U);
    EXPECT_GE(ring->sequence_last(), told);
    std::uint64_t expected = contents.records.front().sequence;
    for (const auto& record : contents.records) {
        EXPECT_EQ(record.sequence, expected);
        EXPECT_EQ(record.body, fmt::format("{}:{:>300}", expected, expected * expected));
        ++expected;
    }
    ring->mark_copied(ring->sequence_last());
    EXPECT_EQ(ring->append(RecordKind::Intent, bytes_of("after")), expected);
}

}  // namespace
}  // namespace sniperforge::journal
