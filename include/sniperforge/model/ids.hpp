// SPDX-License-Identifier: MIT
// Small identities that travel through every stage.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace sniperforge {

// Dense position of a pool in the PoolBook; never reused during a run.
struct PoolIndex {
    std::uint32_t value = 0;
    [[nodiscard]] constexpr auto operator<=>(const PoolIndex&) const = default;
};
// One that the book does not have, or of an earlier process.
inline constexpr PoolIndex kPoolUnknown{0xffff'ffffU};

struct IntentId {
    std::uint64_t value = 0;  // Counts from 1; 0 is none.
    [[nodiscard]] constexpr auto operator<=>(const IntentId&) const = default;
};

struct PositionId {
    std::uint64_t value = 0;  // Counts from 1; 0 is none.
    [[nodiscard]] constexpr auto operator<=>(const PositionId&) const = default;
};

enum class VenueId : std::uint8_t {
    RaydiumAmmV4,
    RaydiumCpmm,
    RaydiumClmm,
    OrcaWhirlpool,
    PumpCurve,
    PumpSwap,
    MeteoraDlmm,
    MeteoraDammV2,
};
inline constexpr std::size_t kVenueCount = 8;
[[nodiscard]] constexpr std::string_view to_string(VenueId venue) {
    switch (venue) {
        case VenueId::RaydiumAmmV4:
            return "raydium_amm_v4";
        case VenueId::RaydiumCpmm:
            return "raydium_cpmm";
        case VenueId::RaydiumClmm:
            return "raydium_clmm";
        case VenueId::OrcaWhirlpool:
            return "orca_whirlpool";
        case VenueId::PumpCurve:
            return "pump";
        case VenueId::PumpSwap:
            return "pumpswap";
        case VenueId::MeteoraDlmm:
            return "meteora_dlmm";
        case VenueId::MeteoraDammV2:
            return "meteora_damm_v2";
    }
    return "unknown";
}

[[nodiscard]] constexpr std::optional<VenueId> parse_venue(std::string_view text) {
    for (std::size_t i = 0; i < kVenueCount; ++i) {
        if (to_string(static_cast<VenueId>(i)) == text) {
            return static_cast<VenueId>(i);
        }
    }
    return std::nullopt;
}

// Some of the venues.
class VenueSet {
 public:
    constexpr void add(VenueId venue) {
        bits_ = static_cast<std::uint8_t>(bits_ | (1U << static_cast<unsigned>(venue)));
    }
    [[nodiscard]] constexpr bool has(VenueId venue) const {
        return (bits_ >> static_cast<unsigned>(venue) & 1U) != 0;
    }
    [[nodiscard]] constexpr bool is_empty() const { return bits_ == 0; }
    [[nodiscard]] constexpr bool operator==(const VenueSet&) const = default;

 private:
    static_assert(kVenueCount <= 8);
    std::uint8_t bits_ = 0;
};

// Which way a swap goes through a pool. A is the pool's first mint (token 0, coin), B its second
// (token 1, pc).
enum class Direction : std::uint8_t { AToB, BToA };
[[nodiscard]] constexpr Direction reverse(Direction direction) {
    return direction == Direction::AToB ? Direction::BToA : Direction::AToB;
}

// The last one trades nothing: it clears away what the others leave.
enum class StrategyId : std::uint8_t { Arbitrage, Sniper, Momentum, Housekeeping };
inline constexpr std::size_t kStrategyCount = 4;
[[nodiscard]] constexpr std::string_view to_string(StrategyId strategy) {
    switch (strategy) {
        case StrategyId::Arbitrage:
            return "arbitrage";
        case StrategyId::Sniper:
            return "sniper";
        case StrategyId::Momentum:
            return "momentum";
        case StrategyId::Housekeeping:
            return "housekeeping";
    }
    return "unknown";
}

enum class Commitment : std::uint8_t { Processed, Confirmed, Finalized };
[[nodiscard]] constexpr std::string_view to_string(Commitment commitment) {
    switch (commitment) {
        case Commitment::Processed:
            return "processed";
        case Commitment::Confirmed:
            return "confirmed";
        case Commitment::Finalized:
            return "finalized";
    }
    return "unknown";
}

// Where figures come from. Derived from the endpoints' genesis hashes and whether we sign;
// never declared by a caller.
enum class Provenance : std::uint8_t { Sim, Test, Paper, Live };
[[nodiscard]] constexpr std::string_view to_string(Provenance provenance) {
    switch (provenance) {
        case Provenance::Sim:
            return "sim";
        case Provenance::Test:
            return "test";
        case Provenance::Paper:
            return "paper";
        case Provenance::Live:
            return "live";
    }
    return "unknown";
}

}  // namespace sniperforge
