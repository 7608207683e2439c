// SPDX-License-Identifier: MIT
// SaleMemo: what sales were last found to bring, so that what is asked of a position several times
// at one moment (its mark, its stops, its report) is quoted once. Never of another moment: the same
// pool, unchanged, at the same time gives the same quote.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>

#include "sniperforge/core/quantity.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/model/ids.hpp"

namespace sniperforge::strategy {

struct SaleAsked {
    PositionId position;
    PoolIndex pool;
    std::uint32_t revision = 0;  // Of the pool.
    TokenAmount amount;
    dex::QuoteContext at;

    [[nodiscard]] bool operator==(const SaleAsked&) const = default;
};

class SaleMemo {
 public:
    using Proceeds = std::expected<TokenAmount, dex::QuoteError>;

    // `quote` is called where that is not what was asked last of the position.
    template <typename Quote>
    [[nodiscard]] Proceeds proceeds(const SaleAsked& asked, Quote&& quote) {
        Answer& answer = answers_[asked.position.value % answers_.size()];
        if (answer.asked != asked) {
            answer = {asked, quote()};
        }
        return answer.proceeds;
    }

 private:
    struct Answer {
        SaleAsked asked;  // Of position 0, which is none, before the first.
        Proceeds proceeds;
    };
    std::array<Answer, 16> answers_{};  // Positions that share one take turns.
};

}  // namespace sniperforge::strategy
