// SPDX-License-Identifier: MIT
// What runs have seen of creators, in a file beside the journal: creators.sfc. Nothing rests on it
// but verdicts about tokens; one that is gone or damaged begins anew.
#pragma once

#include <string>

#include "sniperforge/core/result.hpp"
#include "sniperforge/engine/records.hpp"

namespace sniperforge::engine {

struct CreatorsRead {
    CreatorBook book;     // Empty where there is no file, or none that can be read:
    std::string problem;  // then what is wrong with it.
};
[[nodiscard]] CreatorsRead read_creators(const std::string& state_dir);
// Whole, on the disk, or as it was.
[[nodiscard]] Result<void> write_creators(const std::string& state_dir, const CreatorBook& book);

}  // namespace sniperforge::engine
