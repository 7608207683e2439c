// SPDX-License-Identifier: MIT
// How a ProgramFilter is written into a request.
#pragma once

#include <fmt/format.h>

#include <string>

#include "sniperforge/core/base58.hpp"
#include "sniperforge/rpc/types.hpp"

namespace sniperforge::rpc {

// `,"filters":[...]`, or nothing: no filter passes all.
[[nodiscard]] inline std::string filters_member(const ProgramFilter& filter) {
    std::string list;
    if (filter.data_size != 0) {
        list = fmt::format(R"({{"dataSize":{}}})", filter.data_size);
    }
    if (!filter.begin.empty()) {
        list += fmt::format(R"({}{{"memcmp":{{"offset":0,"bytes":"{}"}}}})",
                            list.empty() ? "" : ",", base58_encode(filter.begin));
    }
    return list.empty() ? list : fmt::format(R"(,"filters":[{}])", list);
}

}  // namespace sniperforge::rpc
