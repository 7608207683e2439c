// SPDX-License-Identifier: MIT
#include "engine/creator_keeper.hpp"

#include <chrono>
#include <utility>

#include "sniperforge/engine/creator_file.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::engine {
namespace {

// All of it is written each time, some 2.5 MB where all the places are taken: the most that a kill
// forgets.
constexpr Duration kWriteInterval = std::chrono::minutes{1};

}  // namespace

void CreatorKeeper::begin(const CreatorBook& known) {
    genesis_ = known.genesis;
    history_.clear();
    for (const detect::CreatorRecord& record : known.creators) {
        history_.put(record);
    }
}

void CreatorKeeper::note(const detect::CreatorRecord& record, std::int64_t wall_ns) {
    history_.put(record);
    is_changed_ = true;
    wall_last_ns_ = wall_ns;
    wall_written_ns_ = wall_written_ns_ == 0 ? wall_ns : wall_written_ns_;
}

void CreatorKeeper::commit(bool is_last) {
    // A clock that was set back does not put it off.
    const bool is_due = is_last || wall_last_ns_ < wall_written_ns_ ||
                        wall_last_ns_ - wall_written_ns_ >= kWriteInterval.count();
    if (!is_changed_ || !is_due || genesis_.is_zero()) {
        return;
    }
    wall_written_ns_ = wall_last_ns_;
    const auto written = write_creators(state_dir_, {genesis_, history_.all()});
    is_changed_ = !written;
    if (!written && !std::exchange(is_in_trouble_, true)) {
        telemetry::warning("recorder",
                           "{}: what is seen of creators is kept in memory, and the next run "
                           "begins without it unless a later attempt succeeds; one is made each "
                           "minute",
                           written.error().text);
    } else if (written && std::exchange(is_in_trouble_, false)) {
        telemetry::info("recorder", "what is seen of creators is written again");
    }
}

}  // namespace sniperforge::engine
