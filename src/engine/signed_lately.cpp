// SPDX-License-Identifier: MIT
#include "engine/signed_lately.hpp"

#include <algorithm>

namespace sniperforge::engine {
namespace {

// An hour of whole minutes, the begun one included.
constexpr Duration kHourOfMinutes = std::chrono::minutes{61};

[[nodiscard]] bool is_lately(WallTime at, WallTime end) {
    return at.utc_day() >= end.utc_day() || end.ns - at.ns < kHourOfMinutes.count();
}

// The clock says `at` behind the last record. Where it cannot be right, what was signed lately by
// then stays so, as of now: as the signer is told it. Where it was only set back a little, nothing
// is of later than now: else it would be of now at each start until that time has come.
void move_clock(History& history, WallTime at) {
    if (!history.written_last) {
        return;
    }
    const WallTime last = *history.written_last;
    std::vector<History::Signed>& all = history.signed_lately;
    if (is_clock_doubted(last, at)) {
        std::erase_if(all, [&](const History::Signed& each) { return !is_lately(each.at, last); });
        for (History::Signed& each : all) {
            each.at = at;
        }
    } else if (at < last) {
        for (History::Signed& each : all) {
            each.at = std::min(each.at, at);
        }
    }
}

}  // namespace

void note_written(History& history, WallTime at) {
    move_clock(history, at);
    history.written_last = at;
}

void keep_signed(History& history, const OrderIntent& intent, WallTime at) {
    // What only the ring has comes behind the last record, with a clock that may be wrong.
    history.signed_lately.push_back({intent, std::max(at, history.written_last.value_or(at))});
}

void keep_signed(History& history, const WithdrawalSigned& withdrawal, WallTime at) {
    if (!withdrawal.cost) {
        return;
    }
    // An order that costs as much and brings nothing back: a withdrawal counts with the sales, as
    // it does when it is signed.
    OrderIntent intent;
    intent.kind = withdrawal.upkept == UpkeptAccount::None ? OrderKind::Exit : OrderKind::Sweep;
    intent.spend_max = *withdrawal.cost;
    keep_signed(history, intent, at);
}

void keep_signed_lately(History& history, WallTime now) {
    history.is_clock_doubted = is_clock_doubted(history.written_last, now);
    move_clock(history, now);
    std::erase_if(history.signed_lately,
                  [&](const History::Signed& each) { return !is_lately(each.at, now); });
}

bool is_clock_doubted(const std::optional<WallTime>& written_last, WallTime now) {
    return written_last && (written_last->ns - now.ns > kClockBehindMax.count() ||
                            now.ns - written_last->ns > kClockAheadMax.count());
}

}  // namespace sniperforge::engine
