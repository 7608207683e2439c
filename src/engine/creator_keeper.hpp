// SPDX-License-Identifier: MIT
// CreatorKeeper: what is seen of creators, on its way to the file that the next run begins with.
// On the recorder's thread.
#pragma once

#include <cstdint>
#include <string>

#include "sniperforge/detect/creator_history.hpp"
#include "sniperforge/engine/records.hpp"

namespace sniperforge::engine {

class CreatorKeeper {
 public:
    explicit CreatorKeeper(std::string state_dir) : state_dir_{std::move(state_dir)} {}
    // What the run begins with. Before it nothing is written: nobody has said of which chain it is.
    void begin(const CreatorBook& known);
    // As it is now.
    void note(const detect::CreatorRecord& record, std::int64_t wall_ns);
    // Between commits: writes what changed, once a minute. `is_last`: at once.
    void commit(bool is_last);

 private:
    std::string state_dir_;
    Hash genesis_;
    detect::CreatorHistory history_;
    std::int64_t wall_last_ns_ = 0, wall_written_ns_ = 0;  // Of what was noted.
    bool is_changed_ = false;
    bool is_in_trouble_ = false;  // And that it was said.
};

}  // namespace sniperforge::engine
