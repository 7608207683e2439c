// SPDX-License-Identifier: MIT
// SettledResults: what positions and cycles came to once nothing of them could be taken back, since
// somebody began to count. As the track record it follows from the portfolio's calls alone, so the
// journal gives the same again after a restart.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/core/time.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::portfolio {

struct SettledResult {
    std::uint64_t intent = 0;  // That ended it: the last sale, or the cycle.
    StrategyId strategy = StrategyId::Arbitrage;
    WallTime opened_at, closed_at;
    Lamports stake;  // All that was put in.
    // Everything that has become final since the result before: this one, and reverts, sweeps and
    // corrections on the way. So the sum is what the wallet has gained or lost.
    LamportsDelta net;
    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.intent, self.strategy, self.opened_at, self.closed_at, self.stake, self.net);
    }
};

class SettledResults {
 public:
    // Beyond it the older half is forgotten.
    static constexpr std::size_t kMax = 2'048;

    // From here on; `realized` is the sum of all final results so far.
    void begin(LamportsDelta realized) {
        results_.clear();
        realized_ = realized;
    }
    // `realized` has it already; its own `net` is what it lost beside that.
    void add(SettledResult result, LamportsDelta realized);

    [[nodiscard]] std::span<const SettledResult> results() const { return results_; }

    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.results_, self.realized_);
    }

 private:
    std::vector<SettledResult> results_;  // In the order of their finality.
    LamportsDelta realized_;              // That they come to, with all before them.
};

}  // namespace sniperforge::portfolio
