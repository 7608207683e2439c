// SPDX-License-Identifier: MIT
#include "app/journal_backup.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "app/build_id.hpp"
#include "app/state_dir.hpp"
#include "sniperforge/core/utc_text.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/journal/copy.hpp"

namespace sniperforge::app {
namespace {

// No start of a machine is called so: whoever reads it knows that what came after is missing.
constexpr const char* kBootOfACopy = "restored from a copy";

[[nodiscard]] std::string journal_in(const std::string& directory) {
    return directory + "/journal.sfj";
}

[[nodiscard]] Result<void> read_all(JournalFacts& facts, const std::string& path) {
    facts.from_ns = facts.to_ns = 0;
    auto read = journal::read_journal(path, [&](const journal::Record& record) {
        facts.from_ns = facts.to_ns == 0 ? record.wall_ns : facts.from_ns;
        facts.to_ns = record.wall_ns;
    });
    if (!read) {
        return Err{read.error()};
    }
    facts.summary = std::move(*read);
    return {};
}

// The journal alone, as a copy has no ring beside it.
[[nodiscard]] Result<void> add_books(JournalFacts& facts, const std::string& directory) {
    const auto history = engine::read_history(
        directory, {MonoTime{facts.to_ns}, WallTime{facts.to_ns}}, "", config::RiskSettings{});
    if (!history) {
        return Err{history.error()};
    }
    facts.wallet = history->wallet;
    facts.positions_open = history->portfolio.positions().size();
    facts.orders_open = history->orders_open.size();
    facts.ring_slots_damaged = history->slots_damaged;
    facts.is_gap_found = history->is_gap_found;
    if (history->records_missing) {
        facts.records_missing = history->records_missing->reason;
    }
    return {};
}

[[nodiscard]] Result<void> mark(const std::string& path, const JournalFacts& facts, WallTime now) {
    auto writer = journal::JournalWriter::open(path);
    if (!writer) {
        return Err{writer.error()};
    }
    // What came after may have held a pause, a flattening or a drawdown.
    const engine::CauseChanged missing{
        .cause = StateCause::RecordsMissing,
        .stands = true,
        .by = "journal restore",
        .reason = "records are missing since " + utc_text(WallTime{facts.to_ns})};
    const engine::RunStarted run{fmt::format("{}-restored", now.ns), build_id(), kBootOfACopy,
                                 facts.wallet};
    for (const engine::RecorderItem& item : {engine::RecorderItem{missing}, {run}}) {
        const auto appended =
            (*writer)->append(engine::kind_of(item), now.ns, engine::body_of(item));
        if (!appended) {
            return Err{appended.error()};
        }
    }
    return (*writer)->sync();
}

}  // namespace

Result<JournalFacts> verify_journal(const std::string& state_dir) {
    if (!journal::has_journal(journal_in(state_dir))) {
        return fail(
            fmt::format("verifying the journal: {} has none; name the directory of a run "
                        "(--state-dir, or --mode for the one that a mode has), or of a copy "
                        "(--from)",
                        state_dir));
    }
    JournalFacts facts;
    if (auto read = read_all(facts, journal_in(state_dir)); !read) {
        return fail("verifying the journal", read.error());
    }
    facts.is_before_newest = !facts.summary.problem.empty() && facts.summary.bytes_bad == 0 &&
                             journal::files_of(journal_in(state_dir)).size() > 1;
    if (facts.summary.problem.empty()) {
        auto checked = engine::check_checkpoints(journal_in(state_dir));
        if (!checked) {
            return fail("verifying the journal", checked.error());
        }
        facts.summary.problem = std::move(*checked);
        facts.is_misreckoned = !facts.summary.problem.empty();
    }
    if (auto books = add_books(facts, state_dir); !books) {
        return fail("verifying the journal", books.error());
    }
    return facts;
}

Result<JournalFacts> backup_journal(const std::string& state_dir, const std::string& to) {
    if (auto created = create_state_dir(to); !created) {
        return Err{created.error()};
    }
    const auto copied = journal::copy_journal(journal_in(state_dir), journal_in(to));
    if (!copied) {
        return fail("copying the journal", copied.error());
    }
    auto facts = verify_journal(to);
    if (facts) {
        facts->bytes_left = copied->bytes_bad;
        facts->why_left = copied->problem;
    }
    return facts;
}

Result<JournalFacts> restore_journal(const std::string& from, const std::string& state_dir,
                                     WallTime now) {
    auto facts = verify_journal(from);
    if (!facts) {
        return facts;
    }
    const auto run = journal::sound_run(journal_in(from));
    if (!run || facts->is_misreckoned) {
        return fail(fmt::format(
            "{} is damaged after {} records ({}): use an older copy of "
            "`journal backup`",
            from, facts->summary.records, run ? facts->summary.problem : run.error().text));
    }
    facts->left_out = run->left_out;
    const auto lock = open_state_dir(state_dir);
    if (!lock) {
        return Err{lock.error()};
    }
    // Marked beside, so that a cut leaves no journal, or one that says what it is.
    const std::string marked = state_dir + "/restoring.sfj";
    if (const auto file = run_file_in(state_dir)) {
        const auto left = journal::files_of(marked);
        return fail(fmt::format(
            "{} has {} of a run: a copy is put back into an empty directory only; move its files "
            "away or name another --state-dir{}",
            state_dir, *file,
            left.empty() ? ""
                         : fmt::format(". {} beside it is of a restore that was cut: a daemon can "
                                       "start, and lacks only what older segments tell",
                                       left.front())));
    }
    for (std::string left = journal::newest_file(marked); !left.empty();
         left = journal::newest_file(marked)) {
        std::error_code error;
        if (!std::filesystem::remove(left, error)) {
            return fail(fmt::format("removing {}: {}", left, error.message()));
        }
    }
    if (auto copied = journal::copy_journal(journal_in(from), marked, run->first); !copied) {
        return fail("restoring the journal", copied.error());
    }
    if (auto read = read_all(*facts, marked); !read) {
        return fail("restoring the journal", read.error());
    }
    // The whole of it could not be held against its checkpoints.
    const auto problem =
        facts->left_out.empty() ? Result<std::string>{} : engine::check_checkpoints(marked);
    if (!problem || !problem->empty()) {
        return fail("restoring the journal", problem ? Error{*problem} : problem.error());
    }
    if (auto done = mark(marked, *facts, now); !done) {
        return fail("restoring the journal", done.error());
    }
    if (auto named = journal::rename_journal(marked, journal_in(state_dir)); !named) {
        return fail("restoring the journal", named.error());
    }
    return facts;
}

}  // namespace sniperforge::app
