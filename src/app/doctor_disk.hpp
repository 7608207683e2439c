// SPDX-License-Identifier: MIT
// The figures behind what `doctor` says of the disk.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/doctor_findings.hpp"

namespace sniperforge::app {

// What takes room, with its budget.
struct DiskPart {
    std::uint64_t bytes = 0, bytes_max = 0;
    std::uint64_t bytes_a_day = 0;  // Zero: not known.

    [[nodiscard]] std::uint64_t left() const { return bytes < bytes_max ? bytes_max - bytes : 0; }
    // Whole days until the budget is reached.
    [[nodiscard]] std::optional<std::uint64_t> days_left() const {
        return bytes_a_day == 0 ? std::nullopt : std::optional{left() / bytes_a_day};
    }
};

struct DiskRoom {
    std::string directory;
    std::uint64_t free = 0;  // Of the disk that it is on.
    DiskPart journal{}, store{}, kept{};
};
// Fail: what the journal may take yet, and what is beside it, is not free; Warn: the other budgets
// are not.
[[nodiscard]] Finding judge_room(const DiskRoom& room);

}  // namespace sniperforge::app
