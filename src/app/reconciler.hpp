// SPDX-License-Identifier: MIT
// Reconciler: holds the books against the chain while the daemon runs. Every minute, and after
// fills, what was read is explained by orders of ours to the lamport, or entries stop; what
// somebody sent us is taken over. What one node lacks counts as missing once another one, or the
// only one at a later slot, lacks it too. After a restart, a reversed fill or such a mismatch
// nothing is bought until the two are equal. Where the chain has less and the wallet's history does
// not explain it, that is a doubt: journalled, so that it outlives restarts, and ended by a person
// alone.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/balance_reader.hpp"
#include "app/rebuilt_books.hpp"
#include "app/two_readings.hpp"
#include "app/wallet_history.hpp"
#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/engine/history.hpp"
#include "sniperforge/engine/pipeline.hpp"
#include "sniperforge/engine/recorder.hpp"
#include "sniperforge/execute/executor.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/portfolio/ledger.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/rpc/height_hearing.hpp"
#include "sniperforge/signer/own_accounts.hpp"

namespace sniperforge::app {

// What earlier runs left in the state directory, or on the chain.
struct EarlierRuns {
    bool is_there = false;
    // Something may have been signed whose end no file tells: balances say nothing before what it
    // could still do is past. The machine went down, the files are lost, or a sweep was cut.
    bool is_horizon_needed = false;
    // Of these all but the sweep: orders may have been signed that no file tells of.
    bool are_orders_lost = false;
    std::optional<engine::Doubt> doubt{};  // An open one.
    // What of the wallet's history the books know (engine::History).
    std::set<Signature> signatures{};
    Slot slot_known{};
    // Of a sweep that was cut: signed, and what became of them is not in the journal.
    std::vector<engine::WithdrawalSigned> withdrawals{};
    // A person has said that whatever is missing at this start is known.
    bool is_shortfall_accepted = false;
};
[[nodiscard]] EarlierRuns earlier_runs(const engine::History& history, bool is_shortfall_accepted);

class Reconciler {
 public:
    Reconciler(net::Reactor& reactor, rpc::RpcClient& rpc, engine::Pipeline& pipeline,
               execute::Executor& executor, signer::OwnAccounts& own,
               engine::RecordKeeper& recorder, BalanceReader reader, EarlierRuns earlier);
    Reconciler(const Reconciler&) = delete;
    Reconciler& operator=(const Reconciler&) = delete;

    // With each tick of a daemon that trades.
    void on_tick(MonoTime now);
    // There are books of earlier runs, and they were not held against the chain since the start.
    [[nodiscard]] bool is_unproven() const { return earlier_.is_there && !is_compared_; }
    // Before they were: the chain would not tell what it takes, or what it told differs.
    [[nodiscard]] bool is_held_up() const { return is_unproven() && (is_unread_ || is_differing_); }
    // The books were rebuilt from the chain. What its history leaves open is a doubt at once.
    void go_on_from(const RebuiltBooks& books);
    // An open doubt: the chain has less than the books, or more that a transaction may have
    // brought which nobody could read.
    [[nodiscard]] const std::optional<engine::Doubt>& doubt() const { return earlier_.doubt; }
    // For who reads balances before the trading.
    [[nodiscard]] BalanceReader& reader() { return reader_; }
    // Transactions of the wallet that are listed, and that no node serves.
    [[nodiscard]] const std::vector<Signature>& unread() const { return unread_; }
    // Times that the books were found equal to the chain while orders were on their way or not.
    [[nodiscard]] std::uint64_t checks_equal() const { return checks_equal_; }

 private:
    void advance_check(MonoTime now);
    void judge_check(MonoTime now);
    void read_for_check();
    void note_gifts(const std::vector<portfolio::BalanceMismatch>& mismatches);
    void hold(const std::vector<portfolio::BalanceMismatch>& mismatches);
    void note_set_aside();
    void suspect(const std::vector<portfolio::BalanceMismatch>& mismatches);
    void end_suspicion();

    // Orders that no node tells the end of (reconciler_unknown.cpp).
    void resolve_unknown(MonoTime now);
    void on_unknown_balances(const execute::Executor::UnknownPast& past,
                             const BalanceReader::Reading& reading);
    void note_unknown_moved(const execute::Executor::UnknownPast& past,
                            const std::vector<portfolio::BalanceMismatch>& moved);

    void look_for_missing(MonoTime now);
    void on_search(const BalanceReader::Reading& reading);
    void restore(const std::vector<portfolio::BalanceMismatch>& found);
    // No order that buys or sells it is without an outcome or not final.
    [[nodiscard]] bool is_at_rest(const Pubkey& mint) const;

    void advance_comparison(MonoTime now);
    // Finalized balances that are not older than a fill, nor than those that the books were opened
    // with.
    [[nodiscard]] rpc::ReadOptions newer_than_books() const;
    void note_reading(const Result<BalanceReader::Reading>& reading);
    void begin_horizon();
    void await_horizon();
    void follow_horizon();
    // No order that nobody knows of can be on a nonce of ours any more; begins to see to it.
    [[nodiscard]] bool are_nonces_safe() {
        return !earlier_.are_orders_lost || executor_.retire_nonces(*horizon_begun_);
    }
    // What the sweep that was cut signed, one after the other.
    void settle_withdrawal();
    void on_withdrawal(const rpc::RpcResult<std::optional<rpc::TransactionDetail>>& read);
    void on_quiet_balances(const BalanceReader::Reading& reading);
    // Orders that the process before this one signed may still land (reconciler_early.cpp).
    [[nodiscard]] bool may_equal_early() const;
    void compare_early(MonoTime now);
    void on_early_balances(const BalanceReader::Reading& reading);
    void await_second_reading(const std::vector<portfolio::BalanceMismatch>& wrong,
                              std::size_t endpoint);
    // What the files do not know the wallet's history may.
    void examine(std::vector<portfolio::BalanceMismatch> wrong, Slot slot);
    void on_past(std::vector<portfolio::BalanceMismatch> wrong, Slot slot, WalletPast past);
    [[nodiscard]] bool is_missing(const std::vector<portfolio::BalanceMismatch>& wrong) const;
    void note_unread(const std::vector<Signature>& signatures);
    void accept(const std::vector<portfolio::BalanceMismatch>& wrong);
    void note(const std::string& text);

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    engine::Pipeline& pipeline_;
    execute::Executor& executor_;
    signer::OwnAccounts& own_;
    engine::RecordKeeper& recorder_;
    BalanceReader reader_;
    EarlierRuns earlier_;
    TwoReadings readings_;  // Of what is missing.
    TwoReadings found_;     // Of what was missing and is there.
    WalletHistory history_;

    bool is_reading_ = false;
    bool is_compared_ = false;
    bool is_unread_ = false, is_differing_ = false;  // The balances, as of their last readings.
    std::optional<MonoTime> unread_since_;
    bool is_suspected_ = false;       // While trading, by one reading.
    bool is_second_awaited_ = false;  // Before anything is bought.
    bool is_wait_told_ = false;       // For orders of the process before this one.
    MonoTime early_due_;              // The next comparison while they are on their way.
    BalanceReading checked_;          // What the check at hand was begun with.
    MonoTime compare_due_;
    std::optional<Slot> rebuilt_at_;  // Where the books were; what is older is in them.
    // The differences that the wallet's history was searched for in vain.
    std::optional<std::vector<portfolio::BalanceMismatch>> examined_;
    unsigned examinations_refused_ = 0;  // In a row.
    std::optional<Slot> examine_slot_;   // No node may be older: that of the first balances.
    std::vector<engine::RecoveredOrder> recovered_;  // Of the pages that were read so far.
    std::vector<Signature> unread_;
    // No transaction was passed over, nor the history refused, since the books were last held
    // against the chain.
    bool is_history_whole_ = true;
    // Of the checks while trading.
    MonoTime check_due_, check_allowed_, check_begun_;
    std::uint64_t fills_checked_ = 0;  // Finalized ones at the last reading.
    std::uint64_t checks_equal_ = 0;
    // The reading that showed nothing of the unknown orders, until another one does.
    std::optional<BalanceReading> unknown_unseen_;
    std::vector<IntentId> unknown_orders_;   // That it is about.
    std::set<std::uint64_t> unknown_moved_;  // Orders that balances show; said once.
    MonoTime unknown_due_;
    // Of the rule after a power cut.
    rpc::HeightHearing built_, finalized_;
    std::optional<BlockHeight> horizon_;
    MonoTime horizon_begun_at_;
    std::optional<Slot> horizon_begun_;  // What was built on when we looked first.
    // Between two looks at the finalized height after a power cut.
    static constexpr Duration kHorizonInterval = std::chrono::seconds{2};
    struct Built {
        BlockHeight height;
        MonoTime at;
    };
    Built built_most_{};  // The most that was believed since then.
    MonoTime looked_at_;  // Last.
    Slot horizon_slot_;
    bool is_horizon_passed_ = false;
};

// Null, or since when and both sides.
[[nodiscard]] std::string to_json(const std::optional<engine::Doubt>& doubt);
// An array of them.
[[nodiscard]] std::string to_json(const std::vector<Signature>& signatures);
// What belongs to no position, as a note each.
void note_outside(const portfolio::Portfolio& books, engine::RecordKeeper& recorder, WallTime now);
// Each difference as an error, both sides shown.
void log_mismatches(const std::vector<portfolio::BalanceMismatch>& mismatches);

}  // namespace sniperforge::app
