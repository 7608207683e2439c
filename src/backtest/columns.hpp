// SPDX-License-Identifier: MIT
// The columns of a recording, by which its kind is known.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string_view>

namespace sniperforge::backtest {

// Whether all of them are in the header, as whole names.
[[nodiscard]] inline bool has_columns(std::string_view header,
                                      std::span<const std::string_view> columns) {
    return std::ranges::all_of(columns, [&](std::string_view column) {
        for (std::size_t at = header.find(column); at != std::string_view::npos;
             at = header.find(column, at + 1)) {
            const std::size_t end = at + column.size();
            const bool begins = at == 0 || header[at - 1] == ',';
            if (begins && (end == header.size() || header[end] == ',')) {
                return true;
            }
        }
        return false;
    });
}
[[nodiscard]] inline bool has_columns(std::string_view header,
                                      std::initializer_list<std::string_view> columns) {
    return has_columns(header, std::span{columns.begin(), columns.size()});
}

}  // namespace sniperforge::backtest
