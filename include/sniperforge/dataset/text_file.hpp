// SPDX-License-Identifier: MIT
// A recorded file as text, unpacked where it is gzip.
#pragma once

#include <cstddef>
#include <string>

#include "sniperforge/core/result.hpp"

namespace sniperforge::dataset {

// The largest recording there is unpacks to 12 MB.
inline constexpr std::size_t kTextBytesMax = 1'073'741'824;

[[nodiscard]] Result<std::string> read_text(const std::string& path,
                                            std::size_t bytes_max = kTextBytesMax);

}  // namespace sniperforge::dataset
