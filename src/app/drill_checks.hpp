// SPDX-License-Identifier: MIT
// What must hold at every step of a drill, judged from what is visible from outside: the bytes that
// arrive at the nodes, what the chain makes of them, and the files. Never from what the daemon says
// of itself alone.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/drill_follower.hpp"
#include "app/drill_halts.hpp"
#include "app/drill_records.hpp"
#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/journal/record.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/net/virtual_reactor.hpp"
#include "sniperforge/sim/chain.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::app {

// More of one run tell nothing new.
inline constexpr std::size_t kViolationsKept = 20;

class DrillChecks final : public sim::ChainObserver {
 public:
    struct Options {
        Pubkey wallet;
        config::RiskSettings limits;
        std::vector<Pubkey> tip_accounts;      // Where tips may go.
        Lamports tip_max;                      // In one order.
        double sol_price_usd = 0;              // At the market's start.
        std::function<std::string()> ring;     // Where the write-ahead ring is now.
        std::function<std::string()> journal;  // All of it.
        std::function<MonoTime()> now;
        // No order is on its way that its daemon cannot know, and what has landed stays: an order
        // that another was sent in the place of does not land.
        bool is_doubling_checked = false;
        // Nodes tell all that they know: how long the books may tell of a dead branch is bounded.
        bool is_retelling_checked = false;
        // The journal takes what it is given, and has in this life.
        std::function<bool()> is_journal_well;
        std::function<net::VirtualLoad()> load;
        DrillHalts::Options halts;
        // What the books took over for a known reason; may be empty.
        std::function<bool(const std::string& note)> is_explained;
    };
    explicit DrillChecks(Options options) : options_{std::move(options)}, halts_{options_.halts} {}
    // Before the first daemon lives: whoever has a wallet now is no stranger.
    void begin(const sim::Chain& chain);

    // ---- At every step ----
    void on_sent(BytesView wire) override;
    void on_transaction(const sim::Receipt& receipt) override;
    void on_account(const Pubkey&, const sim::Account&, Slot) override {}
    void on_slot(Slot, Slot, Slot) override;
    void on_fork_abandoned(Slot first, Slot last) override;
    void on_account_reverted(const Pubkey&, const sim::Account&, Slot, bool) override {}

    // No sale is that late. It is due when the position is older than `limit`, one from before
    // `from` counted from then on, or when it had to begin anew.
    void check_held(MonoTime from, Duration limit, Duration late_max);
    // The places that the settings allow are taken by frozen tokens: nobody can sell them.
    [[nodiscard]] bool is_full_of_frozen() const;
    // A sale that was sent has not landed, and no other was sent since: it may land until its
    // blockhash expires, and only then may another be signed.
    [[nodiscard]] bool is_sale_awaited() const;
    // With each record that a life adds to the journal (drill_checks_steps.cpp, as the next one).
    void on_record(const journal::Record& record);
    // Before the daemon reads its files.
    void life_begins();
    // From now on nothing new may be bought.
    void stop_asked() { stop_asked_ = options_.now(); }
    // Others did that to what the wallet has.
    void meddled(const Pubkey& mint, std::uint64_t taken);
    // Called from on_sent() with each order that is new to the chain; may be empty.
    void on_order(std::function<void(const RingOrder&)> hook) { order_hook_ = std::move(hook); }

    // Called with each transaction of ours that is in a block; may be empty.
    void on_landed(std::function<void(const Signature&)> hook) { landed_hook_ = std::move(hook); }
    // The journal of the life that lives has no end of the order.
    [[nodiscard]] bool is_open(std::uint64_t intent) const;

    // ---- At the end ----
    // The journal of all lives against itself and against the chain. `is_complete`: nothing was
    // lost with the machine's memory, so every transaction of ours must be explained.
    void check_end(const sim::Chain& chain, bool is_complete);
    void violate(std::string text);

    [[nodiscard]] const std::vector<std::string>& violations() const { return violations_; }
    [[nodiscard]] std::uint64_t violation_count() const { return violation_count_; }
    [[nodiscard]] std::uint64_t forks() const { return forks_; }
    // How often the books were held against the chain while a daemon lived.
    [[nodiscard]] std::uint64_t comparisons() const { return comparisons_; }
    [[nodiscard]] const DrillHalts::Counts& halts() const { return halts_.counts(); }
    [[nodiscard]] const net::VirtualLoad& load_max() const { return load_max_; }
    [[nodiscard]] std::uint64_t steps() const { return steps_; }
    [[nodiscard]] std::uint64_t orders_seen() const { return orders_.size(); }
    [[nodiscard]] std::uint64_t landed() const { return landed_.size(); }
    [[nodiscard]] const VenueSet& venues_bought_at() const { return venues_bought_at_; }
    [[nodiscard]] const std::string& journal_sha256() const { return journal_sha256_; }

 private:
    // What one transaction did to us.
    struct Change {
        std::int64_t wallet = 0;                  // Its own lamports.
        std::int64_t cash = 0;                    // With those of our token accounts.
        std::int64_t tip = 0;                     // What tip accounts gained.
        std::map<Pubkey, std::int64_t> tokens{};  // By mint.
    };
    struct Landed {
        Signature signature;
        Slot slot;
        bool is_failed = false;
        Change change;
    };
    struct Position {
        std::uint64_t amount = 0;
        std::uint64_t cost = 0;  // Lamports, without rent that comes back.
        std::uint8_t strategy = 0;
        Pubkey venue;  // Program of the pool that it was bought in.
        MonoTime since;
        MonoTime sale_begun{};                // Anew: the sale before it expired or reverted.
        std::optional<MonoTime> exit_sent{};  // The last one.
        bool is_exit_on_nonce = false;
        unsigned sales_reverted = 0;
    };

    [[nodiscard]] Change change_of(const sim::Receipt& receipt) const;
    void check_bounds(const RingOrder& order, const sim::Receipt& receipt, const Change& change);
    void check_authorities(const sim::Receipt& receipt);
    void check_gainers(const sim::Receipt& receipt);
    void note_landed(const RingOrder& order, const Change& change);
    void check_launches(const RingOrder& order);
    // drill_checks_open.cpp
    struct Stake {
        std::size_t positions = 0;
        std::uint64_t all = 0;  // Lamports, as below.
        std::map<std::uint8_t, std::uint64_t> strategies{};
        std::map<Pubkey, std::uint64_t> venues{};
    };
    struct Bound {
        std::string what;
        std::uint64_t value = 0, limit = 0;

        [[nodiscard]] bool holds() const { return value <= limit; }
    };
    [[nodiscard]] std::vector<Bound> bounds_of(const Stake& stake) const;
    // At once with the entry that landed: nothing else is told of.
    void check_landed(const RingOrder& entry, const Position& bought);
    void begin_pending();
    void note_pending(std::uint64_t intent);
    [[nodiscard]] bool has_landed(std::uint64_t intent) const;
    void check_open();
    // drill_checks_doubled.cpp
    void check_doubled(const RingOrder& landed);
    // Takes so much out of the position; what is left may be dust.
    void shrink(std::map<Pubkey, Position>::iterator held, std::uint64_t amount);
    void check_limits(const RingOrder& order);
    // drill_checks_nonces.cpp
    void check_nonce(const RingOrder& order, const solana::Message& message);
    // The position that the order sells; null where it is no exit, or of nothing held.
    [[nodiscard]] Position* sold_by(const RingOrder& order);
    void note_sale(const RingOrder& order);
    void note_reverted_sale(const RingOrder& order);
    [[nodiscard]] bool is_frozen(const Pubkey& mint) const;
    void check_orders(const JournalTale& tale);
    // What no order may be at any time, and at the end of all.
    void check_order(std::uint64_t intent, const JournalTale::Order& order, bool is_over);
    void check_gate_passed(const RingOrder& order);
    void check_fill(const std::string& signature);
    void compare_sums();
    [[nodiscard]] bool is_booked_as_landed(const Landed& each) const;
    void check_retold(const Landed& each);
    void check_bounded();
    void check_balances(const JournalTale& tale, const sim::Chain& chain);
    void check_fills(const JournalTale& tale);
    [[nodiscard]] bool is_stranger(const Pubkey& owner) const;
    [[nodiscard]] std::uint64_t limit_lamports(MicroUsd limit) const;

    Options options_;
    DrillFollower follower_;
    DrillHalts halts_;
    const sim::Chain* chain_ = nullptr;
    std::set<Pubkey> known_;  // Wallets of the market, of programs' fees and so on.
    std::map<Signature, RingOrder> orders_;
    // By nonce and value: the one order that may have it. Nonces that one block advances get one
    // value.
    std::map<std::pair<Pubkey, Hash>, Signature> nonces_used_;
    std::vector<Landed> landed_;
    std::map<Pubkey, Position> positions_;  // By mint, as the chain has them.
    // Approved purchases and cycles without a final report, by intent.
    std::set<std::uint64_t> pending_;
    std::set<std::string> limits_exceeded_;
    std::optional<MonoTime> stop_asked_;
    std::function<void(const RingOrder&)> order_hook_;
    std::function<void(const Signature&)> landed_hook_;
    std::vector<std::string> violations_;
    std::uint64_t violation_count_ = 0, steps_ = 0, forks_ = 0, comparisons_ = 0;
    // Of the books against the chain: due when either has changed.
    bool is_comparison_due_ = true, is_branch_dying_ = false;
    std::uint64_t adoptions_seen_ = 0;
    std::set<std::string> adopted_;      // Transactions that are in balances which were taken over.
    std::set<std::string> abandoned_;    // That landed on branches which died.
    std::set<Pubkey> sold_on_dead_;      // Mints whose sale was among them.
    std::set<std::string> late_retold_;  // Of them, what is said to be booked wrong for too long.
    Slot life_slot_;                     // When the daemon that lives was started.
    std::set<Pubkey> meddled_;           // Of what others took from us, or brought.
    net::VirtualLoad load_max_;
    VenueSet venues_bought_at_;
    std::string journal_sha256_;
};

}  // namespace sniperforge::app
