// SPDX-License-Identifier: MIT
// MarksAside: which marks of a position count for its excursions. A sale of ours moves the pool
// before its report arrives, so a mark that comes while an exit is on its way may be the price that
// we made ourselves. It counts once the exit is known to have failed, and never where it landed.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sniperforge/engine/records.hpp"

namespace sniperforge::engine {

class MarksAside {
 public:
    // The marks that count now: the item itself, or what was held aside before it.
    [[nodiscard]] std::vector<PositionMarked> take(const RecorderItem& item);

 private:
    // All that a store keeps of marks.
    struct Held {
        Lamports lowest, highest, last;
    };
    [[nodiscard]] bool is_leaving(std::uint64_t position) const;
    [[nodiscard]] std::vector<PositionMarked> judge(const PositionMarked& marked);
    [[nodiscard]] std::vector<PositionMarked> end(IntentId exit, bool has_landed);

    std::map<std::uint64_t, std::uint64_t> exits_;  // On their way, with their positions.
    std::map<std::uint64_t, Held> held_;            // By position.
};

}  // namespace sniperforge::engine
