// SPDX-License-Identifier: MIT
#include "app/order_lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sniperforge/core/decimal.hpp"

namespace sniperforge::app {
namespace {

constexpr std::size_t kNearestShown = 3;
constexpr std::size_t kCandidatesShown = 10;
constexpr std::string_view kForms =
    "an id is an order's number (5), a position's with a p before it (p3), or a transaction's "
    "signature or at least the first 4 characters of one";

[[nodiscard]] bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

[[nodiscard]] std::uint64_t distance(std::uint64_t a, std::uint64_t b) {
    return a < b ? b - a : a - b;
}

[[nodiscard]] std::size_t common_start(std::string_view a, std::string_view b) {
    const auto ends = std::ranges::mismatch(a, b);
    return static_cast<std::size_t>(ends.in1 - a.begin());
}

[[nodiscard]] std::string line_of(const KnownOrder& order) {
    return fmt::format("\n  {}  {}{}{}", order.order, order.what,
                       order.signature.empty() ? "" : "  ", order.signature);
}

[[nodiscard]] std::string lines_of(std::span<const KnownOrder* const> orders, std::size_t most) {
    std::string lines;
    for (const KnownOrder* const order : orders.first(std::min(most, orders.size()))) {
        lines += line_of(*order);
    }
    return lines + (orders.size() > most ? fmt::format("\n  and {} more", orders.size() - most)
                                         : std::string{});
}

[[nodiscard]] std::vector<const KnownOrder*> pointers_to(std::span<const KnownOrder> known) {
    std::vector<const KnownOrder*> all;
    for (const KnownOrder& order : known) {
        all.push_back(&order);
    }
    return all;
}

[[nodiscard]] std::unexpected<Error> unknown(std::string_view asked, const std::string& nearest) {
    return fail(fmt::format("\"{}\" is none that these files know: {}{}{}", asked, kForms,
                            nearest.empty() ? "" : "; nearest are:", nearest));
}

[[nodiscard]] Result<OrdersMeant> order_meant(std::string_view asked,
                                              std::span<const KnownOrder> known) {
    const auto number = parse_decimal(asked, 0);
    const std::uint64_t order = number.value_or(kU64Max);
    if (number && std::ranges::find(known, order, &KnownOrder::order) != known.end()) {
        return OrdersMeant{{order}, {}};
    }
    auto nearest = pointers_to(known);
    std::ranges::stable_sort(nearest, {},
                             [&](const KnownOrder* each) { return distance(each->order, order); });
    nearest.resize(std::min(kNearestShown, nearest.size()));
    return unknown(asked, lines_of(nearest, kNearestShown));
}

[[nodiscard]] Result<OrdersMeant> position_meant(std::string_view asked,
                                                 std::span<const KnownOrder> known) {
    const auto number = parse_decimal(asked.substr(1), 0);
    const std::uint64_t position = number.value_or(kU64Max);
    OrdersMeant meant{{}, position};
    std::set<std::uint64_t> positions;
    for (const KnownOrder& order : known) {
        if (order.position == 0) {
            continue;
        }
        positions.insert(order.position);
        if (number && order.position == position) {
            meant.orders.push_back(order.order);
        }
    }
    if (!meant.orders.empty()) {
        return meant;
    }
    std::vector<std::uint64_t> nearest{positions.begin(), positions.end()};
    std::ranges::stable_sort(nearest, {},
                             [&](std::uint64_t each) { return distance(each, position); });
    nearest.resize(std::min(kNearestShown, nearest.size()));
    std::string names;
    for (const std::uint64_t each : nearest) {
        names += fmt::format(" p{}", each);
    }
    return unknown(asked, names);
}

[[nodiscard]] Result<OrdersMeant> signature_meant(std::string_view asked,
                                                  std::span<const KnownOrder> known) {
    std::vector<const KnownOrder*> matching;
    for (const KnownOrder& order : known) {
        if (!order.signature.empty() && order.signature.starts_with(asked)) {
            matching.push_back(&order);
        }
    }
    if (matching.size() == 1 && asked.size() >= kSignatureStartMin) {
        return OrdersMeant{{matching.front()->order}, {}};
    }
    if (matching.size() > 1) {
        return fail(
            fmt::format("\"{}\" begins {} signatures; write more of the one that you mean:"
                        "{}",
                        asked, matching.size(), lines_of(matching, kCandidatesShown)));
    }
    auto nearest = pointers_to(known);
    std::erase_if(
        nearest, [&](const KnownOrder* each) { return common_start(each->signature, asked) == 0; });
    std::ranges::stable_sort(nearest, std::ranges::greater{}, [&](const KnownOrder* each) {
        return common_start(each->signature, asked);
    });
    nearest.resize(std::min(kNearestShown, nearest.size()));
    return unknown(asked, lines_of(nearest, kNearestShown));
}

}  // namespace

Result<OrdersMeant> orders_meant(std::string_view asked, std::span<const KnownOrder> known) {
    if (is_digits(asked)) {
        return order_meant(asked, known);
    }
    if (asked.starts_with('p') && is_digits(asked.substr(1))) {
        return position_meant(asked, known);
    }
    return signature_meant(asked, known);
}

}  // namespace sniperforge::app
