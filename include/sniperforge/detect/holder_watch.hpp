// SPDX-License-Identifier: MIT
// HolderWatch: the token accounts whose owners' sales matter, as they are heard. A balance that
// falls is a HolderSold. Bounded by who asks: so many accounts of so many mints.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/market_event.hpp"

namespace sniperforge::detect {

class HolderWatch {
 public:
    // Watches the account from now on; an account of the creator stays one.
    void watch(const Pubkey& account, const Pubkey& mint, bool is_creator);
    // What was read of it by others. Of a fall the account itself has still to tell, and sales are
    // counted from before it.
    void note(const Pubkey& account, TokenAmount amount, Slot slot);
    // Those of the mint, whoever they belong to; or all of them but the creator's and these.
    void forget(const Pubkey& mint) { keep_only(mint, {}, false); }
    void keep_only(const Pubkey& mint, std::span<const Pubkey> accounts, bool is_creator_kept);
    // Appends what it sold, as part of `supply` too, if it is one of ours.
    void observe(const AccountUpdate& update, TokenAmount supply, std::vector<MarketEvent>& events);

    [[nodiscard]] const Pubkey* mint_of(const Pubkey& account) const;
    // The newest that was read or heard.
    [[nodiscard]] std::optional<TokenAmount> amount_of(const Pubkey& account) const;
    [[nodiscard]] std::size_t size() const { return accounts_.size(); }
    // To be subscribed to and let go; each once.
    [[nodiscard]] std::vector<Pubkey> take_wanted();
    [[nodiscard]] std::vector<Pubkey> take_unwanted();

 private:
    struct Balance {
        TokenAmount amount;
        Slot slot;
    };
    struct Account {
        Pubkey mint;
        bool is_creator = false;
        std::optional<Balance> known{};    // The newest.
        std::optional<Balance> counted{};  // What sales are counted from.
    };
    std::map<Pubkey, Account> accounts_;
    std::vector<Pubkey> wanted_, unwanted_;
};

}  // namespace sniperforge::detect
