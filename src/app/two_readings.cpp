// SPDX-License-Identifier: MIT
#include "app/two_readings.hpp"

#include <algorithm>
#include <utility>

namespace sniperforge::app {
namespace {

[[nodiscard]] std::uint64_t difference_of(const portfolio::BalanceMismatch& mismatch) {
    return mismatch.is_short() ? mismatch.expected - mismatch.on_chain
                               : mismatch.on_chain - mismatch.expected;
}

// As much of `mismatch` as `other` says too.
[[nodiscard]] std::uint64_t shared_difference(const portfolio::BalanceMismatch& mismatch,
                                              const portfolio::BalanceMismatch& other) {
    return mismatch.account == other.account && mismatch.is_short() == other.is_short()
               ? std::min(difference_of(mismatch), difference_of(other))
               : 0;
}

[[nodiscard]] bool is_another(const BalanceReading& earlier, const BalanceReading& reading) {
    return reading.is_alone ? earlier.slots.newest < reading.slots.oldest
                            : earlier.endpoint != reading.endpoint;
}

}  // namespace

std::vector<portfolio::BalanceMismatch> TwoReadings::add(BalanceReading reading) {
    std::vector<portfolio::BalanceMismatch> agreed;
    for (const portfolio::BalanceMismatch& mismatch : reading.mismatches) {
        std::uint64_t size = 0;
        for (const auto& [endpoint, earlier] : last_) {
            if (!is_another(earlier, reading)) {
                continue;
            }
            for (const portfolio::BalanceMismatch& other : earlier.mismatches) {
                size = std::max(size, shared_difference(mismatch, other));
            }
        }
        if (size > 0) {
            portfolio::BalanceMismatch& both = agreed.emplace_back(mismatch);
            both.on_chain = both.is_short() ? both.expected - size : both.expected + size;
        }
    }
    // Of one node the earlier reading is kept until there is a later one.
    const auto last = last_.find(reading.endpoint);
    if (!reading.is_alone || last == last_.end() || is_another(last->second, reading)) {
        const std::size_t endpoint = reading.endpoint;
        last_.insert_or_assign(endpoint, std::move(reading));
    }
    return agreed;
}

bool are_alike(std::span<const portfolio::BalanceMismatch> a,
               std::span<const portfolio::BalanceMismatch> b) {
    return std::ranges::equal(a, b, [](const auto& one, const auto& other) {
        return one.account == other.account &&
               one.expected - one.on_chain == other.expected - other.on_chain;
    });
}

}  // namespace sniperforge::app
