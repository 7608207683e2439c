// SPDX-License-Identifier: MIT
// Whether a new pool is what a recipe of the sniper asks for: a pure function of what was seen of
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sniperforge/config/settings.hpp"
#include "sniperforge/model/market_event.hpp"
#include "sniperforge/model/order.hpp"

namespace sniperforge::strategy {

// What was seen of a pool since it began.
struct LaunchFacts {
    std::uint64_t age_slots = 0;
    TokenJudged token;  // The newest judgement of its token.
    std::uint32_t buys = 0, sells = 0;
    Lamports bought, sold;            // SOL that went in, and that came out.
    Lamports liquidity;               // Its SOL side.
    std::uint32_t creator_pools = 0;  // Tokens launched by its creator; zero: nobody knows him.
    std::optional<BasisPoints> curve_progress{};  // Of a curve.
    bool is_migration = false;                    // A sold-out curve moved here.
};

enum class RecipeFit : std::uint8_t {
    Fits,
    NotNow,  // It may come to fit.
    Never,
};
[[nodiscard]] RecipeFit fit_of(const config::SniperRecipe& recipe, const LaunchFacts& facts);
// Somebody could take our tokens from us, or their worth, and the recipe does not allow that.
[[nodiscard]] bool is_token_refused(const config::SniperRecipe& recipe, const TokenJudged& token);

// Those of the settings; without any, one that says what the settings themselves say.
[[nodiscard]] std::vector<config::SniperRecipe> recipes_of(const config::SniperSettings& settings);

// SOL of one part of the entry, rounded down; the last one takes what is left over. A recipe
// without stages has one part.
[[nodiscard]] std::size_t parts_of(const config::SniperRecipe& recipe);
[[nodiscard]] Lamports amount_of_part(const config::SniperRecipe& recipe, std::size_t part);
// Of its name, its amount and its stages: what an entry that it began is gone on with by. Any other
// has another one.
[[nodiscard]] std::uint64_t mark_of(const config::SniperRecipe& recipe);
// What an order for this part of it says of that, counted from zero; nothing where there is one
// part.
[[nodiscard]] EntryPart entry_part(const config::SniperRecipe& recipe, std::size_t part);

}  // namespace sniperforge::strategy
