// SPDX-License-Identifier: MIT
// The SQLite store (WAL): runs, orders with their fills, denials, positions. Written by the
// recorder thread in batches, read by `report`, also while it is written. Lamport columns are
// integers; token amounts are decimal text, because base units may need 64 bits unsigned. The
// journal is the record; the store can be lost.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sniperforge/analytics/order_divergence.hpp"
#include "sniperforge/analytics/recorded_trades.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/execution.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/model/position.hpp"

namespace sniperforge::analytics {

struct RunInfo {
    std::string run_id;  // Unique per start.
    Provenance provenance = Provenance::Sim;
    std::string scenario;  // Empty unless sim.
    double time_compression = 1.0;
    std::uint64_t seed = 0;
    std::int64_t started_wall_ns = 0;
    std::string build_id;
};

// One thread at a time. The add_ functions write within an open transaction; the first failure is
// kept, what follows is ignored, and commit() reports it after rolling back.
class Store {
 public:
    // Opens or creates (0640) and brings an older schema up to date. A newer one is an error.
    [[nodiscard]] static Result<std::unique_ptr<Store>> open(const std::string& path);
    virtual ~Store() = default;

    // What is added belongs to the run begun last. Both commit at once.
    [[nodiscard]] virtual Result<void> begin_run(const RunInfo& run) = 0;
    // The same where it has no row yet; otherwise what is added belongs to it again.
    [[nodiscard]] virtual Result<void> resume_run(const RunInfo& run) = 0;
    // How long a statement waits for whoever else has the file; 2 s from the opening on.
    virtual void set_patience(Duration patience) = 0;
    [[nodiscard]] virtual Result<void> end_run(std::int64_t wall_ns,
                                               const std::string& report_json) = 0;
    // A later report about the same intent replaces the earlier one (unknown, then landed).
    virtual void add_report(const ExecutionReport& report, std::int64_t wall_ns) = 0;
    // The order's block is finalized. A later report takes the mark off again.
    virtual void add_finalized(const OrderFinalized& order) = 0;
    // What paper would have made of it. A later one about the same intent replaces the earlier one.
    virtual void add_on_paper(const OrderOnPaper& order) = 0;
    // Counted per strategy and reason; the last detail is kept.
    virtual void add_denial(StrategyId strategy, DenialReason reason, const std::string& detail,
                            std::int64_t wall_ns) = 0;
    virtual void add_position_opened(const PositionOpened& event, std::int64_t wall_ns) = 0;
    virtual void add_position_closed(const PositionClosed& event, std::int64_t wall_ns) = 0;
    // Of an entry or a cycle that was approved.
    virtual void add_intent(const OrderIntent& intent) = 0;
    virtual void add_position_marked(const PositionMarked& event) = 0;
    // The books were found equal to the chain: every order that is final by now has one more look
    // behind it.
    virtual void add_books_equal() = 0;
    // A person accepted that so much SOL is missing, and whatever tokens, and the books took the
    // chain's figures over: orders that two looks do not tell of by now are never reconciled.
    virtual void add_shortfall(Lamports missing, std::int64_t wall_ns) = 0;
    // The run goes on. An end that it could not tell is known from it.
    virtual void add_heard(std::int64_t wall_ns) = 0;
    // Commits what was added since the last call.
    [[nodiscard]] virtual Result<void> commit() = 0;

    // Between them all that is read is of one moment, whatever a daemon writes meanwhile.
    [[nodiscard]] virtual Result<void> begin_snapshot() = 0;
    virtual void end_snapshot() = 0;

    struct TradeRow {
        std::string strategy, kind, outcome, mint, signature,
            error;  // Empty signature: not signed.
        // Change of the wallet; base fee, priority fee and tip together.
        std::int64_t wallet_lamports = 0, fees_lamports = 0, wall_ns = 0;
        std::uint64_t intent_id = 0;
        std::string exit_reason;
        std::uint64_t finalized_slot = 0;  // 0: its fill, if any, is not known to be final.
    };
    struct RunRow {
        RunInfo run;
        std::int64_t ended_wall_ns = 0;  // 0: did not end cleanly.
        std::string report_json;
        std::int64_t heard_wall_ns = 0;  // Of its start and all that it told: the last.
    };
    [[nodiscard]] virtual Result<std::vector<RunRow>> runs(std::size_t limit) = 0;  // Newest first.
    // Orders of every outcome, newest first.
    [[nodiscard]] virtual Result<std::vector<TradeRow>> trades(const std::string& run_id,
                                                               std::size_t limit) = 0;

    struct DenialRow {
        std::string strategy, reason, detail_last;
        std::int64_t count = 0, wall_ns_last = 0;
    };
    // Most frequent first.
    [[nodiscard]] virtual Result<std::vector<DenialRow>> denials(const std::string& run_id) = 0;

    struct PositionRow {
        std::uint64_t position_id = 0;
        std::string strategy, mint, amount, reason;  // Amount when opened; reason of the exit.
        std::int64_t cost_lamports = 0, pnl_lamports = 0;
        std::int64_t opened_wall_ns = 0, closed_wall_ns = 0;  // 0: unknown / still open.
    };
    // Newest first.
    [[nodiscard]] virtual Result<std::vector<PositionRow>> positions(const std::string& run_id,
                                                                     std::size_t limit) = 0;

    struct TokenChangeRow {
        std::string mint, amount;  // Signed base units.
    };
    // What an order's fill moved.
    [[nodiscard]] virtual Result<std::vector<TokenChangeRow>> token_changes(
        const std::string& run_id, IntentId intent_id) = 0;

    // All orders of the run that were reported, each beside paper where it was followed.
    [[nodiscard]] virtual Result<std::vector<ComparedOrder>> orders_on_paper(
        const std::string& run_id) = 0;

    // Of all runs of this provenance, as it stands now.
    [[nodiscard]] virtual Result<RecordedTrades> recorded_trades(Provenance provenance) = 0;
};

// As long as it lives.
class StoreSnapshot {
 public:
    [[nodiscard]] static Result<StoreSnapshot> take(Store& store) {
        if (auto begun = store.begin_snapshot(); !begun) {
            return Err{begun.error()};
        }
        return StoreSnapshot{store};
    }
    ~StoreSnapshot() {
        if (store_ != nullptr) {
            store_->end_snapshot();
        }
    }
    StoreSnapshot(StoreSnapshot&& other) noexcept : store_{std::exchange(other.store_, nullptr)} {}
    StoreSnapshot& operator=(StoreSnapshot&&) = delete;

 private:
    explicit StoreSnapshot(Store& store) : store_{&store} {}
    Store* store_;
};

}  // namespace sniperforge::analytics
