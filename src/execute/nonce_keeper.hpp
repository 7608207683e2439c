// SPDX-License-Identifier: MIT
// Who has which nonce of ours, and when it may be lent again. A nonce is lent only with a value
// that no earlier process can have signed with: after its start this one has advanced it itself,
// and read it once that was final. It is lent to one order at a time, and is free again when that
// order's own landing, or an advance of ours, is final and the value behind it was read (ADR 0026).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/core/time.hpp"
#include "sniperforge/execute/nonce_statistics.hpp"
#include "sniperforge/model/nonce_lease.hpp"
#include "sniperforge/rpc/types.hpp"
#include "sniperforge/signer/own_nonces.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::execute {

class NonceKeeper {
 public:
    // The first `orders_max` nonces that are there may be lent; zero: none, and nothing is read or
    // advanced but what an earlier process has left.
    NonceKeeper(const Pubkey& wallet, std::uint32_t orders_max);

    // ---- Leases ----
    // Nothing: none is free. Not one that the tables name: the chain looks for it elsewhere.
    [[nodiscard]] std::optional<NonceLease> lend(
        std::span<const solana::AddressLookupTable> tables);
    // An order that an earlier process signed has it.
    void hold(const NonceLease& lease);
    // Nothing was signed with it.
    void give_back(const NonceLease& lease);
    // Its order's block is final, whether the order succeeded in it or not: that has advanced it.
    void used(const NonceLease& lease, Slot finalized, bool is_of_earlier_process);
    // Its order ended without a block.
    void ended(const NonceLease& lease);
    // Its order should have landed: from now on an advance is wanted.
    void end(const NonceLease& lease);
    // No block can take its order any more, and one that did is at or before slot `finalized`: up
    // to that slot an advance of ours is final behind the lease's reading, or a finalized reading
    // that is newer than that one has another value.
    [[nodiscard]] bool is_over(const NonceLease& lease, Slot finalized) const;

    // ---- Advances ----
    // Those that want one; each is told again only after a pause. `only_for_orders`: none for
    // orders to come, but each of them once after a loss of files.
    [[nodiscard]] std::vector<Pubkey> take_due(MonoTime now, bool only_for_orders);
    void advancing(const Pubkey& account);
    void advanced(const Pubkey& account, Slot finalized);
    void not_advanced(const Pubkey& account, MonoTime now);

    // ---- Readings, finalized ----
    // The slot that the chain is believed to have come to (ADR 0030). What one node tells of slots
    // that are further above it than a node can be ahead is of none: it is not taken, and what was
    // taken when more was believed counts no more. Until something is believed nothing is taken.
    void believe(Slot finalized);
    [[nodiscard]] bool is_reading_wanted() const;
    [[nodiscard]] std::span<const Pubkey> accounts() const { return accounts_; }
    // Older ones would tell nothing.
    [[nodiscard]] std::optional<Slot> reading_slot_min() const;
    // What two endpoints differ about stays as it was.
    void on_reading(const rpc::TwoReads& reading);
    [[nodiscard]] std::size_t count_there() const;

    // ---- After files were lost ----
    // True once each of our nonces, lent or not, was advanced by this process or was not there in a
    // reading of this slot or a later one: no transaction that nobody knows of can use one.
    [[nodiscard]] bool retire(Slot since);

    [[nodiscard]] NonceStatistics statistics() const;

 private:
    struct Nonce {
        std::optional<Hash> value;         // Of the newest reading; nothing: it is not there.
        bool is_ours = false;              // The wallet is its authority.
        Slot read_at;                      // Zero: never read.
        Slot value_since;                  // The first reading that had this value.
        std::optional<Slot> absent_since;  // One node alone has left it out.
        Slot fresh_from;  // From here on its value is one that only we know of; zero: never.
        std::uint32_t holders = 0;  // Orders without an end; several only of earlier processes.
        bool is_stale = true;       // To be advanced before it is lent.
        bool is_ending = false;     // To be advanced, so that its order ends.
        bool is_advancing = false;
        MonoTime due;

        [[nodiscard]] bool is_there() const { return value.has_value() && is_ours; }
        // By this process, once at least: what an earlier one signed on it is over.
        [[nodiscard]] bool was_advanced() const { return fresh_from != Slot{}; }
        [[nodiscard]] bool is_free() const {
            return is_there() && holders == 0 && !is_stale && !is_advancing && was_advanced() &&
                   read_at >= fresh_from;
        }
    };

    [[nodiscard]] std::size_t number_of(const Pubkey& account) const;
    [[nodiscard]] Nonce* find(const Pubkey& account);
    // One of the first that are there.
    [[nodiscard]] bool may_be_lent(std::size_t number) const;
    [[nodiscard]] bool is_of_interest(std::size_t number) const;
    // Above what is believed, by more than a node can be ahead.
    [[nodiscard]] bool is_beyond(Slot slot) const;
    void release(Nonce& nonce);
    // An advance is final in that slot.
    void renew(Nonce& nonce, Slot finalized);
    void read(Nonce& nonce, const std::optional<rpc::AccountData>& account, Slot slot,
              bool is_of_two);

    Pubkey wallet_;
    std::uint32_t orders_max_;
    std::array<Pubkey, signer::kNoncesMax> accounts_{};
    std::array<Nonce, signer::kNoncesMax> nonces_{};
    std::optional<Slot> retired_since_;  // All of them are of interest.
    Slot believed_;                      // Zero: nothing is.
    std::uint64_t leases_ = 0, none_free_ = 0;
};

}  // namespace sniperforge::execute
