// SPDX-License-Identifier: MIT
#include "sniperforge/detect/holder_watch.hpp"

#include <algorithm>
#include <utility>

#include "sniperforge/detect/safety.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::detect {
namespace {

// What the account holds of the mint: nothing where it does not exist, or is another's by now.
[[nodiscard]] TokenAmount held_of(const AccountUpdate& update, const Pubkey& mint) {
    if (!solana::is_token_program(update.owner)) {
        return {};
    }
    const auto account = solana::decode_token_account(update.data);
    return account && account->mint == mint ? account->amount : TokenAmount{};
}

}  // namespace

void HolderWatch::watch(const Pubkey& account, const Pubkey& mint, bool is_creator) {
    const auto [place, is_new] = accounts_.try_emplace(account, Account{mint, is_creator});
    place->second.is_creator = place->second.is_creator || is_creator;
    if (is_new) {
        wanted_.push_back(account);
        std::erase(unwanted_, account);
    }
}

void HolderWatch::note(const Pubkey& account, TokenAmount amount, Slot slot) {
    const auto found = accounts_.find(account);
    if (found == accounts_.end()) {
        return;
    }
    Account& one = found->second;
    if (!one.known || slot > one.known->slot) {
        one.known = {amount, slot};
    }
    if (!one.counted || (slot > one.counted->slot && amount > one.counted->amount)) {
        one.counted = {amount, slot};
    }
}

void HolderWatch::keep_only(const Pubkey& mint, std::span<const Pubkey> accounts,
                            bool is_creator_kept) {
    for (auto place = accounts_.begin(); place != accounts_.end();) {
        const bool is_kept = std::ranges::find(accounts, place->first) != accounts.end() ||
                             (is_creator_kept && place->second.is_creator);
        if (place->second.mint == mint && !is_kept) {
            std::erase(wanted_, place->first);
            unwanted_.push_back(place->first);
            place = accounts_.erase(place);
        } else {
            ++place;
        }
    }
}

void HolderWatch::observe(const AccountUpdate& update, TokenAmount supply,
                          std::vector<MarketEvent>& events) {
    const auto found = accounts_.find(update.pubkey);
    if (found == accounts_.end()) {
        return;
    }
    Account& account = found->second;
    if (account.counted && update.slot < account.counted->slot) {
        return;  // Told late.
    }
    const TokenAmount now = held_of(update, account.mint);
    const TokenAmount before = account.counted ? account.counted->amount : now;
    account.counted = {now, update.slot};
    if (!account.known || update.slot >= account.known->slot) {
        account.known = account.counted;
    }
    if (now < before) {
        const TokenAmount gone = before - now;
        events.push_back(HolderSold{account.mint, update.slot, account.is_creator,
                                    share_ceil(gone, before), share_ceil(gone, supply)});
    }
}

const Pubkey* HolderWatch::mint_of(const Pubkey& account) const {
    const auto found = accounts_.find(account);
    return found == accounts_.end() ? nullptr : &found->second.mint;
}

std::optional<TokenAmount> HolderWatch::amount_of(const Pubkey& account) const {
    const auto found = accounts_.find(account);
    return found == accounts_.end() || !found->second.known
               ? std::nullopt
               : std::optional{found->second.known->amount};
}

std::vector<Pubkey> HolderWatch::take_wanted() { return std::exchange(wanted_, {}); }
std::vector<Pubkey> HolderWatch::take_unwanted() { return std::exchange(unwanted_, {}); }

}  // namespace sniperforge::detect
