// SPDX-License-Identifier: MIT
// WalletHistory: what the chain remembers of our wallet, for books that do not know it: the
// journal is lost, its last records are, or it is an older copy. The transactions are listed page
// by page and read one after the other, within bounds; those of our own form (execute/own_order)
// become orders, and the pools of purchases are looked up. What explains balances is read from the
// newest back; what the books lack from the oldest on, so that what a bound leaves for the next
// reading is younger than all that was read.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/wide_int.hpp"
#include "sniperforge/engine/recovered_order.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/signature_page.hpp"

namespace sniperforge::app {

// Transactions that are read at most. At the 50 reads a second of the pace below 20 s; a plan of a
// node's provider may make it minutes.
inline constexpr std::size_t kHistoryReadsMax = 1'000;
// Transactions that are listed at most: two days of a thousand orders an hour, a few MB.
inline constexpr std::size_t kHistoryListedMax = 50'000;
// Readings in which a transaction that is listed was not served, before it is passed over: a node
// may list one before it serves it.
inline constexpr unsigned kExaminationsMax = 3;
// Between two of them.
inline constexpr Duration kExaminationPause = std::chrono::seconds{10};

struct WalletHistoryOptions {
    Pubkey wallet;
    std::span<const Pubkey> tip_accounts{};  // Of orders; must outlive the reading.
    rpc::ReadOptions read{};                 // Its slot is what ages are counted from.
    Slot since{};                            // What is not newer is not looked at.
    std::set<Signature> known{};             // Not read: the books have them.
    // Balances to be explained: of other mints no order is wanted, and reading ends where all of
    // them were bought from nothing, and an order of ours was seen. Nothing: all since `since` is
    // wanted, and read from there on.
    std::optional<std::map<Pubkey, TokenAmount>> held{};
    std::size_t reads_max = kHistoryReadsMax;
};

struct WalletPast {
    std::vector<engine::RecoveredOrder> orders;  // The oldest first.
    std::set<Pubkey> bought;  // Of the held mints, those that were followed back to nothing.
    // Of the held mints, what the transactions changed, ours or not, back to where there was none.
    std::map<Pubkey, i128> changes{};
    std::uint64_t reads = 0;  // Transactions that were read.
    bool is_used = false;     // An order of ours was among them, wanted or not.
    bool is_complete = true;  // False: reads_max, or a node did not serve what it lists.
    std::string problem{};    // Why it ended, or has a hole that the next reading may not have.
    bool is_ended = false;    // By the problem, before all was asked for.
    bool is_refused = false;  // The problem is an answer, or a bound: it will hardly change.
    // Listed, and not served in kExaminationsMax readings: passed over.
    std::vector<Signature> unread{};
    // Of a reading from the oldest on that reads_max ended: where the next one goes on. What the
    // books lack of this slot is read again.
    std::optional<Slot> read_to{};
};

class WalletHistory {
 public:
    WalletHistory(net::Reactor& reactor, rpc::RpcClient& rpc) : reactor_{reactor}, rpc_{rpc} {}
    ~WalletHistory() {
        reactor_.cancel(timer_);
        reactor_.cancel(progress_timer_);
    }
    WalletHistory(const WalletHistory&) = delete;
    WalletHistory& operator=(const WalletHistory&) = delete;

    // One reading at a time; `done` is called once, never from within. Outlives its calls.
    void read(WalletHistoryOptions options, std::function<void(WalletPast)> done);
    // Pages and transactions that were heard of, over all readings.
    [[nodiscard]] std::uint64_t heard() const { return heard_; }

 private:
    struct Found {
        engine::RecoveredOrder order;
        std::vector<Pubkey> accounts;
    };
    void list();
    void on_listed(rpc::RpcResult<std::vector<rpc::PastSignature>> page);
    void read_next();
    void on_read(const rpc::RpcResult<std::optional<rpc::TransactionDetail>>& read);
    void miss(const std::string& problem);
    void go_on();
    void note(const rpc::TransactionDetail& transaction);
    [[nodiscard]] WallTime time_of(const rpc::PastSignature& past) const;
    [[nodiscard]] bool is_wanted(OrderKind kind, const Pubkey& mint) const;
    [[nodiscard]] bool is_explained() const;
    // Says what is waited for, and goes on to.
    void tell_progress();
    void arm_progress();
    void look_up_pools();
    void finish();
    // Once more, soon; or the end, with what there is.
    void again(void (WalletHistory::*step)(), const std::string& problem, bool is_refused);

    net::Reactor& reactor_;
    rpc::RpcClient& rpc_;
    WalletHistoryOptions options_;
    std::function<void(WalletPast)> done_;
    net::TimerId timer_ = 0, progress_timer_ = 0;
    std::string trouble_;  // The last that was asked again for.

    std::optional<Signature> before_;  // The last that was listed.
    bool is_listed_ = false;           // Nothing older is of interest.
    [[nodiscard]] bool is_from_oldest() const { return !options_.held; }
    [[nodiscard]] const rpc::PastSignature& next() const {
        return is_from_oldest() ? waiting_.back() : waiting_.front();
    }

    std::deque<rpc::PastSignature> waiting_;  // The newest first.
    std::vector<Found> found_;                // In the order of reading.
    std::size_t looked_up_ = 0;
    unsigned attempts_ = 0;
    std::uint64_t heard_ = 0;
    WalletPast past_;
    std::map<Signature, unsigned> unserved_;  // Over all readings: in how many it was not served.
};

}  // namespace sniperforge::app
