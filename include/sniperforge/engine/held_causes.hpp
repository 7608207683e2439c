// SPDX-License-Identifier: MIT
// HeldCauses: what keeps us from buying and outlives the run: a person's wish, a drawdown that was
// reached, and records that are missing. Kept from the journal's records by whoever runs and by
// whoever reads it later.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "sniperforge/core/archive.hpp"
#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/trading_state.hpp"

namespace sniperforge::engine {

// The cause stands from now on, also for the runs to come; or no more.
struct CauseChanged {
    StateCause cause = StateCause::NoneStands;
    bool stands = false;
    std::string by{};      // The command; empty: the daemon.
    std::string reason{};  // As the person gave it, or why the daemon let go of it.
    // Of a drawdown: how much it was, and the limit of then.
    Lamports drawdown{};
    MicroUsd drawdown_max{};
    bool is_outside_sold = false;  // Of a flattening: what belongs to no position, too.
    // Of a drawdown that ends: the next one is measured from what there was then.
    bool is_fall_accepted = false;
};
[[nodiscard]] constexpr bool is_held(StateCause cause) {
    return cause == StateCause::PauseRequested || cause == StateCause::DrawdownReached ||
           cause == StateCause::FlattenRequested || cause == StateCause::RecordsMissing;
}

// A person's words stand in the journal, in `status` and in each denial.
inline constexpr std::size_t kReasonBytesMax = 200;

struct HeldCause {
    CauseChanged change;
    WallTime since;
};

class HeldCauses {
 public:
    // One that stands already keeps the time since when it does.
    void note(const CauseChanged& change, WallTime at);
    // Null: it does not stand.
    [[nodiscard]] const HeldCause* find(StateCause cause) const;
    // In the order in which they came; four at most.
    [[nodiscard]] std::span<const HeldCause> all() const { return held_; }

    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.held_);
        if constexpr (Archive::is_reading) {
            if (!std::ranges::all_of(self.held_, is_held, cause_of)) {
                archive.refuse();
            }
        }
    }

 private:
    [[nodiscard]] static StateCause cause_of(const HeldCause& held) { return held.change.cause; }
    std::vector<HeldCause> held_;
};

template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<CauseChanged> auto& change) {
    // A fall that is accepted stands no more, and so is not among them.
    archive.some(change.cause, change.stands, change.by, change.reason, change.drawdown,
                 change.drawdown_max, change.is_outside_sold);
}
template <typename Archive>
void archive_parts(Archive& archive, ArchivedAs<HeldCause> auto& held) {
    archive(held.change, held.since);
}

}  // namespace sniperforge::engine
