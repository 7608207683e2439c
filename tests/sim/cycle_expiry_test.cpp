// SPDX-License-Identifier: MIT
// Where transactions get lost: a cycle that nobody takes within its slots ends on the chain a few
// blocks later, for nothing, and the daemon trades on.
#include <gtest/gtest.h>

#include <map>

#include "sim/daemon_run.hpp"

namespace sniperforge {
namespace {

using std::chrono::seconds;
using test::number_after;
using test::run;
using test::RunOptions;

struct Cycle {
    std::uint64_t decided_at = 0;
    std::uint64_t slots_valid = 0;
    std::uint64_t last_valid_height = 0;  // Zero: not signed.
    std::string outcome;
    std::uint64_t slot = 0;
};

// How many slots the chain had no block in.
[[nodiscard]] std::uint64_t empty_slots(const sim::Chain& chain) {
    return chain.slot_at(0).value - chain.block_height(0).value;
}

TEST(CycleExpiry, WhatNobodyTakesInTimeEndsWithItsSlotsAndCostsNothing) {
    RunOptions options{.seed = 3, .duration = seconds{150}};
    options.faults.resize(1);
    options.faults[0].at = seconds{1};
    options.faults[0].faults = sim::NodeFaults{.lost_probability = 0.9};
    std::uint64_t empty_before = 0, empty_behind = 0;
    std::uint64_t begun = 0;
    options.event_at = seconds{75};  // All blockhashes of the last minute are known by now.
    options.on_event = [&](const sim::Chain& chain, const Pubkey&) {
        begun = chain.slot_at(0).value;
        empty_before = empty_slots(chain);
    };
    options.on_end = [&](const sim::Chain& chain, const Pubkey&) {
        empty_behind = empty_slots(chain);
    };
    std::map<std::uint64_t, Cycle> cycles;
    options.on_record = [&](const journal::Record& record) {
        const std::uint64_t id = number_after(record.body, R"("intent":)");
        if (record.kind == journal::RecordKind::Intent &&
            record.body.find(R"("kind":"cycle")") != std::string::npos) {
            cycles[id].decided_at = number_after(record.body, R"("decided_at_slot":)");
            cycles[id].slots_valid = number_after(record.body, R"("slots_valid":)");
        } else if (const auto found = cycles.find(id); found == cycles.end()) {
            return;
        } else if (record.kind == journal::RecordKind::Signed) {
            found->second.last_valid_height = number_after(record.body, R"("last_valid_height":)");
        } else if (record.kind == journal::RecordKind::Report) {
            const auto from = record.body.find(R"("outcome":")") + 11;
            found->second.outcome = record.body.substr(from, record.body.find('"', from) - from);
            found->second.slot = number_after(record.body, R"("slot":)");
        }
    };
    const auto result = run(options);
    test::expect_true_books(result);

    std::size_t expired = 0, in_blocks = 0;
    for (const auto& [id, cycle] : cycles) {
        if (cycle.decided_at < begun || cycle.last_valid_height == 0) {
            continue;
        }
        SCOPED_TRACE(id);
        // The height in its last slot, which lies between these; two blocks more take it, four more
        // by the pace at which blockhashes are read, and one for each slot that was empty since the
        // finalized one.
        const std::uint64_t last = cycle.decided_at + cycle.slots_valid;
        EXPECT_GE(cycle.last_valid_height, last - empty_behind + 2);
        EXPECT_LE(cycle.last_valid_height, last - empty_before + 2 + 5 + 3);
        expired += cycle.outcome == "expired" ? 1 : 0;
        if (cycle.outcome == "landed" || cycle.outcome == "reverted") {
            ++in_blocks;
            // One that was sent in its last slot is in the next block, which may be two slots
            // later.
            EXPECT_LE(cycle.slot, last + 2)
                << "nodes that lose it have no copy, and none is sent later";
        }
    }
    EXPECT_GT(expired, 20U);
    EXPECT_GT(in_blocks, 0U);
    EXPECT_EQ(result.report.denials[static_cast<std::size_t>(DenialReason::BreakerOpen)], 0U);
}

}  // namespace
}  // namespace sniperforge
