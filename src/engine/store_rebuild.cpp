// SPDX-License-Identifier: MIT
#include "engine/store_rebuild.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "engine/journal_item.hpp"
#include "sniperforge/engine/marks_aside.hpp"
#include "sniperforge/journal/journal.hpp"

namespace sniperforge::engine {
namespace {

// Rows of one transaction.
constexpr std::uint64_t kRowsAtOnce = 4'096;

// What an event says of itself where the books need nothing of it: members that are missing are
// zero, as a row of a report is better than none.
class Event {
 public:
    explicit Event(simdjson::dom::element root) : root_{root} {}
    [[nodiscard]] std::string_view text(std::string_view name) const {
        std::string_view value;
        return root_[name].get(value) == simdjson::SUCCESS ? value : std::string_view{};
    }
    template <typename Number>
    [[nodiscard]] Number number(std::string_view name) const {
        Number value = 0;
        return root_[name].get(value) == simdjson::SUCCESS ? value : Number{};
    }
    template <typename Enum>
    [[nodiscard]] Enum named(std::string_view name, Enum last) const {
        for (int i = 0; i <= static_cast<int>(last); ++i) {
            if (to_string(static_cast<Enum>(i)) == text(name)) {
                return static_cast<Enum>(i);
            }
        }
        return {};
    }
    [[nodiscard]] Pubkey mint() const { return Pubkey::parse(text("mint")).value_or(Pubkey{}); }
    [[nodiscard]] StrategyId strategy() const {
        return named("strategy", static_cast<StrategyId>(kStrategyCount - 1));
    }

 private:
    simdjson::dom::element root_;
};

class Rebuilder {
 public:
    // `is_reached`: from the first record on, whatever run it is of.
    Rebuilder(analytics::Store& store, const StoreRebuild& wanted, bool is_reached)
        : store_{store}, wanted_{wanted}, is_reached_{is_reached} {}

    [[nodiscard]] Result<void> follow(const journal::Record& record) {
        const auto item = item_of(record, parser_);
        if (!item) {
            return Err{item.error()};
        }
        marks_due_.clear();
        if (*item) {
            marks_due_ = marks_.take(**item);
            if (const auto* run = std::get_if<RunStarted>(&**item)) {
                run_ = *run;
                marks_ = {};  // As the store of that run knew of none.
                is_begun_ = false;
                heard_ns_ = record.wall_ns;
                is_reached_ = is_reached_ || run->run_id == wanted_.run_first;
            } else if (const auto* intent = std::get_if<OrderIntent>(&**item)) {
                intents_[intent->intent_id.value] = *intent;
            } else if (const auto* denied = std::get_if<IntentDenied>(&**item)) {
                intents_.erase(denied->intent_id.value);
            }
        }
        return is_reached_ ? write(record, *item) : Result<void>{};
    }
    [[nodiscard]] bool is_reached() const { return is_reached_; }
    [[nodiscard]] Result<std::uint64_t> finish() {
        if (auto committed = store_.commit(); !committed) {
            return Err{committed.error()};
        }
        return rows_;
    }

 private:
    // A run without a row has none: the marks of a restore are such.
    [[nodiscard]] Result<void> begin(std::int64_t wall_ns) {
        if (std::exchange(is_begun_, true)) {
            return {};
        }
        analytics::RunInfo info;
        info.run_id = run_                         ? run_->run_id
                      : !wanted_.run_first.empty() ? wanted_.run_first
                                                   : fmt::format("{}-begin-not-known", wall_ns);
        info.provenance = wanted_.provenance;
        info.build_id = run_ ? run_->build_id : "";
        info.started_wall_ns = wall_ns;
        return store_.resume_run(info);
    }
    void hear(std::int64_t wall_ns) {
        if (is_begun_ && wall_ns - heard_ns_ >= kHeardInterval.count()) {
            store_.add_heard(wall_ns);
            heard_ns_ = wall_ns;
        }
    }
    [[nodiscard]] Result<void> count() {
        return ++rows_ % kRowsAtOnce == 0 ? store_.commit() : Result<void>{};
    }

    [[nodiscard]] Result<void> write(const journal::Record& record,
                                     const std::optional<RecorderItem>& item) {
        hear(record.wall_ns);
        const bool is_event = record.kind == journal::RecordKind::Position ||
                              record.kind == journal::RecordKind::Denial;
        const auto* report = item ? std::get_if<ExecutionReport>(&*item) : nullptr;
        const auto* finalized = item ? std::get_if<OrderFinalized>(&*item) : nullptr;
        const OrderIntent* intent = item ? intent_of(*item) : nullptr;
        const auto* shortfall = item ? std::get_if<ShortfallAccepted>(&*item) : nullptr;
        if (!is_event && report == nullptr && finalized == nullptr && intent == nullptr &&
            shortfall == nullptr) {
            return {};
        }
        if (auto begun = begin(record.wall_ns); !begun) {
            return begun;
        }
        for (const PositionMarked& marked : marks_due_) {
            store_.add_position_marked(marked);
        }
        if (report != nullptr) {
            put(*report, record.wall_ns);
        } else if (finalized != nullptr) {
            store_.add_finalized(*finalized);
            intents_.erase(finalized->intent_id.value);
        } else if (intent != nullptr) {
            store_.add_intent(*intent);
        } else if (shortfall != nullptr) {
            store_.add_shortfall(sol_missing(*shortfall), record.wall_ns);
        } else {
            put_event(record);
        }
        return count();
    }

    // Of an approval of an entry or a cycle.
    [[nodiscard]] const OrderIntent* intent_of(const RecorderItem& item) const {
        const auto* approved = std::get_if<IntentApproved>(&item);
        const auto found =
            approved != nullptr ? intents_.find(approved->intent_id.value) : intents_.end();
        const bool is_entering =
            found != intents_.end() &&
            (found->second.kind == OrderKind::Entry || found->second.kind == OrderKind::Cycle);
        return is_entering ? &found->second : nullptr;
    }

    void put(const ExecutionReport& told, std::int64_t wall_ns) {
        const auto intent = intents_.find(told.intent_id.value);
        if (intent == intents_.end()) {
            return;  // Of a segment that is gone: nobody says what was traded.
        }
        ExecutionReport report = report_on(intent->second);
        report.outcome = told.outcome;
        report.signature = told.signature;
        report.slot = told.slot;
        report.fill = told.fill;
        report.error = told.error;
        report.program_error = told.program_error;
        store_.add_report(report, wall_ns);
        if (report.outcome == Outcome::Rejected || report.outcome == Outcome::Expired) {
            intents_.erase(intent);
        }
    }

    void put_event(const journal::Record& record) {
        simdjson::dom::element root;
        if (parser_.parse(record.body.data(), record.body.size()).get(root) != simdjson::SUCCESS) {
            return;
        }
        const Event event{root};
        const PositionId position{event.number<std::uint64_t>("position")};
        if (record.kind == journal::RecordKind::Denial) {
            if (wanted_.is_anew) {
                store_.add_denial(
                    event.strategy(),
                    event.named("reason", static_cast<DenialReason>(kDenialReasonCount - 1)),
                    std::string{event.text("detail")}, record.wall_ns);
            }
        } else if (event.text("event") == "opened") {
            store_.add_position_opened({position, event.strategy(), event.mint(),
                                        TokenAmount{event.number<std::uint64_t>("amount")},
                                        Lamports{event.number<std::uint64_t>("cost")}},
                                       record.wall_ns);
        } else if (event.text("event") == "closed") {
            store_.add_position_closed({position, event.strategy(), event.mint(),
                                        LamportsDelta{event.number<std::int64_t>("pnl")},
                                        event.named("reason", kExitReasonLast)},
                                       record.wall_ns);
        }
    }

    analytics::Store& store_;
    const StoreRebuild& wanted_;
    bool is_reached_, is_begun_ = false;
    std::optional<RunStarted> run_;
    std::map<std::uint64_t, OrderIntent> intents_;  // That may report yet.
    MarksAside marks_;
    std::vector<PositionMarked> marks_due_;  // With the record at hand.
    simdjson::dom::parser parser_;
    std::uint64_t rows_ = 0;
    std::int64_t heard_ns_ = 0;
};

[[nodiscard]] Result<void> read_into(Rebuilder& rebuilder, const std::string& journal_path) {
    Result<void> followed;
    const auto read = journal::read_journal(journal_path, [&](const journal::Record& record) {
        if (followed && record.kind != journal::RecordKind::Checkpoint) {
            followed = rebuilder.follow(record);
        }
    });
    return read ? followed : Result<void>{Err{read.error()}};
}

}  // namespace

Lamports sol_missing(const ShortfallAccepted& accepted) {
    for (const portfolio::BalanceMismatch& each : accepted.mismatches) {
        if (each.account == "wallet" && each.is_short()) {
            return Lamports{each.expected - each.on_chain};
        }
    }
    return {};
}

Result<StoreRebuilt> rebuild_store(analytics::Store& store, const StoreRebuild& wanted) {
    StoreRebuilt rebuilt;
    for (;;) {
        Rebuilder rebuilder{store, wanted, wanted.run_first.empty() || rebuilt.is_begin_gone};
        if (auto followed = read_into(rebuilder, wanted.journal_path); !followed) {
            return Err{followed.error()};
        }
        if (rebuilder.is_reached()) {
            const auto rows = rebuilder.finish();
            rebuilt.rows = rows.value_or(0);
            return rows ? Result<StoreRebuilt>{rebuilt} : Err{rows.error()};
        }
        rebuilt.is_begin_gone = true;
    }
}

}  // namespace sniperforge::engine
