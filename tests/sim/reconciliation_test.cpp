// SPDX-License-Identifier: MIT
// While the daemon trades its books are held against the chain again and again: whatever is on its
// way, they are equal, and one lamport that nobody of us moved stops the entries.
#include <gtest/gtest.h>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;
using test::run;
using test::RunOptions;

TEST(Reconciliation, TheBooksAreFoundEqualToTheChainWhileOrdersAreOnTheirWay) {
    // Nodes that read at the commitment that is asked for, and those that read their newest state.
    for (const bool is_strict : {true, false}) {
        SCOPED_TRACE(is_strict);
        const auto result =
            run({.seed = 7, .duration = seconds{90}, .are_reads_at_commitment = is_strict});
        test::expect_true_books(result);
        // In the newest state there often is a fill of the very slot, and then it proves nothing.
        EXPECT_GE(result.report.ledger_checks, is_strict ? 4U : 1U);
        EXPECT_GT(result.report.orders.landed, 20U);
    }
}

// A run in which somebody else brings lamports, or takes some.
class Meddled {
 public:
    explicit Meddled(std::int64_t lamports) {
        RunOptions options{.seed = 7, .duration = seconds{100}};
        options.event_at = seconds{30};
        options.are_reads_at_commitment = true;
        options.settings.exits.time_limit = seconds{40};  // So that something is sold after it.
        options.on_event = [lamports](sim::Chain& chain, const Pubkey& wallet) {
            sim::Account account = *chain.account(wallet);
            account.lamports = Lamports{static_cast<std::uint64_t>(
                static_cast<std::int64_t>(account.lamports.raw()) + lamports)};
            chain.put_account(wallet, std::move(account));
        };
        options.on_record = [this](const journal::Record& record) { read(record); };
        result = run(options);
    }

    app::DaemonResult result;
    std::vector<std::string> notes;
    std::uint64_t entries_before = 0, entries_after = 0, exits_after = 0;  // Approved; the doubt.

 private:
    void read(const journal::Record& record) {
        if (record.kind == journal::RecordKind::Note && record.body.starts_with(R"({"text":)")) {
            notes.push_back(record.body);
        } else if (record.kind == journal::RecordKind::Intent) {
            is_entry_ = record.body.find(R"("kind":"exit")") == std::string::npos;
        } else if (record.kind == journal::RecordKind::Approval) {
            const bool is_before = notes.empty();
            entries_before += is_before && is_entry_ ? 1 : 0;
            entries_after += !is_before && is_entry_ ? 1 : 0;
            exits_after += !is_before && !is_entry_ ? 1 : 0;
        }
    }
    bool is_entry_ = false;
};

TEST(Reconciliation, OneLamportLessThanOrdersExplainStopsTheEntriesAndShowsBothSides) {
    const Meddled run{-1};
    ASSERT_EQ(run.result.error, "");
    ASSERT_FALSE(run.notes.empty());
    EXPECT_NE(run.notes[0].find("wallet: the ledger has "), std::string::npos) << run.notes[0];
    EXPECT_NE(run.notes[0].find("no entries until they are equal"), std::string::npos);
    EXPECT_GT(run.entries_before, 10U);
    EXPECT_EQ(run.entries_after, 0U);
    EXPECT_EQ(run.result.report.mismatch_lamports, 1U);
    EXPECT_GT(run.exits_after, 0U) << "what is held can be sold all the same";
}

// Anybody can send us something, also to make us stop.
TEST(Reconciliation, WhatSomebodySendsUsIsTakenOverAndNobodyIsStopped) {
    const Meddled run{1};
    ASSERT_EQ(run.result.error, "");
    ASSERT_EQ(run.notes.size(), 1U);
    EXPECT_NE(run.notes[0].find("somebody sent us the difference"), std::string::npos)
        << run.notes[0];
    EXPECT_GT(run.entries_after, 0U);
    EXPECT_EQ(run.result.report.mismatch_lamports, 0U);
}

TEST(Reconciliation, WithoutAnythingUnexplainedNobodyIsStopped) {
    const Meddled run{0};
    ASSERT_EQ(run.result.error, "");
    EXPECT_TRUE(run.notes.empty()) << run.notes.front();
    EXPECT_EQ(run.result.report.mismatch_lamports, 0U);
}

}  // namespace
}  // namespace sniperforge
