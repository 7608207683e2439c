// SPDX-License-Identifier: MIT
// One swap that we would build, put through a node's own programs beside our own quote of it: a
// purchase, a sale of what the wallet holds, or the sale of what a purchase before it yields.
// Nothing is signed and nothing is sent.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/order.hpp"
#include "sniperforge/net/reactor.hpp"
#include "sniperforge/rpc/client.hpp"
#include "sniperforge/solana/lookup_table.hpp"

namespace sniperforge::app {

// Whether the program of the pool refuses our swap when it is to pay one unit more than it does.
enum class TrialFloor : std::uint8_t {
    NotTried,  // The amounts differ, or the pool moved, or the mint takes a fee of transfers.
    Holds,
    Broken,
};

struct SwapTrial {
    OrderKind kind = OrderKind::Entry;
    TokenAmount amount_in;
    TokenAmount quoted;
    std::string error;  // Decoded, of a simulation that failed; empty otherwise.
    TokenAmount simulated;
    std::uint64_t units_consumed = 0;
    Slot slot;                     // That the node simulated on.
    bool is_pool_settled = false;  // The pool stood still while it was quoted and simulated.
    // Of a sale: what the wallet may pay in the same transaction for accounts of the venue's.
    TokenAmount rents_max;

    // The venue's fee may change with the chain's clock alone, from our quote to the simulation.
    bool is_fee_timed = true;
    TrialFloor floor = TrialFloor::NotTried;
    // Of a sale: a purchase in the same transaction yielded what was sold.
    bool is_resale = false;

    // Simulated less quoted.
    [[nodiscard]] TokenDelta difference() const { return simulated.minus(quoted); }
};

// Why there was no trial.
struct NoTrial {
    // Nothing is wrong: the wallet has too little to spend, or the pool does not trade SOL.
    bool is_harmless = false;
    std::string text;
};

[[nodiscard]] constexpr bool is_fee_timed(VenueId venue) {
    switch (venue) {
        case VenueId::RaydiumAmmV4:
        case VenueId::RaydiumCpmm:
        case VenueId::PumpCurve:
        case VenueId::PumpSwap:
            return false;
        case VenueId::RaydiumClmm:
        case VenueId::OrcaWhirlpool:
        case VenueId::MeteoraDlmm:
        case VenueId::MeteoraDammV2:
            return true;
    }
    return true;
}

struct SwapTrialOptions {
    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    const config::ExecutionSettings& execution;
    Pubkey wallet;
    Pubkey pool;
    // Of execution.lookup_tables, as the executor has them; not used by version 1.
    std::span<const solana::AddressLookupTable> tables{};
};

// The wallet's SOL for the pool's token; less than `amount` where the wallet has less.
[[nodiscard]] Result<SwapTrial, NoTrial> try_entry(const SwapTrialOptions& options,
                                                   Lamports amount);
// As much of the token as the wallet has, and `amount` at most, for SOL.
[[nodiscard]] Result<SwapTrial, NoTrial> try_exit(const SwapTrialOptions& options,
                                                  TokenAmount amount);
// Buys as try_entry() and sells in the same transaction what the node says that this yields: for a
// token that the wallet has none of. The sale alone is judged: its quote is of the pool as the node
// says that the purchase leaves it.
[[nodiscard]] Result<SwapTrial, NoTrial> try_resale(const SwapTrialOptions& options,
                                                    Lamports amount);

}  // namespace sniperforge::app
