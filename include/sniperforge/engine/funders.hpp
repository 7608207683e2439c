// SPDX-License-Identifier: MIT
// Funders: who paid for the keys that open pools, as far as it was looked up. Several creators of
// one funder are one hand; one who pays for very many is an exchange, and says nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "sniperforge/core/key.hpp"
#include "sniperforge/model/position.hpp"

namespace sniperforge::engine {

// What an entry was approved with.
struct FunderFacts {
    FunderStanding standing = FunderStanding::Unasked;
    Pubkey key;  // Zero unless Known.
};

class Funders {
 public:
    // Creators that are remembered; those that were asked about first are forgotten first. Hours
    // of launches, and positions are held for minutes.
    static constexpr std::size_t kCreatorsMax = 4'096;

    // Who funded more creators than that, of those that are remembered, is an exchange.
    explicit Funders(std::uint32_t creators_max) : creators_max_{creators_max} {}

    // True: nobody has asked for it yet. From now on it is being looked up.
    [[nodiscard]] bool want(const Pubkey& creator);
    // Its answer; nothing: it cannot be known.
    void settle(const Pubkey& creator, const std::optional<Pubkey>& funder);

    // Of a zero creator, or one that nobody asked about: Unasked.
    [[nodiscard]] FunderStanding standing(const Pubkey& creator) const;
    // Zero unless Known: an exchange is nobody's hand.
    [[nodiscard]] Pubkey funder_of(const Pubkey& creator) const;

 private:
    struct Creator {
        bool is_settled = false;
        Pubkey funder;  // Zero: hidden.
    };
    void forget_oldest();

    std::uint32_t creators_max_;
    std::map<Pubkey, Creator> creators_;
    std::deque<Pubkey> order_;                // The same, first asked first.
    std::map<Pubkey, std::uint32_t> funded_;  // Creators of each funder.
};

}  // namespace sniperforge::engine
