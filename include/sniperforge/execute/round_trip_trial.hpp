// SPDX-License-Identifier: MIT
// A purchase and the sale of all that it yields, in one transaction that nobody signs: what a
// node's own programs say to it tells whether what is bought can be sold again. The sale must bring
// what it is to bring, or its venue's program refuses it: so the answer needs no balances, which no
// node tells of before a simulation.
#pragma once

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/pool.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/model/safety.hpp"
#include "sniperforge/solana/message.hpp"

namespace sniperforge::execute {

struct RoundTripTrialOptions {
    Lamports amount;       // That our own quote buys for.
    BasisPoints lost_max;  // The sale brings the rest of it at least.
    dex::QuoteContext context;
    solana::MessageVersion version = solana::MessageVersion::V0;
};
struct RoundTripTrial {
    Bytes wire;            // With zeros for signatures and blockhash.
    std::size_t sale = 0;  // Where the sale begins among the instructions.
};

// What the wallet must have for it: the pool may be dearer by so much where it is tried, and fees
// and rents come on top.
[[nodiscard]] Lamports round_trip_funds(Lamports amount);
// What a wallet with so much can try; zero: too little to say anything.
[[nodiscard]] Lamports round_trip_amount(Lamports has, Lamports most);

// The pool trades SOL and has told whatever a quote needs. Fails where that has no quote, and where
// both swaps fit no transaction.
[[nodiscard]] Result<RoundTripTrial> build_round_trip(const dex::Pool& pool, const Pubkey& wallet,
                                                      const RoundTripTrialOptions& options);

// `venue`: of the pool.
[[nodiscard]] RoundTripOutcome outcome_of(const RoundTripReading& reading, VenueId venue);

}  // namespace sniperforge::execute
