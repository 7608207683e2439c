// SPDX-License-Identifier: MIT
// MarketEvent: a fact about a market, past tense, by dense pool index.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "sniperforge/core/chain_position.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/safety.hpp"

namespace sniperforge {

// A pool that did not exist when we connected; `created_at` is the slot we saw it in.
struct PoolCreated {
    PoolIndex pool;
    Slot created_at;
    // Of the coin of a bonding curve: what was bought of it in that slot.
    std::optional<TokenAmount> bought_at_first{};
    // Launched by its creator, this one included, over runs; zero: nobody knows.
    std::uint32_t creator_tokens = 0;
};

// The reserves moved: by a swap, or by liquidity added or removed.
struct ReservesChanged {
    PoolIndex pool;
    Slot slot;
    TokenAmount reserve_a;
    TokenAmount reserve_b;
    TokenAmount previous_a;
    TokenAmount previous_b;
};

// What a reserve change looks like when one side rose and the other fell: somebody swapped.
struct SwapSeen {
    PoolIndex pool;
    Slot slot;
    Direction direction;
    TokenAmount amount_in;
    TokenAmount amount_out;
};

// Both reserves fell together by more than fees explain: liquidity left.
struct LiquidityPulled {
    PoolIndex pool;
    Slot slot;
    BasisPoints removed;  // Of the quote-side reserve.
};

// What a token's mint account allows somebody else to do with our tokens, and what the policy says
// to all that is known of the token. Emitted when the mint was first read and again whenever any of
// it changes.
struct TokenJudged {
    Pubkey mint;
    Slot slot;
    bool is_mint_authority_set = false;      // More can be minted.
    bool is_freeze_authority_set = false;    // Ours can be frozen: bought, never sold.
    bool has_risky_extension = false;        // Token-2022: fee, hook, delegate, pause and the like.
    std::optional<SafetyRefusal> refused{};  // Why nobody should buy it now.
};

// Somebody whose holding matters sold, or moved tokens away: who made the coin, or one of its
// largest holders.
struct HolderSold {
    Pubkey mint;
    Slot slot;
    bool is_creator = false;
    BasisPoints of_holding;  // Of what that account had.
    BasisPoints of_supply;
};

struct SlotStarted {
    Slot slot;
};

using MarketEvent = std::variant<PoolCreated, ReservesChanged, SwapSeen, LiquidityPulled,
                                 TokenJudged, HolderSold, SlotStarted>;

}  // namespace sniperforge
