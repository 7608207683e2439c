// SPDX-License-Identifier: MIT
// Every field of NodeFaults with its name in a file and its range: one table for reading and
// checking.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sniperforge/sim/faults.hpp"

namespace sniperforge::sim {

struct FaultField {
    std::string_view key;
    std::variant<bool NodeFaults::*, double NodeFaults::*, std::uint32_t NodeFaults::*,
                 int NodeFaults::*, Duration NodeFaults::*,
                 std::optional<std::uint32_t> NodeFaults::*,
                 std::optional<std::uint64_t> NodeFaults::*, std::vector<std::string> NodeFaults::*,
                 std::vector<NotificationKind> NodeFaults::*>
        member;
    double min = 0, max = 1;  // Durations in milliseconds.
};
[[nodiscard]] std::span<const FaultField> fault_fields();

[[nodiscard]] std::string_view notification_name(NotificationKind kind);

// Reads `text` into the field; numbers must be whole where the field is, and within the range.
[[nodiscard]] Result<void> assign_fault(NodeFaults& faults, const FaultField& field,
                                        std::string_view text);

}  // namespace sniperforge::sim
