// SPDX-License-Identifier: MIT
// What the pipeline asks of who has round trips tried by nodes, and what it hears.
#pragma once

#include <cstddef>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/core/key.hpp"
#include "sniperforge/model/safety.hpp"

namespace sniperforge::feed {

class RoundTripEvents {
 public:
    virtual ~RoundTripEvents() = default;
    // Once for each that was taken, also where no node has tried it.
    virtual void on_round_trip(const Pubkey& mint, const RoundTripReading& reading) = 0;
};

class RoundTripLookups {
 public:
    virtual ~RoundTripLookups() = default;
    // `wire` has no signature, and none is made: a node simulates it. From instruction `sale` on it
    // sells. False: too many wait, nothing will come.
    [[nodiscard]] virtual bool try_round_trip(const Pubkey& mint, BytesView wire,
                                              std::size_t sale) = 0;
};

}  // namespace sniperforge::feed
