// SPDX-License-Identifier: MIT
#include "execute/nonce_keeper.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/rpc/pace_gauge.hpp"
#include "sniperforge/solana/nonce_account.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::execute {
namespace {

static_assert(config::kNonceOrdersMax == signer::kNoncesMax);

// Between two attempts to advance one: a blockhash's interval.
constexpr Duration kAdvancePause = std::chrono::seconds{2};

[[nodiscard]] bool are_alike(const std::optional<rpc::AccountData>& one,
                             const std::optional<rpc::AccountData>& other) {
    return one.has_value() == other.has_value() &&
           (!one || (one->owner == other->owner && one->data == other->data));
}

}  // namespace

NonceKeeper::NonceKeeper(const Pubkey& wallet, std::uint32_t orders_max)
    : wallet_{wallet}, orders_max_{orders_max}, accounts_{signer::nonce_addresses(wallet)} {}

// ---- Leases ----

std::optional<NonceLease> NonceKeeper::lend(std::span<const solana::AddressLookupTable> tables) {
    if (orders_max_ == 0) {
        return std::nullopt;
    }
    const auto is_in_table = [&](const Pubkey& account) {
        return std::ranges::any_of(tables, [&](const auto& table) {
            return std::ranges::find(table.addresses, account) != table.addresses.end();
        });
    };
    for (std::size_t number = 0; number < nonces_.size(); ++number) {
        Nonce& nonce = nonces_[number];
        if (nonce.is_free() && may_be_lent(number) && !is_in_table(accounts_[number])) {
            nonce.holders = 1;
            ++leases_;
            return NonceLease{accounts_[number], *nonce.value, nonce.read_at};
        }
    }
    ++none_free_;
    return std::nullopt;
}

void NonceKeeper::hold(const NonceLease& lease) {
    if (Nonce* nonce = find(lease.account)) {
        ++nonce->holders;
    }
}

void NonceKeeper::release(Nonce& nonce) {
    SF_ASSERT(nonce.holders > 0);
    if (--nonce.holders == 0) {
        nonce.is_ending = false;
    }
}

void NonceKeeper::give_back(const NonceLease& lease) {
    if (Nonce* nonce = find(lease.account)) {
        release(*nonce);
    }
}

void NonceKeeper::used(const NonceLease& lease, Slot finalized, bool is_of_earlier_process) {
    Nonce* const nonce = find(lease.account);
    if (nonce == nullptr) {
        return;
    }
    release(*nonce);
    // What came of an earlier process's order that process may have lent again, and lost.
    if (!is_of_earlier_process) {
        renew(*nonce, finalized);
    }
}

void NonceKeeper::ended(const NonceLease& lease) {
    if (Nonce* nonce = find(lease.account)) {
        release(*nonce);
        // A node that has refused it may keep it all the same, for as long as the value stands.
        nonce->is_stale = nonce->is_stale || nonce->fresh_from <= lease.read_at;
    }
}

void NonceKeeper::end(const NonceLease& lease) {
    if (Nonce* nonce = find(lease.account)) {
        nonce->is_ending = nonce->is_ending || nonce->fresh_from <= lease.read_at;
    }
}

bool NonceKeeper::is_over(const NonceLease& lease, Slot finalized) const {
    const std::size_t number = number_of(lease.account);
    if (number == nonces_.size()) {
        return false;
    }
    const Nonce& nonce = nonces_[number];
    // An advance of ours is final, in a block behind the reading that the lease was made from.
    if (nonce.fresh_from > lease.read_at && nonce.fresh_from <= finalized) {
        return true;
    }
    return nonce.value != lease.value && nonce.value_since > lease.read_at &&
           nonce.value_since <= finalized;
}

// ---- Advances ----

std::vector<Pubkey> NonceKeeper::take_due(MonoTime now, bool only_for_orders) {
    std::vector<Pubkey> due;
    for (std::size_t number = 0; number < nonces_.size(); ++number) {
        Nonce& nonce = nonces_[number];
        // Once is enough after a loss. A sale that a node refuses makes its nonce stale again:
        // those of what the books hold by mistake would have one advanced without end, and with a
        // fill that is not final the books would never be held against the chain.
        const bool is_held_up = retired_since_ && !nonce.was_advanced();
        const bool is_wanted = is_of_interest(number) && nonce.is_there() &&
                               (nonce.is_stale || nonce.is_ending) &&
                               (nonce.holders > 0 || is_held_up || !only_for_orders);
        if (is_wanted && !nonce.is_advancing && now >= nonce.due) {
            nonce.due = now + kAdvancePause;
            due.push_back(accounts_[number]);
        }
    }
    return due;
}

void NonceKeeper::advancing(const Pubkey& account) {
    if (Nonce* nonce = find(account)) {
        nonce->is_advancing = true;
    }
}

void NonceKeeper::advanced(const Pubkey& account, Slot finalized) {
    if (Nonce* nonce = find(account)) {
        nonce->is_advancing = nonce->is_ending = false;
        renew(*nonce, finalized);
    }
}

// In a slot that is none it is not known since when its value is ours: it is advanced once more.
void NonceKeeper::renew(Nonce& nonce, Slot finalized) {
    nonce.is_stale = is_beyond(finalized);
    if (nonce.is_stale) {
        return;
    }
    nonce.fresh_from = std::max(nonce.fresh_from, finalized);
    // What was read already is not behind it, whatever slot a node has told with that.
    const Slot before{finalized.value - std::min<std::uint64_t>(finalized.value, 1)};
    nonce.read_at = std::min(nonce.read_at, before);
}

void NonceKeeper::not_advanced(const Pubkey& account, MonoTime now) {
    if (Nonce* nonce = find(account)) {
        nonce->is_advancing = false;
        nonce->due = now + kAdvancePause;
    }
}

// ---- Readings ----

bool NonceKeeper::is_beyond(Slot slot) const {
    return slot.since(believed_) > rpc::PaceGauge::kAheadMax;
}

void NonceKeeper::believe(Slot finalized) {
    believed_ = finalized;
    for (Nonce& nonce : nonces_) {
        if (is_beyond(nonce.read_at)) {
            nonce.read_at = Slot{};
        }
        if (nonce.absent_since && is_beyond(*nonce.absent_since)) {
            nonce.absent_since.reset();
        }
        if (is_beyond(nonce.fresh_from)) {
            nonce.fresh_from = Slot{};
            nonce.is_stale = true;
        }
    }
}

bool NonceKeeper::is_reading_wanted() const {
    for (std::size_t number = 0; number < nonces_.size(); ++number) {
        const Nonce& nonce = nonces_[number];
        const bool is_behind = nonce.read_at == Slot{} || nonce.read_at < nonce.fresh_from ||
                               nonce.is_ending ||
                               (retired_since_ && nonce.read_at < *retired_since_);
        // Which of them are there is not known before all were read.
        const bool is_unknown = orders_max_ > 0 && nonce.read_at == Slot{};
        if (is_unknown || (is_behind && is_of_interest(number))) {
            return true;
        }
    }
    return false;
}

std::optional<Slot> NonceKeeper::reading_slot_min() const {
    Slot least;
    for (const Nonce& nonce : nonces_) {
        if (nonce.read_at < nonce.fresh_from) {
            least = std::max(least, nonce.fresh_from);
        }
    }
    return least == Slot{} ? std::nullopt : std::optional{least};
}

void NonceKeeper::on_reading(const rpc::TwoReads& reading) {
    const auto& first = reading.first;
    Slot slot = first.context_slot;
    if (reading.second) {
        slot = std::min(slot, reading.second->context_slot);
    }
    const bool is_of_the_chain = slot != Slot{} && believed_ != Slot{} && !is_beyond(slot);
    if (!is_of_the_chain || first.accounts.size() != nonces_.size()) {
        return;
    }
    for (std::size_t number = 0; number < nonces_.size(); ++number) {
        if (!reading.second ||
            are_alike(first.accounts[number], reading.second->accounts[number])) {
            read(nonces_[number], first.accounts[number], slot, reading.second.has_value());
        }
    }
}

void NonceKeeper::read(Nonce& nonce, const std::optional<rpc::AccountData>& account, Slot slot,
                       bool is_of_two) {
    if (slot < nonce.read_at) {
        return;  // Of a node that lags.
    }
    std::optional<solana::NonceAccount> decoded;
    if (account && account->owner == solana::kSystemProgram) {
        if (const auto data = solana::decode_nonce_account(account->data)) {
            decoded = *data;
        }
    }
    // A node leaves accounts out for a while: of one that is lent, or was there, another node says
    // that it is gone, or the same one at a later slot.
    const bool is_news = !decoded && (nonce.value || nonce.holders > 0);
    if (is_news && !is_of_two && nonce.absent_since.value_or(slot) >= slot) {
        nonce.absent_since = nonce.absent_since.value_or(slot);
        return;
    }
    nonce.absent_since = is_news ? std::optional{slot} : std::nullopt;
    const std::optional<Hash> value = decoded ? std::optional{decoded->nonce} : std::nullopt;
    nonce.is_ours = decoded && decoded->authority == wallet_;
    if (nonce.read_at == Slot{} || value != nonce.value) {
        nonce.value_since = slot;
    }
    nonce.value = value;
    nonce.read_at = slot;
}

std::size_t NonceKeeper::count_there() const {
    return static_cast<std::size_t>(
        std::ranges::count_if(nonces_, [](const Nonce& nonce) { return nonce.is_there(); }));
}

// ---- After files were lost ----

bool NonceKeeper::retire(Slot since) {
    retired_since_ = since;  // The last word: the caller lowers it where an earlier one was wrong.
    return std::ranges::all_of(nonces_, [&](const Nonce& nonce) {
        return nonce.read_at != Slot{} && nonce.read_at >= since &&
               (!nonce.is_there() || nonce.was_advanced());
    });
}

NonceStatistics NonceKeeper::statistics() const {
    NonceStatistics statistics;
    statistics.leases = leases_;
    statistics.none_free = none_free_;
    for (std::size_t number = 0; number < nonces_.size(); ++number) {
        const Nonce& nonce = nonces_[number];
        if (nonce.holders > 0) {
            ++statistics.leased;
            statistics.overdue += nonce.is_ending || nonce.is_stale ? 1 : 0;
        } else if (nonce.is_there() && is_of_interest(number)) {
            ++(nonce.is_free() ? statistics.free : statistics.renewing);
        }
    }
    return statistics;
}

// ---- Inside ----

// kNoncesMax: it is none of ours.
std::size_t NonceKeeper::number_of(const Pubkey& account) const {
    return static_cast<std::size_t>(std::ranges::find(accounts_, account) - accounts_.begin());
}

NonceKeeper::Nonce* NonceKeeper::find(const Pubkey& account) {
    const std::size_t number = number_of(account);
    return number == nonces_.size() ? nullptr : &nonces_[number];
}

bool NonceKeeper::may_be_lent(std::size_t number) const {
    const auto before =
        std::count_if(nonces_.begin(), nonces_.begin() + static_cast<std::ptrdiff_t>(number),
                      [](const Nonce& nonce) { return nonce.is_there(); });
    return nonces_[number].is_there() && std::cmp_less(before, orders_max_);
}

bool NonceKeeper::is_of_interest(std::size_t number) const {
    return retired_since_ || nonces_[number].holders > 0 || may_be_lent(number);
}

std::string to_json(const NonceStatistics& nonces) {
    return fmt::format(
        R"({{"free":{},"leased":{},"overdue":{},"renewing":{},"leases":{},"none_free":{}}})",
        nonces.free, nonces.leased, nonces.overdue, nonces.renewing, nonces.leases,
        nonces.none_free);
}

}  // namespace sniperforge::execute
