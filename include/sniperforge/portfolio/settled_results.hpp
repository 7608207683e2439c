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
    StrategyId strategy = StrategyId::Arbitrage;
    WallTime opened_at, closed_at;
    Lamports stake;  // All that was put in.
    // Everything that has become final since the result before: this one, and reverts, sweeps and
    // corrections on the way. So the sum is what the wallet has gained or lost.
    LamportsDelta net{};
    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.strategy, self.opened_at, self.closed_at, self.stake, self.net);
    }
};

class SettledResults {
 public:
    // Beyond it the oldest are put together by the day (UTC) that they ended on.
    static constexpr std::size_t kMax = 2'048;

    // From here on; so much is counted already.
    void begin(LamportsDelta counted) {
        results_.clear();
        forgotten_ = 0;
        counted_ = counted;
    }
    // One that ended. `realized`: all final results so far, its own among them.
    void add(SettledResult result, LamportsDelta realized);
    // Gone without a result in the books: the next one carries the loss.
    void write_off(Lamports cost) { counted_ = counted_ + cost.minus({}); }

    [[nodiscard]] std::span<const SettledResult> results() const { return results_; }
    // Results that there were, those that were put together each for itself.
    [[nodiscard]] std::uint64_t count() const { return forgotten_ + results_.size(); }
    // Of `total` nothing that results() have.
    [[nodiscard]] LamportsDelta uncounted(LamportsDelta total) const { return total - counted_; }

    template <typename Archive, typename Self>
    static void archive(Archive& archive, Self& self) {
        archive(self.results_, self.forgotten_, self.counted_);
    }

 private:
    std::vector<SettledResult> results_;  // In the order of their finality.
    std::uint64_t forgotten_ = 0;
    LamportsDelta counted_;  // Of all final results: what they, and those before them, come to.
};

}  // namespace sniperforge::portfolio
