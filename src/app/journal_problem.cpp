// SPDX-License-Identifier: MIT
#include "app/journal_problem.hpp"

#include <fmt/format.h>

namespace sniperforge::app {
namespace {

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

std::optional<std::string> journal_problem(const JournalFacts& facts,
                                           const std::string& directory) {
    if (!facts.summary.problem.empty()) {
        return damage_text(facts);
    }
    if (facts.ring_slots_damaged > 0 || facts.is_gap_found) {
        return ring_text(facts, directory);
    }
    if (!facts.records_missing.empty()) {
        return missing_text(facts);
    }
    return std::nullopt;
}

}  // namespace sniperforge::app
