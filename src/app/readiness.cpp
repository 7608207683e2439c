// SPDX-License-Identifier: MIT
#include "app/readiness.hpp"

#include <fmt/format.h>

namespace sniperforge::app {

bool is_alive(const Replica* replica, MonoTime now) {
    return replica != nullptr && now - replica->at <= kReplicaAgeMax;
}

std::vector<std::string> obstacles(const Replica* replica, MonoTime now) {
    if (replica == nullptr) {
        return {"the loop has told nothing yet"};
    }
    std::vector<std::string> lines;
    if (!is_alive(replica, now)) {
        lines.push_back(fmt::format(
            "the loop has told nothing for {} s, at most {} s are usual: it stands still",
            (now - replica->at) / std::chrono::seconds{1},
            kReplicaAgeMax / std::chrono::seconds{1}));
    }
    if (replica->feed.is_blind) {
        lines.push_back("feed: no endpoint is heard" + (replica->feed.socket_trouble.empty()
                                                            ? std::string{}
                                                            : ": " + replica->feed.socket_trouble));
    }
    if (replica->is_comparison_due) {
        lines.emplace_back("books: they wait to be held against the chain");
    }
    if (replica->doubt) {
        lines.push_back(fmt::format("books: {} balances differ from the chain",
                                    replica->doubt->mismatches.size()));
    }
    if (replica->report.state != TradingState::Active) {
        lines.push_back(fmt::format("state: {}", to_string(replica->report.state)));
    }
    for (const StandingCause& each : replica->standing) {
        lines.push_back(fmt::format("cause: {}: {}", name_of(each.cause), to_string(each.cause)));
    }
    return lines;
}

}  // namespace sniperforge::app
