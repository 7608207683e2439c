// SPDX-License-Identifier: MIT
// Detector: chain updates and transactions in, market events out. Keeps the PoolBook up to date and
// knows which tokens it has judged. No I/O: what it wants to read next it lists in
// take_accounts_wanted(), take_transactions_wanted() and take_signatures_wanted().
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/detect/launch_names.hpp"
#include "sniperforge/detect/market_moves.hpp"
#include "sniperforge/detect/safety.hpp"
#include "sniperforge/dex/pool_book.hpp"
#include "sniperforge/dex/recognise.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/market_event.hpp"

namespace sniperforge::detect {

struct DetectorOptions {
    std::uint32_t pools_max = 20'000;  // Pools beyond it are counted and ignored.
    // Whose new pools are asked for when a transaction tells of them.
    std::vector<VenueId> venues{};
    SafetyPolicy safety{};  // Which extensions of a mint are no risk.
};

// A mint as it was read last.
struct JudgedMint {
    TokenJudged judged;
    MintEvidence evidence;
};
// What a curve's coin has sold so far; nothing of other pools, of coins of another size than
// pump.fun's, and of curves that are over.
[[nodiscard]] std::optional<TokenAmount> bought_on_curve(const dex::Pool& pool);

// What told first of a new pool: its own account, which its program's subscription brought; log
// lines; or a transaction that was read for another reason.
enum class HeardBy : std::uint8_t { Accounts, Logs, Transactions };
inline constexpr std::size_t kHeardByCount = 3;
[[nodiscard]] std::string_view to_string(HeardBy way);

struct DetectorStatistics {
    std::uint64_t account_updates = 0, pools_created = 0, pools_refused = 0, swaps_seen = 0,
                  decode_errors = 0;
    // pools_created, by HeardBy.
    std::array<std::uint64_t, kHeardByCount> pools_heard_by{};
    // Pools made, in transactions that were read and by events in logs: one that both tell counts
    // twice. Pools that moved to another venue, in transactions.
    std::uint64_t creations_seen = 0, migrations_seen = 0;
};

class Detector {
 public:
    Detector(dex::PoolBook& book, DetectorOptions options);

    // Appends what the update means to `events` (not cleared). A pool that first appears after
    // `mark_live()` is a PoolCreated; before it, pools are only loaded. Which accounts are blind is
    // noted in the book.
    void observe(const ChainUpdate& update, std::vector<MarketEvent>& events);
    // The same of a transaction: the pools that it made are wanted, a moved pool's new one too, and
    // coins that it names are known by name from now on. Of one whose log lines do not say which
    // pools it made, the signature is wanted.
    void observe(const ChainTransaction& transaction, const dex::Recognised& recognised,
                 std::vector<MarketEvent>& events);
    // From now on an unknown pool is a new pool.
    void mark_live();
    // Something that is held is sold there: it is taken beyond pools_max, too.
    void expect_pool(const Pubkey& pool) { expected_.insert(pool); }
    // Other extensions are no risk from now on: appends the tokens whose standing that changes.
    void set_safety(SafetyPolicy policy, std::vector<MarketEvent>& events);
    // Vaults, configs and mints to read and to subscribe to; each once.
    [[nodiscard]] std::vector<Pubkey> take_accounts_wanted();
    // Pools that do not say what they trade: one of their transactions does. Each once.
    [[nodiscard]] std::vector<Pubkey> take_transactions_wanted();
    // Transactions whose logs say that they made a pool. Each once.
    [[nodiscard]] std::vector<Signature> take_signatures_wanted();
    // Mints that were read for the first time and do not say what they call themselves: an account
    // beside them may. Each once.
    [[nodiscard]] std::vector<Pubkey> take_mints_unnamed();
    // What that account says.
    void take_names(const Pubkey& mint, const LaunchNames& names);
    // What the token calls itself, by the metadata in its own mint (pump.fun's coins have it
    // there), else by that beside it. Unknown: it has none, or it was not read yet.
    [[nodiscard]] LaunchNames names_of(const Pubkey& mint) const;
    // Null: not read yet.
    [[nodiscard]] const JudgedMint* judged(const Pubkey& mint) const;
    [[nodiscard]] const DetectorStatistics& statistics() const { return statistics_; }

 private:
    // One side of a pool moved and the other has not been told yet: the state between is not real.
    struct HalfSwap {
        Slot slot;
        TokenAmount previous_a;
        TokenAmount previous_b;
    };
    // First seen live, or made, in this slot; what was bought of it by then.
    struct FirstSight {
        Slot slot;
        std::optional<TokenAmount> bought;
        HeardBy heard_by = HeardBy::Accounts;
    };
    // Was told of before its account came.
    struct AwaitedPool {
        Slot made;
        HeardBy heard_by = HeardBy::Transactions;
    };
    void observe_account(const AccountUpdate& update, std::vector<MarketEvent>& events);
    void observe_mint(const AccountUpdate& update, std::vector<MarketEvent>& events);
    void note_names(const AccountUpdate& update);
    void note_first_slot(const AccountUpdate& update);
    void observe_change(const dex::BookChange& change, Slot slot, std::vector<MarketEvent>& events);
    void want_mints(PoolIndex pool);
    void observe_logs(const LogsUpdate& logs, std::vector<MarketEvent>& events);
    void take_creation(const dex::PoolCreation& creation, Slot slot, HeardBy heard_by,
                       std::vector<MarketEvent>& events);
    void want_pool(const dex::PoolCreation& creation, Slot slot, HeardBy heard_by);
    void name_mint(const Pubkey& mint, Slot slot, std::vector<MarketEvent>& events);
    bool take_unasked_mint(const AccountUpdate& update);
    // Publishes what moved from `half` to `now`, as one change.
    void report_move(PoolIndex pool, const HalfSwap& half, const PoolReserves& now,
                     std::vector<MarketEvent>& events);
    void flush_before(Slot slot, std::vector<MarketEvent>& events);

    dex::PoolBook& book_;
    DetectorOptions options_;
    DetectorStatistics statistics_;
    std::unordered_map<Pubkey, std::optional<JudgedMint>, KeyHash> mints_;  // Asked for; judged.
    std::unordered_map<Pubkey, LaunchNames, KeyHash> names_;                // Of those with any.
    std::unordered_map<Pubkey, LaunchNames, KeyHash> names_beside_;         // Of mints in mints_.
    std::map<PoolIndex, FirstSight> unannounced_;                           // Still incomplete.
    std::map<PoolIndex, HalfSwap> half_swaps_;
    std::vector<Pubkey> wanted_;
    std::set<Pubkey> expected_;  // Few.
    std::vector<Pubkey> mints_unnamed_;
    std::vector<Pubkey> transactions_wanted_;
    std::vector<Signature> signatures_wanted_;
    // Told of lately, and transactions asked for because of their logs; the oldest first in the
    // order, at most kAwaitedMax of each.
    std::map<Pubkey, AwaitedPool> awaited_;
    std::deque<Pubkey> awaited_order_;
    std::set<Signature> logged_;
    std::deque<Signature> logged_order_;
    std::vector<dex::BookChange> changes_;
    bool is_live_ = false;
};

}  // namespace sniperforge::detect
