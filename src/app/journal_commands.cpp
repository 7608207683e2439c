// SPDX-License-Identifier: MIT
// `journal verify`, `journal backup` and `journal restore`.
#include <fmt/format.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/journal_backup.hpp"
#include "app/journal_problem.hpp"
#include "app/state_dir.hpp"
#include "sniperforge/core/json_text.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::app {
namespace {

void print(const JournalFacts& facts, const std::string& what, bool is_json) {
    const journal::ReadSummary& summary = facts.summary;
    const std::string wallet = facts.wallet.is_zero() ? "" : facts.wallet.to_string();
    if (is_json) {
        fmt::print(
            R"({{"records":{},"records_gone":{},"segments":{},"bytes_good":{},"bytes_bad":{},)"
            R"("problem":{},"wallet":{},"from":"{}",)"
            R"("to":"{}","positions_open":{},"orders_open":{},"bytes_bad_sound":{},)"
            R"("ring_slots_damaged":{},"is_gap_found":{},"records_missing":{}}})"
            "\n",
            summary.records, summary.records_gone, summary.segments, summary.bytes_good,
            summary.bytes_bad, summary.problem.empty() ? "null" : json_quoted(summary.problem),
            json_quoted(wallet), utc_text(WallTime{facts.from_ns}), utc_text(WallTime{facts.to_ns}),
            facts.positions_open, facts.orders_open, summary.bytes_bad_sound,
            facts.ring_slots_damaged, facts.is_gap_found,
            facts.records_missing.empty() ? "null" : json_quoted(facts.records_missing));
        return;
    }
    fmt::print(
        "{}: {} records, {} bytes, {} to {}; wallet {}, {} positions open, {} orders without "
        "an outcome\n",
        what, summary.records, summary.bytes_good, utc_text(WallTime{facts.from_ns}),
        utc_text(WallTime{facts.to_ns}), wallet, facts.positions_open, facts.orders_open);
    if (summary.records_gone > 0) {
        fmt::print(
            "records 1 to {} are in older segments and are gone: the first of the {} segments here "
            "begins with what they came to\n",
            summary.records_gone, summary.segments);
    }
}

}  // namespace

int journal_verify_command(const JournalArguments& arguments) {
    const auto directory = state_dir_of(arguments.state_dir, arguments.mode);
    if (!directory) {
        return fail_with(kExitUsage, directory.error().text);
    }
    const auto facts = verify_journal(*directory);
    if (!facts) {
        return fail_with(kExitFailed, facts.error().text);
    }
    print(*facts, "verified", arguments.is_json);
    const auto problem = journal_problem(*facts, *directory);
    return problem ? fail_with(kExitFailed, *problem) : kExitOk;
}

int journal_backup_command(const JournalArguments& arguments) {
    const auto directory = state_dir_of(arguments.state_dir, arguments.mode);
    if (!directory) {
        return fail_with(kExitUsage, directory.error().text);
    }
    const auto facts = backup_journal(*directory, arguments.other_dir);
    if (!facts) {
        return fail_with(kExitFailed, facts.error().text);
    }
    print(*facts, "copied to " + arguments.other_dir, arguments.is_json);
    if (facts->bytes_left > 0) {
        fmt::print(stderr,
                   "warning: {} bytes behind the last good record are no record and are not in the "
                   "copy: {}; under a daemon that writes right now this is its last record, "
                   "otherwise the journal is damaged, `journal verify` shows where\n",
                   facts->bytes_left, facts->why_left);
    }
    if (!facts->summary.problem.empty()) {
        return fail_with(kExitFailed, "the copy is made and is no better than the journal: " +
                                          journal_problem(*facts, *directory).value_or(""));
    }
    return kExitOk;
}

int journal_restore_command(const JournalArguments& arguments) {
    const auto directory = state_dir_of(arguments.state_dir, arguments.mode);
    if (!directory) {
        return fail_with(kExitUsage, directory.error().text);
    }
    const auto facts =
        restore_journal(arguments.other_dir, *directory, net::make_asio_reactor()->wall_now());
    if (!facts) {
        return fail_with(kExitFailed, facts.error().text);
    }
    print(*facts, "restored into " + *directory, arguments.is_json);
    if (!facts->left_out.empty()) {
        fmt::print(stderr,
                   "warning: the segments in front of this damage were left out: {}; the books are "
                   "whole, what older records tell is not here\n",
                   facts->left_out);
    }
    return kExitOk;
}

}  // namespace sniperforge::app
