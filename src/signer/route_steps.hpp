// SPDX-License-Identifier: MIT
// The steps of Jupiter's routes whose layout is verified: where each goes through, what it has of
// its own, and which rents it may cost.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>

#include "sniperforge/core/key.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::signer {

// Fields of their own that steps have behind the variant byte.
enum class StepFields : std::uint8_t {
    None,
    Flag,           // A direction.
    Slices,         // u32 count, and two bytes for each group of further accounts.
    FlagAndSlices,  // A direction, and slices if the byte behind it says so.
};
// Whether a step trades one way only: from the token that its pool is quoted in, or to it.
enum class StepSide : std::uint8_t { Either, Buy, Sell };
// What a step may make the wallet pay the rent of.
enum class StepRent : std::uint8_t {
    None,
    Volume,    // The account of the user's volume, one of a wallet's.
    Cashback,  // Who claims it has that one, and may lack the one of the token that it is paid in.
    Curve,     // The volume's of the curve, and what an empty vault and an old curve lack.
};
// A step of a variant whose layout is verified: the venue that it goes through, and its fields.
struct StepForm {
    Pubkey program;
    StepFields fields = StepFields::None;
    StepSide side = StepSide::Either;
    StepRent rent = StepRent::None;
};

[[nodiscard]] inline std::optional<StepForm> step_form(std::uint8_t variant) {
    switch (variant) {
        case 7:
            return StepForm{solana::kRaydiumAmmV4Program};
        case 17:
            return StepForm{solana::kOrcaWhirlpoolProgram, StepFields::Flag};
        case 38:
            return StepForm{solana::kMeteoraDlmmProgram};
        case 40:
            return StepForm{solana::kRaydiumClmmProgram};
        case 46:
            return StepForm{solana::kRaydiumCpmmProgram};
        case 47:
            return StepForm{solana::kOrcaWhirlpoolProgram, StepFields::FlagAndSlices};
        case 75:
            return StepForm{solana::kMeteoraDlmmProgram, StepFields::Slices};
        case 77:
        case 108:  // With further accounts.
            return StepForm{solana::kMeteoraDammV2Program};
        case 99:
            return StepForm{solana::kPumpSwapProgram, StepFields::None, StepSide::Buy,
                            StepRent::Volume};
        case 100:
            return StepForm{solana::kPumpSwapProgram, StepFields::None, StepSide::Sell};
        case 147:  // With a claim of cashback, like 148.
            return StepForm{solana::kPumpSwapProgram, StepFields::None, StepSide::Buy,
                            StepRent::Cashback};
        case 148:
            return StepForm{solana::kPumpSwapProgram, StepFields::None, StepSide::Sell,
                            StepRent::Cashback};
        case 112:
            return StepForm{solana::kPumpCurveProgram, StepFields::None, StepSide::Buy,
                            StepRent::Curve};
        case 113:
            return StepForm{solana::kPumpCurveProgram, StepFields::None, StepSide::Sell,
                            StepRent::Curve};
        default:
            return std::nullopt;
    }
}

// What the steps of a route may make the wallet pay, in rents of a token account.
class StepRents {
 public:
    void add(const StepForm& form, std::uint8_t input, std::uint8_t output) {
        switch (form.rent) {
            case StepRent::None:
                break;
            case StepRent::Volume:
                is_volume_ = true;
                break;
            case StepRent::Cashback:
                cashback_.set(form.side == StepSide::Buy ? input : output);
                break;
            case StepRent::Curve:
                is_curve_ = true;  // Alone in its route.
                break;
        }
    }
    [[nodiscard]] std::uint8_t most() const {
        return static_cast<std::uint8_t>((is_volume_ ? 1 : 0) + cashback_.count() +
                                         (is_curve_ ? 2 : 0));
    }

 private:
    bool is_volume_ = false, is_curve_ = false;
    std::bitset<256> cashback_;  // By the route's index of the token: one account for each.
};

}  // namespace sniperforge::signer
