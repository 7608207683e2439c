// SPDX-License-Identifier: MIT
// Which order, or which position, an id on the command line means.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sniperforge/core/result.hpp"

namespace sniperforge::app {

// One that a state directory knows.
struct KnownOrder {
    std::uint64_t order = 0, position = 0;  // Position zero: none.
    std::string signature;                  // Empty: not signed.
    std::string what;                       // For people: "sniper entry, landed".
};

struct OrdersMeant {
    std::vector<std::uint64_t> orders;      // In their order; never empty.
    std::optional<std::uint64_t> position;  // It was asked for.
};

// Of a signature at least so many characters, so that hardly two begin with them.
inline constexpr std::size_t kSignatureStartMin = 4;

// An order's number ("5"), a position's with a p before it ("p3"), a signature or how one begins.
// The error says what ids look like, and lists what is nearest or what else it might mean.
[[nodiscard]] Result<OrdersMeant> orders_meant(std::string_view asked,
                                               std::span<const KnownOrder> known);

}  // namespace sniperforge::app
