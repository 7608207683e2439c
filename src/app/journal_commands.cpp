// SPDX-License-Identifier: MIT
// `journal verify`, `journal backup` and `journal restore`.
#include <fmt/format.h>

#include <cstdio>

#include "app/commands.hpp"
#include "app/journal_backup.hpp"
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

[[nodiscard]] std::string missing_text(const JournalFacts& facts) {
    return facts.records_missing +
           ". A start buys nothing until `sniperforge resume`, exits go on; put the newer journal "
           "back if there is one";
}

[[nodiscard]] std::string damage_text(const JournalFacts& facts) {
    const journal::ReadSummary& summary = facts.summary;
    if (facts.is_misreckoned) {
        return fmt::format(
            "{}: a start goes by the newest checkpoint and holds its books against the chain; "
            "keep these files and report it",
            summary.problem);
    }
    if (facts.is_before_newest) {
        return fmt::format(
            "damaged in front of the newest segment: {}; a start reads the newest only and goes "
            "on, and what older records tell is not complete. `journal restore` of a copy takes "
            "the segments behind the damage; an older backup may have the others",
            summary.problem);
    }
    if (summary.bytes_bad_sound > 0) {
        return fmt::format(
            "damaged in its middle: {}; of the {} bytes behind the damage {} are well-formed "
            "records, and what they tell is lost to a start: it keeps them beside, buys nothing, "
            "and searches the wallet's history on the chain for the orders; an intact backup "
            "(`journal restore`) tells more",
            summary.problem, summary.bytes_bad, summary.bytes_bad_sound);
    }
    return fmt::format(
        "{} bytes behind the last good record are no record: {}; the next start cuts them off, "
        "keeps them beside, and goes on with what is before them (under a daemon that writes right "
        "now it may be its last record: verify again){}",
        summary.bytes_bad, summary.problem,
        facts.records_missing.empty() ? "" : "; " + missing_text(facts));
}

[[nodiscard]] std::string ring_text(const JournalFacts& facts, const std::string& directory) {
    return facts.ring_slots_damaged > 0
               ? fmt::format(
                     "{} slots of {}/intents.ring are damaged: orders that were signed last may be "
                     "missing, and a start {} (one slot under a daemon that writes right now, or "
                     "after a kill, is the one that was being written: verify again)",
                     facts.ring_slots_damaged, directory,
                     facts.is_gap_found ? "buys nothing before it has searched the wallet's history"
                                        : "goes by the journal, which has them")
               : fmt::format(
                     "{0}/intents.ring is newer than the journal and does not reach back to its "
                     "end: orders between them are in neither, and a start buys nothing before it "
                     "has searched the wallet's history; put the newer journal back if there is "
                     "one",
                     directory);
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
    if (!facts->summary.problem.empty()) {
        return fail_with(kExitFailed, damage_text(*facts));
    }
    if (facts->ring_slots_damaged > 0 || facts->is_gap_found) {
        return fail_with(kExitFailed, ring_text(*facts, *directory));
    }
    if (!facts->records_missing.empty()) {
        return fail_with(kExitFailed, missing_text(*facts));
    }
    return kExitOk;
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
                                          damage_text(*facts));
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
