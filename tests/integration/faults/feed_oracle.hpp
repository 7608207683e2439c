// SPDX-License-Identifier: MIT
// What the owner of a feed holds, and the judge over it: knows every account's state at the end of
// the last slots and says whether what is held is one of them, was handed on twice, or went back.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/feed/feed.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::faults {

// An account's state is its lamports: the workload changes them by one with each write.
using States = std::vector<std::uint64_t>;

// Over accounts and slots.
struct Findings {
    // Account-slots whose state was older than any blindness excuses, while we thought we saw.
    std::uint64_t stale_while_sighted = 0;
    std::uint64_t stale_slots_max = 0;  // The longest run of such slots of one account.
    // The same of accounts that only one socket carries (see set_single_from()).
    std::uint64_t stale_single = 0, stale_single_slots_max = 0;
    std::uint64_t duplicates = 0;     // The same state of the same slot handed on twice.
    std::uint64_t regressions = 0;    // A state of an earlier slot after that of a later one.
    std::uint64_t times_blind = 0;    // As a whole.
    std::uint64_t accounts_lost = 0;  // While others were seen.
    std::uint64_t copied_lost = 0;    // Of those, accounts that more than one socket carries.
    Duration blind{0};                // With at least one account unseen, in all.
    std::uint64_t updates = 0;
    std::uint64_t account_updates = 0;
    std::uint64_t accounts_new = 0;  // Not ours: told because their program made them.
};

class FeedOracle final : public feed::FeedEvents {
 public:
    FeedOracle(net::Reactor& reactor, std::span<const Pubkey> accounts);

    // Accounts from this one on are subscribed once: what their only node keeps to itself can be
    // found out by comparing alone, so they are counted apart.
    void set_single_from(std::size_t account) { single_from_ = account; }
    // The first so many slots of each run of stale ones are not counted: the judge's own jitter
    // where time is real.
    void set_slack(std::uint64_t slots) { slack_ = slots; }
    // What is held now, and of which accounts it counts as true: this is what judge() judges. A
    // read may show the slot that is being built, so where time passes before that slot's end is
    // known too, the judgement waits for it.
    void remember();
    // `recent`: the states at the ends of the last slots, the newest included. Once a slot, after
    // remember().
    void judge(std::span<const States> recent);
    // Accounts whose held state is not this one.
    [[nodiscard]] std::size_t differing(const States& now) const;

    [[nodiscard]] bool is_blind() const { return is_blind_; }
    [[nodiscard]] bool is_blind_for(std::size_t account) const {
        return is_blind_ || held_[account].is_lost;
    }
    [[nodiscard]] bool is_anything_blind() const { return is_blind_ || lost_ > 0; }
    [[nodiscard]] std::size_t accounts_blind() const { return is_blind_ ? held_.size() : lost_; }
    [[nodiscard]] Slot slot_held(std::size_t account) const { return held_[account].slot; }
    [[nodiscard]] Findings findings() const;
    // The first account that was found stale, for the failure's text.
    [[nodiscard]] std::optional<std::size_t> stale_account() const { return stale_account_; }

 private:
    // Repetitions are looked for among the newest so many states of an account.
    static constexpr std::size_t kHeard = 16;
    struct Heard {
        Slot slot;
        std::uint64_t lamports = 0;
        [[nodiscard]] bool operator==(const Heard&) const = default;
    };
    struct Held {
        Slot slot;
        std::uint64_t lamports = 0;
        bool is_known = false;
        bool is_lost = false;
        std::uint64_t stale_slots = 0;  // In a row, until now.
        // As of remember(); nothing: it does not count as seen.
        std::optional<std::uint64_t> believed{};
        std::array<Heard, kHeard> heard{};
        std::size_t heard_next = 0;
    };

    void on_chain_update(const ChainUpdate& update, Trace& trace) override;
    void on_account(const AccountUpdate& update);
    void set_lost(std::span<const Pubkey> accounts, bool is_lost);
    void note_blindness();

    net::Reactor& reactor_;
    std::unordered_map<Pubkey, std::size_t, KeyHash> index_;  // Never walked.
    std::unordered_set<Pubkey, KeyHash> new_;                 // Neither.
    std::vector<Held> held_;
    std::size_t single_from_ = SIZE_MAX;
    std::uint64_t slack_ = 0;
    std::size_t lost_ = 0;
    bool is_blind_ = true;
    bool was_anything_blind_ = true;
    MonoTime blind_since_{};
    std::optional<std::size_t> stale_account_;
    Findings findings_;
};

}  // namespace sniperforge::faults
