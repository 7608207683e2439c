// SPDX-License-Identifier: MIT
#include "sniperforge/sim/world_faults.hpp"

#include "sim/fault_fields.hpp"

namespace sniperforge::sim {

template <>
std::span<const FieldOf<JupiterFaults>> fields_of<JupiterFaults>() {
    using F = JupiterFaults;
    static const auto kFields = std::to_array<FieldOf<F>>({
        {"attack_probability", &F::attack_probability},
        {"attacks", &F::attacks},
        {"skew_probability", &F::skew_probability},
        {"skew_bps", &F::skew_bps, 0, kSkewBpsMax},
        {"wrong_mint_probability", &F::wrong_mint_probability},
        {"wrong_amount_probability", &F::wrong_amount_probability},
        {"malformed_probability", &F::malformed_probability},
        {"gateway_error_probability", &F::gateway_error_probability},
    });
    return kFields;
}

template <>
std::span<const FieldOf<MarketFaults>> fields_of<MarketFaults>() {
    using F = MarketFaults;
    static const auto kFields = std::to_array<FieldOf<F>>({
        {"sandwich_probability", &F::sandwich_probability},
        {"sandwich_bps", &F::sandwich_bps, 1, kSandwichBpsMax},
    });
    return kFields;
}

template <>
std::span<const FieldOf<Rug>> fields_of<Rug>() {
    static const auto kFields = std::to_array<FieldOf<Rug>>({
        {"is_pull", &Rug::is_pull},
        {"is_mint", &Rug::is_mint},
        {"is_freeze", &Rug::is_freeze},
        {"is_pause", &Rug::is_pause},
        {"is_theft", &Rug::is_theft},
        {"is_gift", &Rug::is_gift},
        {"part_bps", &Rug::part_bps, 1, kRugBpsMax},
        {"theft_bps", &Rug::theft_bps, 1, kTheftBpsMax},
    });
    return kFields;
}

template <>
std::span<const FieldOf<ShapeChange>> fields_of<ShapeChange>() {
    using F = ShapeChange;
    static const auto kFields = std::to_array<FieldOf<F>>({
        {"is_cpmm", &F::is_cpmm},
        {"is_amm_v4", &F::is_amm_v4},
        {"is_pump_curve", &F::is_pump_curve},
        {"is_pump_swap", &F::is_pump_swap},
        {"is_whirlpool", &F::is_whirlpool},
        {"is_called_anew", &F::is_called_anew},
    });
    return kFields;
}

Result<void> check(const MarketFaults& faults) { return check_fields(faults); }
Result<void> check(const Rug& rug) { return check_fields(rug); }

template <>
std::span<const FieldOf<ClockJump>> fields_of<ClockJump>() {
    static const auto kFields = std::to_array<FieldOf<ClockJump>>(
        {{"jump_s", &ClockJump::jump_s, -kClockJumpSecondsMax, kClockJumpSecondsMax}});
    return kFields;
}

Result<void> check(const ClockJump& jump) { return check_fields(jump); }

Result<void> check(const JupiterFaults& faults) { return check_fields(faults); }

}  // namespace sniperforge::sim
