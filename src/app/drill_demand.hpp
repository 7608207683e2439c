// SPDX-License-Identifier: MIT
// Which faults a drill must have done to the daemon before it certifies anything: one of each kind
// that its plans draw. A kind that never happened was survived by nobody.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sniperforge::app {

struct FaultDemand {
    std::string_view kind;      // As DrillOutcome::faults counts it.
    std::string_view scenario;  // That draws it most often.
    // Done to what was bought, or to who buys: of settings that never buy a token it is not asked.
    bool is_of_purchases = false;
};
[[nodiscard]] std::span<const FaultDemand> fault_demands();

// Those that did not happen, in the order of the table.
[[nodiscard]] std::vector<FaultDemand> faults_missing(
    const std::map<std::string, std::uint64_t>& faults, bool has_bought);
// Their kinds, for people.
[[nodiscard]] std::string kinds_of(std::span<const FaultDemand> demands);

}  // namespace sniperforge::app
