// SPDX-License-Identifier: MIT
// What a lost socket costs: connecting again and subscribing 1,000 accounts, until the node has
// acknowledged the last one.
#pragma once

#include <string>
#include <vector>

#include "sniperforge/core/key.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/net/reactor.hpp"

namespace sniperforge::soak {

inline constexpr std::size_t kResubscribed = 1'000;
inline constexpr std::size_t kResubscribeRounds = 11;

// Sorted times of the rounds, or of fewer when a minute is over; real time only.
[[nodiscard]] std::vector<Duration> measure_resubscribing(net::Reactor& reactor,
                                                          const std::string& pubsub_url,
                                                          const std::vector<Pubkey>& accounts);

}  // namespace sniperforge::soak
